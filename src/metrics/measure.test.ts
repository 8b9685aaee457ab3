import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { catalogue, metricIds } from "./catalogue.ts";
import { measure } from "./measure.ts";
import { isQuantileBacked, quantile, summarise } from "./quantile.ts";
import type { TurnRow } from "./turn-row.ts";

const row = (fields: Partial<TurnRow>): TurnRow => ({
  v: 1,
  run: "r",
  cell: "all",
  session: 0,
  call: 0,
  turn: 0,
  kind: "plain",
  clip: "hello",
  frameMs: 20,
  network: "none",
  outcome: "answered",
  ...fields,
});
const seen = (value: number) => ({ value, censored: false });
const waited = (value: number) => ({ value, censored: true });

test("a catalogue entry goes by its own id, and durations say what they lie between", () => {
  for (const id of metricIds) {
    assert.equal(catalogue[id].id, id);
    const metric: { readonly from?: string; readonly to?: string; readonly kind: string } = catalogue[id];
    assert.equal(metric.kind === "duration", metric.from !== undefined && metric.to !== undefined, id);
  }
});

test("what was never known is absent, not zero", () => {
  for (const id of metricIds) if (id !== "answered") assert.equal(measure(id, row({})), undefined, id);
});

test("a turn without an answer is longer than what was waited, in every metric that waits for the answer", () => {
  const unanswered = row({ outcome: "unanswered", speechEndUs: 0, speechStoppedUs: 500_000, censoredAtMs: 8_000 });
  assert.deepEqual(measure("voice_to_voice", unanswered), waited(8_000));
  assert.deepEqual(measure("first_audio", unanswered), waited(8_000));
  assert.deepEqual(measure("end_of_utterance", unanswered), seen(500));
  assert.deepEqual(measure("answered", unanswered), seen(0));
  assert.equal(measure("answered", row({ outcome: "dropped" })), undefined);
});

test("a quantile among censored samples is longer than, never a number", () => {
  const samples = [seen(100), seen(200), waited(50), seen(300)];
  assert.deepEqual(quantile(samples, 0.5), { value: 200 });
  assert.deepEqual(quantile(samples, 0.75), { value: 300 });
  assert.deepEqual(quantile(samples, 0.76), { above: 50 });
  assert.equal(quantile([], 0.5), undefined);
  assert.deepEqual(summarise(samples), { count: 4, censored: 1, min: 100, p50: 200, p75: 300, censoredAbove: 50 });
});

test("dropping slow turns never makes a server look faster", () => {
  const turns = fc.array(fc.double({ min: 1, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(turns, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, p) => {
      const slowest = Math.max(...values);
      const dropping = values.map((value) => (value === slowest ? waited(1) : seen(value)));
      const honest = quantile(values.map(seen), p)?.value ?? 0;
      const shown = quantile(dropping, p);
      assert.ok(shown?.above !== undefined || (shown?.value ?? 0) >= honest);
    }),
  );
});

test("a quantile is shown where ten samples lie beyond it", () => {
  assert.deepEqual(
    [isQuantileBacked(100, 0.9), isQuantileBacked(99, 0.9), isQuantileBacked(1_000, 0.99), isQuantileBacked(199, 0.95)],
    [true, false, true, false],
  );
});
