import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { syntheticCheck as check } from "../testing/check-result.ts";
import { checkFolder, findCheck, storeCheck } from "./check-store.ts";

const root = mkdtempSync(join(tmpdir(), "earshot-checks-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("a run finds the newest check of its own machine, past those of others and past what a kill left", () => {
  assert.equal(findCheck(root, check.machine), undefined);
  const store = (checkId: string, cores = 2): void => storeCheck(root, { ...check, checkId, machine: { ...check.machine, cores } }, "# check");
  store("20261122-090000-a1");
  store("20261122-100000-b2");
  store("20261122-110000-c3", 64);
  mkdirSync(checkFolder(root, "20261122-120000-d4"));
  mkdirSync(checkFolder(root, "20261122-130000-e5"));
  writeFileSync(join(checkFolder(root, "20261122-130000-e5"), "check.json"), '{"v":1,"mach');
  assert.equal(findCheck(root, check.machine)?.checkId, "20261122-100000-b2");
  assert.equal(findCheck(root, { ...check.machine, cores: 64 })?.checkId, "20261122-110000-c3");
  assert.equal(findCheck(root, { ...check.machine, cores: 3 }), undefined);
});
