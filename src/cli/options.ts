// Options that several commands share, and those of `run` that set a field of the scenario.

import type { Issue } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { Options } from "yargs";

export const fixturesOption = {
  type: "string",
  describe: "Folder with your own fixtures (a manifest.json); default ./fixtures if there is one",
  group: "Files:",
  requiresArg: true,
} as const satisfies Options;
export const outOption = {
  type: "string",
  describe: "Folder for the reports",
  default: "reports",
  group: "Files:",
  requiresArg: true,
} as const satisfies Options;

export const thresholdOption = {
  type: "string",
  array: true,
  describe: 'Fails the run (exit 3), for example "voice_to_voice p90 < 2500ms"',
  group: "What is demanded:",
  requiresArg: true,
} as const satisfies Options;
export const threadsOption = {
  type: "number",
  describe: "Threads that make the calls; by default what suits callers and cores",
  requiresArg: true,
} as const satisfies Options;

/** Flags that set one field; a comma list makes an axis of the matrix. */
export const fieldFlags = {
  effort: { path: "session.effort", describe: "Reasoning effort: minimal, low, medium, high, xhigh" },
  "frame-ms": { path: "session.frameMs", describe: "Length of a microphone frame, ms, 10 to 100" },
  "input-format": { path: "session.inputFormat", describe: "Audio on the wire: pcm24k, pcmu, pcma" },
  "silence-ms": { path: "session.turnDetection.silenceMs", describe: "Silence after which the server takes the turn to be over, ms" },
  sessions: { path: "load.sessions", describe: "Callers in every cell" },
  duration: { path: "load.duration", describe: "For how long callers repeat their turns, such as 60s; without it they say them once" },
  calls: { path: "load.calls", describe: "Calls each caller makes" },
  concurrency: { path: "load.concurrency", describe: "Calls in progress at once" },
  repeat: { path: "load.repeat", describe: "How often every cell runs, one time after the other" },
  network: {
    path: "network",
    describe: "Network: none, a name such as lte (earshot networks), or impairments such as delay:80ms,jitter:20ms,reset@5s (delays are one way)",
  },
  profile: { path: "target.profile", describe: "Latency profile of the embedded target: realtime-2, seed, exact" },
  model: { path: "target.model", describe: "Model to ask for" },
  "patience-ms": { path: "caller.patienceMs", describe: "How long a caller waits for an answer, ms" },
  prices: { path: "prices", describe: "Price list: openai-2026-11, seed-article, or the path of your own .json file" },
  "budget-usd": { path: "budget.usd", describe: "Dollars at list price that are never passed (exit 7 when they are spent); none for no limit" },
  "budget-tokens": { path: "budget.tokens", describe: "Tokens that are never passed, input and output of every response" },
  "budget-minutes": { path: "budget.minutes", describe: "Minutes of audio, spoken and heard, that are never passed" },
  seed: { path: "seed", describe: "Seed of everything that is drawn by chance" },
} as const satisfies Readonly<Record<string, { readonly path: string; readonly describe: string }>>;

export type FieldFlag = keyof typeof fieldFlags;

export function threadsIssues(threads: number | undefined): readonly Issue[] {
  const isRight = threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= limits.threads);
  return isRight ? [] : [{ source: "--threads", message: `must be a whole number from 1 to ${limits.threads}` }];
}
