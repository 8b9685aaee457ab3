import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packagePath } from "../core/package-files.ts";
import { writeWhole } from "../result/row-files.ts";
import { turnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";
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

test("the report of a long run has every file, whoever writes it", async () => {
  const { turns } = readRecord(folder);
  const rows = Array.from({ length: 90 }, (_, call) => turns.map((row) => ({ ...row, call }))).flat();
  writeWhole(join(folder, "turns.ndjson"), turnLog(rows));
  const second = startSecondWriter(folder) ?? assert.fail("not long enough for a second thread");
  await second.done;
  for (const name of ["turns.csv", "cost.csv", "summary.csv"]) rmSync(join(folder, name), { force: true });
  const { code, err } = await runEarshot(join(folder, ".."), ["report", "run"]);
  assert.equal(code, 0, err);
  const lines = (name: string): number => readFileSync(join(folder, name), "utf8").trimEnd().split("\n").length;
  assert.equal(lines("turns.csv"), 1 + rows.length);
  assert.ok(lines("cost.csv") > rows.length && lines("summary.csv") > 10);
  // What the second thread can't write is told like anything else.
  rmSync(join(folder, "turns.csv"));
  mkdirSync(join(folder, "turns.csv"));
  const failed = await runEarshot(join(folder, ".."), ["report", "run"]);
  rmSync(join(folder, "turns.csv"), { recursive: true });
  assert.notEqual(failed.code, 0);
  assert.match(failed.err, /turns\.csv/);
});

test("what goes wrong in it is told", async () => {
  writeFileSync(join(folder, "run.json"), "{");
  const second = startSecondWriter(folder, 1) ?? assert.fail("it did not start");
  await assert.rejects(second.done, /is not JSON; the run can't be read/);
});
