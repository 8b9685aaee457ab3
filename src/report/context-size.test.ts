import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun } from "../testing/run-record.ts";
import { contextCsv } from "./context-size.ts";

test("more calls than a function takes arguments are one line all the same", () => {
  const record = syntheticRun({ sessions: 1 });
  const [row = assert.fail()] = record.turns;
  const long = { ...record, turns: Array.from({ length: 130_000 }, () => ({ ...row, contextTokens: 500 })) };
  const [header = "", ...lines] = contextCsv(long).trimEnd().split("\n");
  const turns = header.split(",").indexOf("turns") - header.split(",").length;
  assert.deepEqual(
    lines.map((line) => [line.slice(0, line.indexOf(",")), line.split(",").at(turns)]),
    [
      ["context", "130000"],
      ["turn", "130000"],
    ],
  );
});
