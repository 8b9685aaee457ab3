import assert from "node:assert/strict";
import { test } from "node:test";
import { stream, type Random } from "../core/random.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { wilson } from "./answered.ts";
import { effects, numberOf, quantileInterval, type Effect } from "./bootstrap.ts";
import { cluster, effectiveCount, intraclassCorrelation, type ClusteredSamples } from "./clusters.ts";
import { sessionSamples } from "./comparable-run.ts";
import { resampleSessions } from "./resample.ts";

const answeredIn = (session: number, ms: number): TurnRow => ({
  v: 1,
  run: "r",
  cell: "c",
  session,
  call: 0,
  turn: 0,
  kind: "plain",
  clip: "a",
  frameMs: 20,
  network: "none",
  outcome: "answered",
  speechEndUs: 0,
  firstAudibleUs: Math.round(ms * 1_000),
});
const unansweredAfter = (session: number, ms: number): TurnRow => ({
  v: 1,
  run: "r",
  cell: "c",
  session,
  call: 0,
  turn: 0,
  kind: "plain",
  clip: "a",
  frameMs: 20,
  network: "none",
  outcome: "unanswered",
  speechEndUs: 0,
  censoredAtMs: ms,
});

const clusteredOf = (rows: readonly TurnRow[]): ClusteredSamples => cluster(sessionSamples(rows, "voice_to_voice"));
/** Two runs of sessions, each resampled by its own. */
function effectsOf(before: ClusteredSamples, after: ClusteredSamples, ps: readonly number[], random: Random, resamples?: number): Effect[] {
  const [baseline, candidate] = [before, after].map((samples) => ({ samples, resampler: resampleSessions(samples, random) }));
  return effects(baseline as never, candidate as never, ps, resamples === undefined ? {} : { resamples });
}

/** Sessions of lognormal turns around 1,500 ms; `share` of the variance belongs to the session. */
function world(random: Random, sessions: number, turns: number, share: number, factor = 1): TurnRow[] {
  return Array.from({ length: sessions }, (_, session) => {
    const ofSession = random.normal();
    return Array.from({ length: turns }, () =>
      answeredIn(session, factor * (1_020 + 498 * Math.exp(0.49 * (Math.sqrt(share) * ofSession + Math.sqrt(1 - share) * random.normal())))),
    );
  }).flat();
}

const SPLITS = 300;

/** How often the interval of an effect that isn't there lies above zero; it should in one case of forty. */
function falseAlarms(p: number, clustered: boolean): number {
  let alarms = 0;
  for (let split = 0; split < SPLITS; split++) {
    const rows = world(stream(split, "a/a"), 80, 5, 0.5).map((row, index) => (clustered ? row : { ...row, session: index }));
    const perSession = clustered ? 1 : 5;
    const isFirst = (row: TurnRow): boolean => Math.floor(row.session / perSession) % 2 === 0;
    const arms = [rows.filter(isFirst), rows.filter((row) => !isFirst(row))].map((arm) => clusteredOf(arm));
    const [effect] = effectsOf(arms[0] as never, arms[1] as never, [p], stream(split, "resample"), 200);
    if (numberOf(effect?.logRatio.low ?? 0) > 0) alarms++;
  }
  return alarms;
}

for (const p of [0.5, 0.9]) {
  test(`in ${SPLITS} interleaved splits of one world, p${p * 100} looks slower about as often as promised`, () => {
    const alarms = falseAlarms(p, true);
    const { low, high } = wilson(alarms / SPLITS, SPLITS);
    assert.ok(low <= 0.025, `${alarms} false alarms, at least ${(low * 100).toFixed(1)} %`);
    assert.ok(high > 0.005, "an interval that never fails is too wide to find anything");
  });
}

test("resampling turns as if they were independent raises false alarms: the session has to be the unit", () => {
  const alarms = falseAlarms(0.5, false);
  assert.ok(wilson(alarms / SPLITS, SPLITS).low > 0.025, `only ${alarms} of ${SPLITS}`);
});

