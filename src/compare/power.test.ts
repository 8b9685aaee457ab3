import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { assumedWorld } from "./assumed-world.ts";
import { effects } from "./bootstrap.ts";
import { cluster, type ClusteredSamples } from "./clusters.ts";
import { defaultPolicy } from "./policy.ts";
import { sessionsNeeded } from "./power.ts";
import { resampleSessions } from "./resample.ts";
import { judge } from "./verdict.ts";

const question = { p: 0.5, change: 0.1, driftAllowance: 0 };
const seen = (sessions: number, turns: number): ClusteredSamples => cluster(assumedWorld(stream(1, "seen"), { sessions, turns }));
const needed = (samples: ClusteredSamples, changes: Partial<typeof question> = {}): number =>
  sessionsNeeded(samples, { ...question, ...changes }, stream(1, "power")) as number;

test("with as many callers as it says, nothing is called ok, and twice as much a regression, about four times of five", () => {
  const sessions = needed(seen(400, 5));
  const policy = { ...defaultPolicy, driftAllowance: 0 };
  const shareOf = (slowdown: number, verdict: string): number => {
    const found = Array.from({ length: 100 }, (_, split) => {
      const [before, after] = [1, slowdown].map((factor, arm) => {
        const samples = cluster(assumedWorld(stream(split, "world", arm), { sessions, turns: 5 }, { factorOf: () => factor }));
        return { samples, resampler: resampleSessions(samples, stream(split, "resample", arm)) };
      });
      const [effect] = effects(before as never, after as never, [0.5], { resamples: 400 });
      return judge(effect as never, null, policy).verdict;
    });
    return found.filter((each) => each === verdict).length / found.length;
  };
  for (const [slowdown, verdict] of [
    [1, "ok"],
    [1.1 * 1.1, "regression"],
  ] as const) {
    const share = shareOf(slowdown, verdict);
    assert.ok(share > 0.65 && share < 0.93, `${verdict} in ${share} with ${sessions} sessions`);
  }
});

test("half the change needs about four times the callers, and so does less room beside the drift", () => {
  const samples = seen(400, 5);
  const ratio = needed(samples, { change: 0.05 }) / needed(samples);
  assert.ok(ratio > 3.2 && ratio < 4.6, String(ratio));
  assert.ok(needed(samples, { driftAllowance: 0.05 }) > 3 * needed(samples));
});

test("a quantile needs enough turns beyond it, however alike they are", () => {
  const alike = cluster(Array.from({ length: 50 }, (_, session) => ({ session, samples: [{ value: 1_000 + session / 1_000, censored: false }] })));
  assert.equal(needed(alike, { p: 0.9 }), 100);
  assert.equal(needed(alike, { p: 0.99 }), 1_000);
});

test("one session, or an allowance as large as the change, tells nothing", () => {
  assert.equal(sessionsNeeded(seen(1, 5), question, stream(1, "power")), undefined);
  assert.equal(sessionsNeeded(seen(40, 5), { ...question, driftAllowance: 0.1 }, stream(1, "power")), undefined);
});
