// Text tokens that were billed and that nobody heard or read: what a model thinks before it answers, as far as a client can tell.
// The API reports no reasoning of its own, so this is an estimate and is called unexplained.

import { isFingerprint } from "../result/privacy.ts";
import type { TurnRow } from "../metrics/turn-row.ts";

/** Of English: the rate at which an answer's words are counted against the text that was billed with it. */
const TOKENS_A_WORD = 1.3;

function unexplainedIn({ kind, outcome, usage, responseIds = [], transcripts }: TurnRow): number | undefined {
  // A function's arguments are text too, and a turn that was spoken over has a transcript that goes on unheard.
  if (
    kind !== "plain" ||
    outcome !== "answered" ||
    responseIds.length !== 1 ||
    !usage ||
    transcripts?.answer === undefined ||
    isFingerprint(transcripts.answer)
  )
    return undefined;
  const words = transcripts.answer.trim().split(/\s+/).filter(Boolean).length;
  return Math.max(0, usage.textOut - words * TOKENS_A_WORD);
}

/** Mean over plain answered turns of one response whose usage and transcript are known; undefined without any. */
export function unexplainedTextTokens(rows: readonly TurnRow[]): number | undefined {
  const known = rows.flatMap((row) => unexplainedIn(row) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, tokens) => sum + tokens, 0) / known.length;
}
