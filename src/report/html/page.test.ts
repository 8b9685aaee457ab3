import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { RunRecord } from "../../result/run-result.ts";
import { syntheticRun, withResult } from "../../testing/run-record.ts";
import { htmlReport } from "./page.ts";

const hostile = `</script></style><img src=x onerror="alert(1)">'"&`;

const titles = (page: string): string[] => [...parseHTML(page).document.querySelectorAll("h2")].map((heading) => heading.textContent ?? "");

test("text from strangers stays text, wherever it stands", () => {
  const base = syntheticRun({ sessions: 4, breaksCall: true, unansweredShare: 0.2 });
  const record: RunRecord = withResult(
    {
      ...base,
      scenarioYaml: hostile,
      turns: base.turns.map((row) => ({
        ...row,
        clip: hostile,
        tags: { [hostile]: hostile },
        transcripts: { caller: hostile, answer: hostile },
        ...(row.failure && { failure: hostile }),
      })),
    },
    {
      scenario: hostile,
      runId: hostile,
      tags: { [hostile]: hostile },
      cells: base.result.cells.map((cell) => ({ ...cell, axes: { ...cell.axes, model: hostile }, model: hostile, profile: hostile })),
      calls: base.result.calls.map((call) => ({ ...call, failureClass: hostile, failure: hostile })),
      thresholds: [{ text: hostile, cell: hostile, passed: false, actual: hostile }],
      validity: { verdict: "doubtful", doubts: [{ code: "x", severity: "doubt", message: hostile, remedy: hostile }] },
      end: { type: "incomplete", reason: hostile },
    },
  );
  const page = htmlReport(record);
  const { document } = parseHTML(page);
  assert.equal(document.querySelectorAll("img, script, iframe, object, a, link").length, 0);
  assert.equal(document.querySelector("h1")?.textContent, hostile);
  assert.equal(document.querySelector("pre")?.textContent, hostile);
  assert.doesNotMatch(page, /<img|<\/script/i);
});

test("it fetches nothing, runs nothing, and its policy forbids both", () => {
  const page = htmlReport(syntheticRun({ sessions: 4 }));
  assert.match(
    page,
    /Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:|Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:/,
  );
  assert.doesNotMatch(page, /(?:src|href)=|url\(|@import/);
});

test("only sections with data appear", () => {
  const full = syntheticRun({ sessions: 6, breaksCall: true });
  assert.deepEqual(titles(htmlReport(full)), [
    "What to do next",
    "How long until the caller hears an answer",
    "Where the time goes",
    "The slow end",
    "What an effort brings",
    "Over time",
    "By effort and frame size",
    "Frame sizes",
    "How turns ended",
    "What it costs",
    "Can it be believed",
    "Slowest turns",
    "What was run, and on what",
  ]);
  const unpriced = full.result.cells.map((cell) => ({ ...cell, money: { priceList: "none", unpricedTurns: 12 }, metrics: {} }));
  const bare = withResult({ ...full, turns: [] }, { cells: unpriced.slice(0, 1) });
  assert.deepEqual(titles(htmlReport(bare)), [
    "What to do next",
    "How long until the caller hears an answer",
    "How turns ended",
    "Can it be believed",
    "What was run, and on what",
  ]);
});

test("an interval that ends among unanswered turns is drawn open and printed as longer than what was waited", () => {
  const page = htmlReport(syntheticRun({ sessions: 20, unansweredShare: 0.12 }));
  assert.match(page, /▶/);
  assert.match(page, /&gt; 8,000/);
});

test("a large run makes a page below a megabyte that says how much it draws, and the same page each time", () => {
  const record = syntheticRun({ sessions: 1_000, turns: 2, unansweredShare: 0.2 });
  const page = htmlReport(record);
  assert.ok(page.length < 1e6, `${page.length} bytes`);
  assert.match(page, /of 8,000 turns are drawn/);
  assert.equal(page, htmlReport(syntheticRun({ sessions: 1_000, turns: 2, unansweredShare: 0.2 })));
});
