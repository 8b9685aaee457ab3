import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ReasoningEffort } from "../protocol/session-config.ts";
import { reasoningEfforts } from "../protocol/session-config.ts";
import { quantileOf } from "./distribution.ts";
import { drawTurn, expectedVoiceToVoiceMs } from "./latency-model.ts";
import { checkProfile, profileNames, readProfile } from "./profile.ts";

const realtime2 = orThrow(readProfile("realtime-2"));

/** Voice-to-voice p50, p90, p99 of the public figures, ms, at 500 ms of silence. */
const ladder: readonly (readonly [ReasoningEffort, number, number, number])[] = [
  ["minimal", 1_150, 1_500, 2_200],
  ["low", 1_500, 1_950, 2_500],
  ["medium", 1_750, 2_600, 4_200],
  ["high", 2_150, 3_500, 5_600],
  ["xhigh", 2_300, 4_200, 7_500],
];

for (const [effort, p50, p90, p99] of ladder) {
  test(`the parts of realtime-2 at ${effort} effort add up to the ladder, within 5 % at p50 and p90 and 8 % at p99`, () => {
    for (const [p, wanted, tolerance] of [
      [0.5, p50, 0.05],
      [0.9, p90, 0.05],
      [0.99, p99, 0.08],
    ] as const) {
      const got = expectedVoiceToVoiceMs(realtime2, effort, 500, p);
      assert.ok(Math.abs(got / wanted - 1) < tolerance, `p${p * 100}: ${got.toFixed(0)} is not ${wanted}`);
    }
  });
}

for (const [name, p50, p90, p99] of [
  // 770 + 484 exp(0.588 N), and two to four seconds.
  ["realtime-1.5", 1_254, 1_798, 2_671],
  ["cascade", 2_830, 3_680, 4_600],
] as const) {
  test(`the parts of ${name} add up to what is published of it, within 3 %`, () => {
    const profile = orThrow(readProfile(name));
    for (const [p, wanted] of [
      [0.5, p50],
      [0.9, p90],
      [0.99, p99],
    ] as const)
      assert.ok(Math.abs(expectedVoiceToVoiceMs(profile, "low", 500, p) / wanted - 1) < 0.03, `p${p * 100}`);
  });
}

test("the seed profile keeps the article's promise for manual turns, and exact is exact", () => {
  const seed = orThrow(readProfile("seed"));
  assert.deepEqual(
    (["low", "medium", "high"] as const).map((effort) => expectedVoiceToVoiceMs(seed, effort, 0, 0.5)),
    [200, 225, 250],
  );
  assert.equal(expectedVoiceToVoiceMs(orThrow(readProfile("exact")), "high", 500, 0.99), 900);
});

test("a shorter silence takes away exactly what it is shorter by", () => {
  const difference = expectedVoiceToVoiceMs(realtime2, "low", 500, 0.5) - expectedVoiceToVoiceMs(realtime2, "low", 200, 0.5);
  assert.ok(Math.abs(difference - 300) < 1e-6);
});

test("the same call and turn draw the same delays whatever was drawn before", () => {
  const key = { seed: 1, session: 17, call: 0, turn: 3 };
  const alone = drawTurn(realtime2, key);
  for (let session = 0; session < 50; session++) drawTurn(realtime2, { ...key, session }).thinkMs("high");
  const later = drawTurn(realtime2, key);
  assert.deepEqual([later.jitterMs, later.leadingSilenceMs, later.thinkMs("low")], [alone.jitterMs, alone.leadingSilenceMs, alone.thinkMs("low")]);
  assert.notEqual(drawTurn(realtime2, { ...key, turn: 4 }).thinkMs("low"), alone.thinkMs("low"));
  assert.notEqual(drawTurn(realtime2, { ...key, seed: 2 }).thinkMs("low"), alone.thinkMs("low"));
});

test("efforts share their luck: a turn slower than another at low is slower at every effort", () => {
  const turns = Array.from({ length: 40 }, (_, turn) => drawTurn(realtime2, { seed: 1, session: 0, call: 0, turn }));
  const order = (effort: ReasoningEffort): number[] =>
    turns.map((_, index) => index).toSorted((a, b) => (turns[a]?.thinkMs(effort) ?? 0) - (turns[b]?.thinkMs(effort) ?? 0));
  for (const effort of reasoningEfforts) assert.deepEqual(order(effort), order("low"));
});

test("one xhigh turn in twenty is never answered, and no turn of the other efforts", () => {
  const turns = Array.from({ length: 4_000 }, (_, turn) => drawTurn(realtime2, { seed: 1, session: 0, call: 0, turn }));
  const unanswered = (effort: ReasoningEffort): number => turns.filter((turn) => !turn.isAnswered(effort)).length / turns.length;
  assert.ok(Math.abs(unanswered("xhigh") - 0.05) < 0.012);
  assert.deepEqual((["minimal", "low", "medium", "high"] as const).map(unanswered), [0, 0, 0, 0]);
});

test("a mixture's quantile grows with p and is the value that p of its draws stay below", () => {
  const mixture = {
    mixture: [
      { share: 0.5, shiftMs: 0, medianMs: 100, sigma: 0.1 },
      { share: 0.5, shiftMs: 0, medianMs: 1_000, sigma: 0.1 },
    ],
  };
  const quantiles = Array.from({ length: 99 }, (_, index) => quantileOf(mixture, (index + 1) / 100));
  assert.deepEqual(
    quantiles,
    quantiles.toSorted((a, b) => a - b),
  );
  assert.ok(Math.abs(quantileOf(mixture, 0.25) - 100) < 0.01);
  assert.ok(Math.abs(quantileOf(mixture, 0.75) - 1_000) < 0.01);
});

test("every figure of every profile says where it comes from, and an unknown profile is named with its neighbour", () => {
  for (const name of profileNames) assert.equal(readProfile(name).ok, true);
  const unknown = readProfile("realtime2");
  assert.match(unknown.ok ? "" : (unknown.issues[0]?.message ?? ""), /did you mean "realtime-2"/);
  const broken = checkProfile({ ...realtime2, pathMs: { delay: { fixedMs: -1 } } }, "x.json");
  assert.deepEqual(broken.ok ? [] : broken.issues.map((issue) => issue.path), ["pathMs.origin", "pathMs.source", "pathMs.delay"]);
});
