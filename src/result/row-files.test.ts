import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openRowFiles } from "./row-files.ts";
import { readTraces } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-rows-"));
after(() => rmSync(folder, { recursive: true }));

test("a cell has a folder of its own for its traces, however long what it varies", () => {
  const files = openRowFiles(folder);
  const cells = ["all", "network=delay:80ms/x", `session.instructions=${"Be kind. ".repeat(60)}a`, `session.instructions=${"Be kind. ".repeat(60)}b`];
  for (const cell of cells) files.keepTrace({ cell, session: 0, call: 0 }, cell);
  assert.equal(readdirSync(join(folder, "traces")).length, cells.length);
  assert.deepEqual(new Set(readTraces(folder).map(({ text }) => text)), new Set(cells));
  for (const cell of cells) files.keepTrace({ cell, session: 0, call: 0 }, undefined);
  files.close();
  assert.deepEqual(readTraces(folder), []);
});
