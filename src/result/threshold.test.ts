import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesOf } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CellResult } from "./run-result.ts";
import { isAboutRow, judge, parseThreshold, thresholdFault } from "./threshold.ts";

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

const priced = { ...cell("low", "low"), money: { priceList: "p", unpricedTurns: 0, usdPerMinute: 0.05, usdPerCall: 0.2 } } as CellResult;
const money: readonly (readonly [string, boolean, string])[] = [
  ["cost per turn < $0.02", true, "0.015 usd"],
  ["cost total <= 0.02usd", false, "0.03 usd"],
  ["cost per minute < 0.06", true, "0.05 usd"],
  ["cost per call < 0.1", false, "0.2 usd"],
  ["tokens_input per turn < 50", true, "30 tokens"],
  ["cost{stage=2} total < 0.02", true, "0.01 usd"],
];

for (const [text, passed, actual] of money) {
  test(`${text} is judged by what was spent`, () => {
    const threshold = parseThreshold(text, "--threshold");
    assert.ok(threshold.ok, text);
    const usage = { textIn: 30, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };
    const spent = [
      { costMicroUsd: 20_000, stage: 1, usage },
      { costMicroUsd: 10_000, stage: 2, usage },
    ] as unknown as readonly TurnRow[];
    const [found] = judge(threshold.value, [priced], (metric, _cell, where) =>
      samplesOf(
        metric,
        spent.filter((row) => isAboutRow(row, where)),
      ),
    );
    assert.deepEqual([found?.passed, found?.actual], [passed, actual]);
  });
}

const misfits: Readonly<Record<string, RegExp>> = {
  "voice_to_voice rate < 1": /rate is of shares, such as answered rate >= 0.99; voice_to_voice is in ms/,
  "voice_to_voice per turn < 1s": /per turn is of money, tokens and counts/,
  "answered total > 3": /total is of money, tokens and counts/,
  "tokens_input per minute < 5": /per minute is of money, such as cost per minute < 0.05/,
  "cost per hour < 5": /per hour is not a statistic/,
};

for (const [text, says] of Object.entries(misfits)) {
  test(`${text} is refused, with what to write instead`, () => {
    const parsed = parseThreshold(text, "--threshold");
    assert.match(parsed.ok ? "" : (parsed.issues[0]?.message ?? ""), says);
  });
}

test("braces may name a tag of the run, a stage and a repeat; what is of whole cells has no stage and ends no run", () => {
  const faultOf = (text: string, abortAfterMs?: number): string | undefined => {
    const threshold = parseThreshold(text, "--threshold");
    assert.ok(threshold.ok, text);
    return thresholdFault({ ...threshold.value, ...(abortAfterMs === undefined ? {} : { abortAfterMs }) }, [priced], { region: "eu" });
  };
  assert.equal(faultOf("voice_to_voice{region=eu,stage=2,repeat=1} p50 < 1s"), undefined);
  assert.match(faultOf("voice_to_voice{region=us} p50 < 1s") ?? "", /is about no cell/);
  assert.match(faultOf("cost{stage=2} per minute < 1") ?? "", /per minute is of whole cells; leave stage out/);
  assert.match(faultOf("cost per call < 1", 5_000) ?? "", /only per turn and total can end a run/);
  assert.match(faultOf("connect_total p50 < 1s", 5_000) ?? "", /connect times are judged at the end/);
});

test("what is measured of lost connections may name their cause, and nothing else of turns", () => {
  const faultOf = (text: string, abortAfterMs?: number): string => {
    const threshold = parseThreshold(text, "--threshold");
    assert.ok(threshold.ok, text);
    return thresholdFault({ ...threshold.value, ...(abortAfterMs === undefined ? {} : { abortAfterMs }) }, [priced]) ?? "";
  };
  assert.equal(faultOf("recover_first_audible{cause=reset,effort=low} p95 < 2500ms"), "");
  assert.equal(faultOf("recover_turns_doubled total <= 0"), "");
  assert.equal(faultOf("recover_audio_lost total < 2s"), "");
  assert.equal(faultOf("recovered rate >= 99%"), "");
  assert.match(faultOf("recover_detect{cause=rest} max < 1s"), /did you mean reset/);
  assert.match(faultOf("recover_detect{kind=tool} max < 1s"), /a lost connection has no kind; take \{cause=\.\.\.\}/);
  assert.match(faultOf("voice_to_voice{cause=reset} p50 < 1s"), /only what is measured of recoveries has a cause/);
  assert.match(faultOf("recover_detect max < 1s", 5_000), /recoveries are judged at the end/);
});
