// What a turn came to, held against what was expected of it, once it is over.

import { judgeTurn } from "../accuracy/expectations.ts";
import { transcriptErrors } from "../accuracy/word-errors.ts";
import type { Outcome, TurnRow } from "../metrics/turn-row.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import { callerTranscript } from "./input-transcript.ts";
import type { TurnState } from "./turn-state.ts";

type Judged = { readonly [Key in "expectations" | "transcriptErrors"]: TurnRow[Key] | undefined };

/** A turn that earshot itself cut short says nothing of the server. */
export function judgeRecorded(turn: TurnState): Judged {
  const { spokenText, expect } = turn.planned;
  const written = callerTranscript(turn);
  const errors = spokenText === undefined || written === undefined ? undefined : transcriptErrors(spokenText, written);
  const isOurs = turn.outcome === undefined || turn.outcome === "interrupted";
  if (!expect || isOurs) return { transcriptErrors: errors, expectations: undefined };
  const answeredMs = turn.outcome === "answered" && turn.firstAudibleUs !== undefined ? (turn.firstAudibleUs - turn.speechEndUs) / 1_000 : undefined;
  // What was said before an answer that never came, or came when nobody listened any more, is none.
  const answerTranscript = turn.outcome === "answered" ? turn.answerTranscript : undefined;
  const happened = { callerTranscript: written, transcriptErrors: errors, calls: turn.calls, answerTranscript, answeredMs };
  return { transcriptErrors: errors, expectations: judgeTurn(expect, happened) };
}

/** A turn that a broken session kept from beginning came to nothing; one that nobody asked for is not judged. */
export const judgeSkipped = ({ expect }: PlannedTurn, outcome: Outcome): Pick<Judged, "expectations"> => ({
  expectations: expect && outcome === "failed" ? judgeTurn(expect, { calls: [] }) : undefined,
});
