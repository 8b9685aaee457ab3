import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { parseFeeder } from "./feeder-rows.ts";

const good: Record<string, readonly [file: string, text: string, rows: readonly object[]]> = {
  "plain cells": [
    "a.csv",
    "a,b\n1,2\n3,4\n",
    [
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ],
  ],
  "other line ends, a byte order mark, no last line end": ["a.csv", "\uFEFFa,b\r\n1, 2 \r\n", [{ a: "1", b: "2" }]],
  "quotes around commas, quotes and line breaks": ["a.csv", 'a,b\n"1,5","say ""hi""\nthere"\n', [{ a: "1,5", b: 'say "hi"\nthere' }]],
  "empty cells and lines": [
    "a.csv",
    "a,b\n,\n\n1,\n",
    [
      { a: "", b: "" },
      { a: "1", b: "" },
    ],
  ],
  objects: [
    "a.jsonl",
    '{"a":"x","b":1}\n\n{"b":true,"a":"y"}\n',
    [
      { a: "x", b: "1" },
      { b: "true", a: "y" },
    ],
  ],
};
for (const [name, [file, text, rows]] of Object.entries(good)) {
  test(`read: ${name}`, () => {
    const parsed = parseFeeder(text, file);
    assert.deepEqual(parsed.ok ? parsed.value.rows : parsed.issues, rows);
  });
}

const bad: Record<string, readonly [file: string, text: string, ...issues: string[]]> = {
  "an empty file": ["a.csv", "", "a.csv: is empty: its first line must name the columns"],
  "no rows": ["a.csv", "a,b\n", "a.csv: has no rows: nothing to feed"],
  "rows of another length, each with its line": [
    "a.csv",
    'a,b\n"x\ny",1\n1\n1,2,3\n',
    "a.csv:4: has 1 cells; the first line names 2 columns",
    "a.csv:5: has 3 cells; the first line names 2 columns",
  ],
  "columns without a name, or with the same one": ["a.csv", "a,,a\n1,2,3\n", "a.csv:1: column 2 has no name", "a.csv:1: names the column a twice"],
  "an open quote": ["a.csv", 'a\n1\n"2\n', 'a.csv:3: has a quote that does not begin and end its cell: write "a ""b"" c"'],
  "lines that are no flat objects": [
    "a.jsonl",
    '{"a":1}\n[1]\n{"a":{}}\n{"b":1}\n',
    'a.jsonl:2: must be an object, such as {"name": "Ada"}',
    "a.jsonl:3: a must be text, a number, true or false",
    "a.jsonl:4: has no a, which the first row has",
  ],
};
for (const [name, [file, text, ...issues]] of Object.entries(bad)) {
  test(`refused: ${name}`, () => {
    const parsed = parseFeeder(text, file);
    assert.deepEqual(parsed.ok ? parsed.value.rows : parsed.issues.map(formatIssue), issues);
  });
}
