import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packagePath } from "../core/package-files.ts";
import { readRecord } from "./read-record.ts";
import { startSecondWriter } from "./second-writer.ts";
import { writeSome } from "./write-reports.ts";

let folder = "";
before(() => {
  folder = join(mkdtempSync(join(tmpdir(), "earshot-second-")), "run");
  cpSync(packagePath("reports", "example"), folder, { recursive: true });
});
after(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("the second thread writes what the first would have written", async () => {
  const second = startSecondWriter(folder, 1) ?? assert.fail("it did not start");
  const texts = (): string[] => second.names.map((name) => readFileSync(join(folder, name), "utf8"));
  for (const name of second.names) rmSync(join(folder, name), { force: true });
  await second.done;
  const written = texts();
  writeSome(second.names, folder, readRecord(folder));
  assert.deepEqual(written, texts());
  assert.ok(written.every((text) => text.split("\n").length > 10));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".draft")),
    [],
  );
});

test("a short log is left to the first thread, and so is a folder that is no run", () => {
  assert.equal(startSecondWriter(folder), undefined);
  assert.equal(startSecondWriter(join(folder, "nowhere")), undefined);
});

test("what goes wrong in it is told", async () => {
  writeFileSync(join(folder, "run.json"), "{");
  const second = startSecondWriter(folder, 1) ?? assert.fail("it did not start");
  await assert.rejects(second.done, /is not JSON; the run can't be read/);
});
