import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFor } from "../result/run-check.ts";
import { syntheticCheck as check } from "../testing/check-result.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { checkMarkdown, checkTable } from "./check-text.ts";
import { closingTable } from "./closing-table.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";

test("the table says how many callers are driven honestly, and why the next level was not", () => {
  const text = checkTable(check);
  assert.match(text, /This machine drives 100 callers honestly/);
  assert.match(text, /^ +100 +300 +300 +2\.5 ms +5\.0 ms +20 % +honest$/m);
  assert.match(text, /1,000 callers: frames left 12\.0 ms late/);
  assert.deepEqual(
    text.split("\n").filter((line) => line.length > 120),
    [],
  );
});

test("a quantile that too few turns back is a dash", () => {
  const lines = checkTable(check).split("\n");
  assert.ok(lines.some((line) => /^ +1 +– \/ – \/ 1\.2 /.test(line)));
  assert.ok(lines.some((line) => /^ +100 +0\.4 \/ – \/ 2\.5 /.test(line)));
  assert.ok(lines.some((line) => /^ +1,000 +0\.4 \/ 29 \/ 30 /.test(line)));
  assert.match(checkMarkdown(check), /^\| 100 \| 0\.4 \/ – \/ 2\.5 \|/m);
});

test("no honest level, none tried above, and a disturbed one are said", () => {
  assert.match(checkTable({ ...check, honestCallers: 0 }), /No level was honest/);
  assert.match(checkTable({ ...check, levels: check.levels.slice(0, 2) }), /More were not tried/);
  assert.match(checkTable({ ...check, honestCallers: 1_001 }), /Fewer callers \(1,000\) were not honest/);
});

const shown: readonly (readonly [number, RegExp])[] = [
  [40, /check.*error p50 0\.4 ms, at most 2\.5 ms over 200 turns at 100 callers, 3 h ago/],
  [900, /check.*error p50 0\.4 ms, p99 29 ms at 1,000 callers, not honest there, 3 h ago/],
  [4_000, /check.*no level had as many callers; 100 callers honest, 3 h ago/],
];

for (const [concurrency, text] of shown) {
  test(`every report of a run with ${concurrency} callers shows what the check says of them`, () => {
    const found = checkFor(check, { concurrency, frameMs: 20, startedAtMs: check.startedAtMs + 3 * 3_600_000 });
    const record = withResult(syntheticRun({ sessions: 3 }), { check: found });
    for (const report of [closingTable, markdownSummary, htmlReport]) assert.match(report(record), text);
    assert.doesNotMatch(closingTable(syntheticRun({ sessions: 3 })), /^check/m);
  });
}
