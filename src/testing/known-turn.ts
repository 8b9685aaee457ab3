// What tests that play the server against one call share: the instants of its first turn, and how its metrics are read.

import assert from "node:assert/strict";
import type { MetricId } from "../metrics/catalogue.ts";
import { measure } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";

/** The virtual clock starts here; the caller is ready at once, thinks for 500 ms and speaks from 100 to 905 ms of its clip. */
export const READY_US = 1_000_000;
export const TURN_US = READY_US + 500_000;
export const SPEECH_END_US = TURN_US + 905_000;
/** An instant so many ms after the end of speech of the first turn. */
export const at = (ms: number): number => SPEECH_END_US + ms * 1_000;

export const value = (row: TurnRow | undefined, metric: MetricId): number | undefined => (row ? measure(metric, row)?.value : undefined);
const usage = {
  input_token_details: { text_tokens: 10, audio_tokens: 9, cached_tokens_details: { text_tokens: 4, audio_tokens: 0 } },
  output_token_details: { text_tokens: 5, audio_tokens: 20 },
};
export const created = (id: string): Readonly<Record<string, unknown>> => ({ type: "response.created", response: { id } });
export const done = (id: string, status = "completed"): Readonly<Record<string, unknown>> => ({ type: "response.done", response: { id, status, usage } });

/** Undefined: the turn has no such sample. */
export function expectValues(row: TurnRow | undefined, expected: Partial<Record<MetricId, number | undefined>>): void {
  for (const [metric, ms] of Object.entries(expected)) assert.equal(value(row, metric as MetricId), ms, metric);
}
