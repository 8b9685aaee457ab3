// The page in a real browser, as its readers see it: on a desk, on a phone, in the dark and on paper.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import type { RunRecord } from "../../result/run-result.ts";
import { browserMissing, openBrowser } from "../../testing/browser.ts";
import { hostileRun } from "../../testing/hostile-run.ts";
import { papers, readers, readPage, type Reader, type Seen } from "../../testing/page-reader.ts";
import { syntheticRun, withResult } from "../../testing/run-record.ts";
import { htmlReport } from "./page.ts";

const skip = browserMissing() ?? false;

let browser: Browser | undefined;
before(async () => {
  if (skip === false) browser = await openBrowser();
});
after(async () => browser?.close());

async function read(record: RunRecord, reader: Reader): Promise<Seen> {
  assert.ok(browser);
  return readPage(browser, htmlReport(record), reader);
}

const ordinary = (): RunRecord =>
  withResult(syntheticRun({ sessions: 12, breaksCall: true, unansweredShare: 0.05 }), {
    thresholds: [{ text: "voice_to_voice p90 < 2500ms", cell: "effort=high,frameMs=20", passed: false, actual: "p90 = 3,510 ms" }],
    tags: { region: "eu" },
  });

for (const reader of readers) {
  test(`the page asks for nothing, runs nothing and fits: ${reader.name}`, { skip }, async () => {
    const seen = await read(ordinary(), reader);
    assert.match(seen.paper, papers[reader.name]);
    assert.ok(seen.charts >= 5, `${seen.charts} charts`);
    assert.ok(seen.unfolded.length === 10 && seen.unfolded.every(Boolean), `unfolded: ${seen.unfolded.join()}`);
  });
}

for (const reader of readers.filter(({ name }) => name === "desk" || name === "phone")) {
  test(`texts of an enemy stay texts and stay in their boxes: ${reader.name}`, { skip }, async () => {
    await read(hostileRun(), reader);
  });
}