test("a planted +20 % lies inside its interval and the interval lies above zero", () => {
  const before = clusteredOf(world(stream(1, "b"), 100, 5, 0.2));
  const after = clusteredOf(world(stream(2, "b"), 100, 5, 0.2, 1.2));
  for (const effect of effectsOf(before, after, [0.5, 0.9], stream(1, "r"))) {
    const [low, high] = [numberOf(effect.logRatio.low), numberOf(effect.logRatio.high)];
    assert.ok(low > 0.05 && low < Math.log(1.2) && high > Math.log(1.2), `${low} to ${high}`);
    assert.ok(effect.pValue < 0.01);
  }
});

test("equal seeds give equal intervals", () => {
  const rows = world(stream(1, "b"), 30, 2, 0.2);
  assert.deepEqual(quantileInterval(rows, "voice_to_voice", 0.9), quantileInterval(rows, "voice_to_voice", 0.9));
});

test("an interval's end among unanswered turns is open, not a number", () => {
  const rows = Array.from({ length: 40 }, (_, session) => (session < 36 ? answeredIn(session, 1_000 + session) : unansweredAfter(session, 8_000)));
  const interval = quantileInterval(rows, "voice_to_voice", 0.9);
  assert.deepEqual(interval?.high, { above: 8_000 });
  assert.ok((interval?.low.value ?? 0) < 1_040);
});

test("an unanswered turn ranks above a slower answered one", () => {
  const before = clusteredOf([answeredIn(0, 9_000), answeredIn(1, 9_000)]);
  const after = clusteredOf([unansweredAfter(0, 500), unansweredAfter(1, 500)]);
  const [effect] = effectsOf(before, after, [0.5], stream(1, "r"), 50);
  assert.deepEqual(effect?.logRatio, { low: "above everything", high: "above everything" });
  const [unknown] = effectsOf(after, after, [0.5], stream(1, "r"), 50);
  assert.deepEqual(unknown?.logRatio, { low: "below everything", high: "above everything" });
  assert.equal(quantileInterval([unansweredAfter(0, 500), answeredIn(1, 9_000), answeredIn(2, 9_000)], "voice_to_voice", 0.3)?.high.above, 500);
});

test("one session has no interval: there is nothing to resample", () => {
  assert.equal(quantileInterval([answeredIn(0, 1_000), answeredIn(0, 1_100)], "voice_to_voice", 0.5), undefined);
});

test("turns that a session decides are worth one a session, independent ones are worth all", () => {
  const decided = clusteredOf(world(stream(3, "icc"), 100, 10, 1));
  const independent = clusteredOf(world(stream(3, "icc"), 100, 10, 0));
  assert.ok(Math.abs(effectiveCount(decided) - 100) < 1);
  assert.ok(effectiveCount(independent) > 800);
  assert.ok(Math.abs(intraclassCorrelation(clusteredOf(world(stream(4, "icc"), 300, 10, 0.5))) - 0.5) < 0.1);
});

test("a resample's quantile is the one that sorting its samples finds, however lopsided the draw", () => {
  const random = stream(9, "ranks");
  for (let round = 0; round < 200; round++) {
    const sessions = 2 + random.integer(8);
    const rows = Array.from({ length: sessions * 3 }, () => answeredIn(random.integer(sessions), 1_000 + random.integer(40)));
    const samples = clusteredOf(rows);
    const weights = Array.from(samples.sizes, () => random.integer(3) * random.integer(4));
    weights[0] = (weights[0] as number) + 1;
    const drawn = { samples, resampler: (into: Uint32Array): void => into.set(weights) };
    const whole = { samples, resampler: (into: Uint32Array): void => void into.fill(1) };
    const ps = [0.01, 0.5, 0.9, 1];
    const sorted = Array.from(samples.values, (value, rank) =>
      Array.from({ length: weights[samples.clusterOf[rank] as number] as number }, () => value),
    ).flat();
    const quantile = (values: ArrayLike<number>, p: number): number => values[Math.max(1, Math.ceil(values.length * p - 1e-9)) - 1] as number;
    effects(whole, drawn, ps, { resamples: 1 }).forEach(({ difference }, index) => {
      const p = ps[index] as number;
      assert.equal(difference.low, quantile(sorted, p) - quantile(samples.values, p));
    });
  }
});
