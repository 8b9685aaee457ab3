import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { nextSteps } from "./next-steps.ts";

const cell = "effort=high,frameMs=20";
const withThreshold = (text: string, passed: boolean, sessions = 60) =>
  nextSteps(withResult(syntheticRun({ sessions }), { thresholds: [{ text, cell, passed, actual: "p90 = 3,000 ms" }] }));

test("a clear miss names the cell, by how much, and where a slow turn's time goes", () => {
  const [step] = withThreshold("voice_to_voice p90 < 1500ms", false);
  assert.equal(step?.tone, "bad");
  assert.match(step?.found ?? "", /^voice_to_voice p90 < 1500ms is missed in high, 20 ms frames: p90 = 3,000 ms, [\d,]+ ms too slow$/);
  assert.match(step?.todo ?? "", /are think, [\d,]+ ms more than in a typical turn: try a lower effort/);
  assert.doesNotMatch(step?.todo ?? "", /too few/);
});

test("what too few turns can't prove says how many callers would", () => {
  const callers = (steps: ReturnType<typeof withThreshold>): number => Number(/about ([\d,]+) callers/.exec(steps[0]?.todo ?? "")?.[1]?.replaceAll(",", ""));
  const near = withThreshold("voice_to_voice p90 < 4200ms", true, 60);
  const nearer = withThreshold("voice_to_voice p90 < 3900ms", true, 60);
  const far = withThreshold("voice_to_voice p90 < 9000ms", true, 10);
  assert.ok(callers(far) >= 50 && callers(far) < 70, `10 turns beyond p90 need 100 turns, 50 callers: ${far[0]?.todo}`);
  for (const steps of [near, nearer]) assert.notEqual(steps[0]?.tone, "bad");
});

test("an invalid run says so first, with its remedy; a good one says what to do with it", () => {
  const doubts = [{ code: "late_frames", severity: "invalid" as const, message: "frames were late", remedy: "take fewer callers" }];
  const [first] = nextSteps(withResult(syntheticRun({ sessions: 4, unansweredShare: 0.2 }), { validity: { verdict: "invalid", doubts } }));
  assert.deepEqual(first, { tone: "bad", found: "these figures are not to be used: frames were late", todo: "take fewer callers" });
  const [only, ...others] = nextSteps(syntheticRun({ sessions: 4 }));
  assert.equal(others.length, 0);
  assert.match(only?.todo ?? "", /--save baseline\.json/);
});

test("turns without an answer are counted by why, and a run that ended early says whether it can go on", () => {
  const steps = nextSteps(withResult(syntheticRun({ sessions: 10, breaksCall: true }), { end: { type: "interrupted", reason: "SIGINT" } }));
  assert.match(steps[0]?.todo ?? "", /--resume/);
  assert.match(steps[1]?.found ?? "", /^1 % of the turns got no answer \(1 network\), most of them in low, 20 ms frames$/);
  assert.match(steps[1]?.todo ?? "", /earshot doctor/);
});
