import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf } from "./lines-of.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-lines-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string): string[] => {
  const path = join(folder, "log");
  writeFileSync(path, text);
  return Array.from(linesOf(path), String);
};

test("lines come as they were written, the last one without its newline too, and empty ones not at all", () => {
  assert.deepEqual(read(""), []);
  assert.deepEqual(read("one\n\ntwo"), ["one", "two"]);
  assert.deepEqual(read("\none\n"), ["one"]);
  assert.deepEqual([...linesOf(join(folder, "none"))], []);
});

test("a line that lies across what is read at once, or is longer than it, is whole", () => {
  const long = "ü".repeat(5_000_000);
  const lines = Array.from({ length: 60_000 }, (_, index) => `${index} ${"é".repeat(index % 97)}`);
  const found = read([...lines, long, "end"].join("\n"));
  assert.equal(found.length, lines.length + 2);
  assert.ok(lines.every((line, index) => found[index] === line));
  assert.ok(found.at(-2) === long && found.at(-1) === "end");
});
