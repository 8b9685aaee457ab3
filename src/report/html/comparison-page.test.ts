import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseHTML } from "linkedom";
import type { Browser } from "playwright-core";
import { comparableRun } from "../../compare/comparable-run.ts";
import { compareCells, compareRuns } from "../../compare/compare-runs.ts";
import type { Comparison } from "../../compare/comparison.ts";
import { orThrow } from "../../core/issues.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { browserMissing, openBrowser } from "../../testing/browser.ts";
import { hostileRun } from "../../testing/hostile-run.ts";
import { papers, readers, readPage } from "../../testing/page-reader.ts";
import { syntheticRun, twoEfforts, withResult } from "../../testing/run-record.ts";
import { comparisonMarkdown, comparisonText } from "../comparison-text.ts";
import { comparisonPage } from "./comparison-page.ts";

const skip = browserMissing() ?? false;
let browser: Browser | undefined;
before(async () => {
  if (skip === false) browser = await openBrowser();
});
after(async () => browser?.close());

const apart = (a: RunRecord, b: RunRecord): Comparison => compareRuns([comparableRun(a)], [comparableRun(b)]);
const doubts = [{ code: "no_check", severity: "doubt" as const, message: "never checked", remedy: "run earshot check" }];
const slower = (): Comparison =>
  apart(
    syntheticRun({ sessions: 60, turns: 3 }),
    withResult(syntheticRun({ sessions: 60, turns: 3, seed: 2, slowdown: 1.3, unansweredShare: 0.05, runId: "head" }), {
      validity: { verdict: "doubtful", doubts },
    }),
  );
const cells = (): Comparison => orThrow(compareCells(comparableRun(syntheticRun({ sessions: 60, turns: 3 })), { by: "effort", base: "low" }));

/** Every text that is not ours is an enemy's; of two runs whose cells can be compared, and of two that can't. */
function hostileComparisons(): readonly Comparison[] {
  const run = hostileRun();
  const fixtures = Object.fromEntries(Object.entries(run.result.tags));
  // A title may well say "owned", so long as nothing makes it say so.
  const text = (run.result.end.reason ?? "").replaceAll("owned", "seized");
  const named = withResult(run, { runId: text, scenario: text, earshotVersion: text });
  const other = withResult(named, { identity: { ...run.result.identity, fixtures, turnDetection: text } });
  return [apart(named, named), apart(named, other)];
}

for (const reader of readers) {
  test(`the page of a comparison asks for nothing, runs nothing and fits: ${reader.name}`, { skip }, async () => {
    assert.ok(browser);
    const [ofRuns, ofCells] = [await readPage(browser, comparisonPage(slower()), reader), await readPage(browser, comparisonPage(cells()), reader)];
    assert.match(ofRuns.paper, papers[reader.name]);
    assert.equal(ofRuns.charts, 4 * 3, "of each cell its intervals, its answered share and both distributions");
    assert.equal(ofCells.charts, 2 * 4, "and the course of the run, where the cells took turns");
  });
}

for (const reader of readers.filter(({ name }) => name === "desk" || name === "phone")) {
  test(`texts of an enemy stay texts on the page of a comparison: ${reader.name}`, { skip }, async () => {
    assert.ok(browser);
    for (const comparison of hostileComparisons()) await readPage(browser, comparisonPage(comparison), reader);
  });
}

test("texts of an enemy are no markup anywhere, and make no page large", () => {
  for (const comparison of hostileComparisons()) {
    const page = comparisonPage(comparison);
    assert.equal(parseHTML(page).document.querySelectorAll("img, script, iframe, object, a, link").length, 0);
    assert.ok(page.length < 1e6, `${page.length} bytes`);
    // oxlint-disable-next-line no-control-regex
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
    assert.doesNotMatch(comparisonText(comparison), control);
    assert.doesNotMatch(comparisonMarkdown(comparison), control);
  }
});

const textOf = (comparison: Comparison): string =>
  parseHTML(comparisonPage(comparison)).document.querySelector("main")?.textContent?.replace(/\s+/g, " ") ?? "";

test("the first thing said is the verdict, what CI is told, and what is doubted", () => {
  const text = textOf(slower());
  assert.match(text, /^ ?voice-assistant: regression/);
  assert.match(text, /exit code 4 ?what CI is told/);
  assert.match(text, /doubtful ?a doubt, listed below/);
  assert.match(text, /candidate, head: never checked ?run earshot check/);
  const unchanged = apart(syntheticRun({ sessions: 4 }), syntheticRun({ sessions: 4, seed: 2 }));
  assert.match(textOf(unchanged), /exit code 0 ?what CI is told; 5 with --on-inconclusive fail/);
});

test("what must not differ is told on the page, and nothing is drawn of it", () => {
  const other = syntheticRun({ sessions: 4 });
  const page = comparisonPage(apart(syntheticRun({ sessions: 4 }), withResult(other, { identity: { ...other.result.identity, turnDetection: "manual" } })));
  assert.match(page, /not comparable: the turn detection differs: server 500 ms against manual/);
  assert.match(page, /incomparable/);
  assert.doesNotMatch(page, /<svg/);
});

test("of very many cells the worst are drawn, all have their tables, and the page stays below a megabyte", () => {
  const many = twoEfforts.flatMap((cell) => Array.from({ length: 6 }, (_, index) => ({ ...cell, effort: `${cell.effort}${index}` })));
  const comparison = apart(
    syntheticRun({ cells: many, sessions: 40, turns: 2 }),
    syntheticRun({ cells: many, sessions: 40, turns: 2, seed: 2, slowdown: 1.2 }),
  );
  const page = comparisonPage(comparison);
  assert.ok(page.length < 1e6, `${page.length} bytes`);
  assert.match(page, /The 12 worst cells have pictures/);
  assert.equal(parseHTML(page).document.querySelectorAll("section > h2").length, 24 + 4);
  assert.equal(page, comparisonPage(comparison));
});
