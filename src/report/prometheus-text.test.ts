import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { prometheusText } from "./prometheus-text.ts";

const line = /^[a-z_]+\{([a-z]+="(?:[^"\\\n]|\\.)*",?)+\} (\+Inf|-?[\d.e+-]+)$/;

test("every line is a comment or a sample, each family once, with its help and type", () => {
  const text = prometheusText(syntheticRun({ sessions: 200, unansweredShare: 0.02 }));
  assert.ok(text.endsWith("\n"));
  for (const each of text.trimEnd().split("\n")) assert.match(each, /^# (HELP|TYPE) /.test(each) ? /^# / : line);
  const types = text.match(/^# TYPE \S+/gm) ?? [];
  assert.equal(new Set(types).size, types.length);
  assert.match(text, /^earshot_voice_to_voice_seconds\{.*effort="low".*quantile="0\.5"\} 1\.\d+$/m);
  assert.match(text, /^earshot_answered_ratio\{.*\} 0\.9\d+$/m);
});

test("a quantile among unanswered turns is infinite, and one that too few turns back is left out", () => {
  const text = prometheusText(syntheticRun({ sessions: 40, unansweredShare: 0.6 }));
  assert.match(text, /^earshot_voice_to_voice_seconds\{.*quantile="0\.5"\} \+Inf$/m);
  assert.doesNotMatch(text, /quantile="0\.99"/);
});

test("labels hold what users write, whatever it is", () => {
  const run = syntheticRun({ sessions: 5 });
  const text = prometheusText(withResult(run, { scenario: 'a "b" \\ c\nd' }));
  assert.ok(text.includes('scenario="a \\"b\\" \\\\ c\\nd"'));
});
