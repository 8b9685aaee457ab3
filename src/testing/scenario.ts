// A small scenario and its calls for tests, without files.

import { planOf, type PlannedCall } from "../plan/plan.ts";
import type { ClipTimes } from "../plan/planned-turn.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** Two turns of a one-second clip whose speech lies from 100 to 905 ms; everything else plain. */
export const clips: ReadonlyMap<string, ClipTimes> = new Map([
  ["hello", { durationMs: 1_000, speechStartMs: 100, speechEndMs: 905, spokenText: "Hello, is it me?" }],
]);

export function scenarioWith(
  change: Partial<Omit<Scenario, "session" | "caller">> & {
    readonly session?: Partial<Scenario["session"]>;
    readonly caller?: Partial<Scenario["caller"]>;
  } = {},
): Scenario {
  return {
    version: 1,
    name: "test",
    seed: 1,
    target: { provider: "embedded", model: "gpt-realtime-2", profile: "exact", script: "crm" },
    load: { model: "closed", sessions: 1, calls: 1 },
    network: "none",
    prices: "openai-2026-11",
    privacy: "full",
    matrix: {},
    thresholds: [],
    tags: {},
    ...change,
    session: {
      kind: "conversation",
      instructions: "Answer.",
      inputFormat: "pcm24k",
      outputFormat: "pcm24k",
      frameMs: 20,
      effort: "low",
      maxOutputTokens: 1_024,
      turnDetection: { type: "server", silenceMs: 500, prefixMs: 300, threshold: 0.5, interruptResponse: true },
      cache: "natural",
      ...change.session,
    },
    caller: { patienceMs: 8_000, startBufferMs: 0, thinkMs: 500, turns: [{ say: "hello" }, { say: "hello" }], effortBy: "update", ...change.caller },
  };
}

/** The first call of the scenario's plan. */
export function callOf(scenario: Scenario): PlannedCall {
  const call = planOf(scenario, clips).groups[0]?.calls[0];
  if (!call) throw new Error("the scenario plans no call");
  return call;
}
