// What a scenario means where it says nothing. Every default is here, and the resolved scenario writes each of them out.

import type { Capabilities } from "../protocol/capabilities.ts";
import { leastCapabilities } from "../protocol/providers/compatible.ts";
import type { CallerTurn, DrawOrder } from "./caller-turn.ts";
import type { Effort } from "./effort.ts";
import type { Scenario, TurnDetection } from "./scenario.ts";

export const defaults = {
  seed: 1,
  target: { provider: "embedded", model: "gpt-realtime-2", profile: "realtime-2", script: "crm" },
  session: {
    kind: "conversation",
    instructions: "You are a friendly agent of a customer service. Answer briefly.",
    inputFormat: "pcm24k",
    outputFormat: "pcm24k",
    frameMs: 20,
    maxOutputTokens: 1024,
    /** Written out, because the API's own default is 200 ms live and 500 ms in its documentation. */
    turnDetection: { type: "server", silenceMs: 500, prefixMs: 300, threshold: 0.5, interruptResponse: true },
    cache: "natural",
  },
  /** Where the type is semantic; eagerness as the API's own default. */
  semanticTurnDetection: { type: "semantic", eagerness: "auto", interruptResponse: true },
  /** Of the embedded target only: whether another server takes an effort is for the user to say. */
  embeddedEffort: "low",
  /** Of a compatible server whose user declares nothing. */
  capabilities: leastCapabilities,
  caller: { patienceMs: 8_000, startBufferMs: 0, thinkMs: { uniform: [300, 900] }, effortBy: "update" },
  load: { model: "closed", sessions: 20, calls: 1, repeat: 1 },
  /** Of an open load: calls at once, as many as one thread drives on nearly any machine. */
  maxSessions: 200,
  /** Of sets and feeders: everyone is heard once before anyone is heard twice. */
  drawOrder: "shuffled",
  reactionTimes: 1,
  network: "none",
  prices: "openai-2026-11",
  privacy: "full",
  /** Dollars at list price, where the target is not earshot's own, its model has a price and the scenario has no budget. */
  realProviderBudgetUsd: 1,
} as const satisfies Omit<Partial<Scenario>, "session" | "caller"> & {
  readonly embeddedEffort: Effort;
  readonly semanticTurnDetection: TurnDetection;
  readonly maxSessions: number;
  readonly capabilities: Capabilities;
  readonly drawOrder: DrawOrder;
  readonly reactionTimes: number;
  readonly realProviderBudgetUsd: number;
  readonly session: Omit<Scenario["session"], "effort">;
  readonly caller: Omit<Scenario["caller"], "turns"> & { readonly turns?: readonly CallerTurn[] };
};
