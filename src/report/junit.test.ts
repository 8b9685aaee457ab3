import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { junitXml } from "./junit.ts";

const run = syntheticRun({ sessions: 10 });
const hostile = 'p95 < 2000ms & "so" on\u0007\ud800 <script>';

const casesOf = (xml: string): { readonly name: string | null; readonly fault: string | null }[] =>
  [...parseHTML(xml.replace(/^<\?xml.*\n/, "")).document.querySelectorAll("testcase")].map((found) => ({
    name: found.getAttribute("name"),
    fault: found.querySelector("failure, error")?.getAttribute("type") ?? null,
  }));

test("a run without thresholds is two cases: that it was whole and that the instrument kept up", () => {
  const xml = junitXml(run);
  assert.match(xml, /<testsuites name="earshot" tests="2" failures="0" errors="0" time="24\.300">/);
  assert.deepEqual(
    casesOf(xml).map(({ fault }) => fault),
    [null, null],
  );
});

test("each threshold in each cell is a case, and a missed one says what was found", () => {
  const thresholds = [
    { text: hostile, cell: "effort=low", passed: false, actual: "p95 = 2,612 ms" },
    { text: "answered rate >= 0.99", cell: "effort=low", passed: true, actual: "1" },
  ];
  const xml = junitXml(withResult(run, { thresholds }));
  assert.match(xml, /tests="4" failures="1" errors="0"/);
  assert.match(xml, /found p95 = 2,612 ms/);
  assert.equal(casesOf(xml)[2]?.fault, "threshold");
  assert.ok(!xml.includes("\u0007") && !xml.includes("<script>"), "what XML forbids is replaced");
});

test("an invalid run and one that was cut are errors, whatever the thresholds say", () => {
  const validity = {
    verdict: "invalid",
    doubts: [{ code: "late_frames", severity: "invalid", message: "frames were late", remedy: "fewer callers" }],
  } as const;
  const xml = junitXml(withResult(run, { validity, end: { type: "interrupted", reason: "SIGINT" } }));
  assert.match(xml, /errors="2"/);
  assert.match(xml, /frames were late: fewer callers/);
});
