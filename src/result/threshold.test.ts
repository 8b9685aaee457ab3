import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesOf } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CellResult } from "./run-result.ts";
import { judge, parseThreshold, thresholdFault } from "./threshold.ts";

const cell = (id: string, effort: string): CellResult => ({ id, axes: { effort } }) as unknown as CellResult;
const answered = (ms: number): TurnRow => ({ outcome: "answered", speechEndUs: 0, firstAudibleUs: ms * 1_000 }) as unknown as TurnRow;
const unanswered = { outcome: "unanswered", speechEndUs: 0, censoredAtMs: 8_000 } as unknown as TurnRow;
const rows: Readonly<Record<string, readonly TurnRow[]>> = { low: [answered(1_000), answered(2_000)], high: [answered(3_000), unanswered] };
const verdicts = (text: string): unknown[] => {
  const threshold = parseThreshold(text, "--threshold");
  assert.ok(threshold.ok, text);
  return judge(threshold.value, [cell("low", "low"), cell("high", "high")], (metric, id) => samplesOf(metric, rows[id] ?? [])).map((result) => [
    result.cell,
    result.passed,
    result.actual,
  ]);
};

const table: readonly (readonly [string, readonly unknown[]])[] = [
  [
    "voice_to_voice p50 < 1500ms",
    [
      ["low", true, "1000 ms"],
      ["high", false, "3000 ms"],
    ],
  ],
  ["voice_to_voice{effort=low} max <= 2s", [["low", true, "2000 ms"]]],
  ["voice_to_voice{effort=high} p99 < 60s", [["high", false, "> 8000 ms"]]],
  [
    "answered rate >= 99%",
    [
      ["low", true, "1 share"],
      ["high", false, "0.5 share"],
    ],
  ],
  [
    "cost mean < $0.01",
    [
      ["low", false, "no samples"],
      ["high", false, "no samples"],
    ],
  ],
  ["voice_to_voice{effort=xhigh} p50 < 1s", [["-", false, "no cell of this run matches"]]],
];
for (const [text, expected] of table) test(`${text} is judged cell by cell`, () => assert.deepEqual(verdicts(text), expected));

const wrong: readonly (readonly [string, RegExp])[] = [
  ["voice_to_voce p95 < 2500ms", /did you mean voice_to_voice/],
  ["voice_to_voice p95 2500", /write metric/],
  ["voice_to_voice p0 < 1ms", /not a statistic/],
  ["voice_to_voice p95 < 20%", /is in ms, not in %/],
  ["voice_to_voice{effort} p95 < 1s", /axis=value/],
];
for (const [text, message] of wrong) {
  test(`${text} is refused with a remedy`, () => {
    const result = parseThreshold(text, "--threshold");
    assert.ok(!result.ok);
    assert.match(result.issues[0]?.message ?? "", message);
  });
}

test("a threshold about no cell of the run is found before the run", () => {
  const about = (text: string): string | undefined => {
    const threshold = parseThreshold(text, "--threshold");
    assert.ok(threshold.ok, text);
    return thresholdFault(threshold.value, [
      { axes: { network: "delay:80ms,jitter:20ms" }, effort: "low", frameMs: 20, network: "delay:80ms,jitter:20ms", provider: "embedded", model: "m" },
    ]);
  };
  assert.equal(about("voice_to_voice{network=delay:80ms,jitter:20ms,effort=low} p50 < 1s"), undefined);
  assert.match(about("voice_to_voice{efort=low} p50 < 1s") ?? "", /did you mean effort/);
  assert.match(about("voice_to_voice{effort=high} p50 < 1s") ?? "", /no cell/);
  assert.equal(about("voice_to_voice{kind=tool} p50 < 1s"), undefined);
  assert.match(about("voice_to_voice{kind=slow} p50 < 1s") ?? "", /plain or tool/);
});
