// A turn that is over as items of a conversation, for a session that was not there: all of it as text, because the sound of
// an answer can't be sent. What has no text is skipped, and counted.

import type { NewItem } from "../protocol/client-event.ts";
import { callerTranscript } from "./input-transcript.ts";
import type { TurnItems } from "./recovery.ts";
import type { TurnState } from "./turn-state.ts";

const says = (role: "user" | "assistant", text: string): NewItem =>
  role === "user" ? { type: "message", role, content: [{ type: "input_text", text }] } : { type: "message", role, content: [{ type: "output_text", text }] };

/** What the caller said: by the server's transcript, else as it was written or is known to be said in the clip. */
export const callerText = (turn: TurnState): string | undefined => callerTranscript(turn) || turn.planned.text || turn.planned.spokenText;

/** The words of an answer that was cut, as far as they were heard: by the share of its audio that was played. */
function heardWords(turn: TurnState, words: string): string {
  const { heard, playerStartUs } = turn;
  if (!turn.isCutOff || !heard || playerStartUs === undefined || heard.receivedUs === 0) return words;
  const share = Math.max(0, Math.min(1, (heard.endUs - playerStartUs - heard.stalledUs) / heard.receivedUs));
  const all = words.split(" ");
  return all.slice(0, Math.round(all.length * share)).join(" ");
}

/** The answer's text: whole where it was heard to its end, else as far as it came or was heard. */
function answerText(turn: TurnState, words: Readonly<Record<string, string>>): string | undefined {
  const soFar = turn.answerId === undefined ? undefined : words[turn.answerId];
  if (turn.isHalf) return soFar;
  const whole = turn.answerTranscript ?? soFar;
  return whole === undefined ? undefined : heardWords(turn, whole);
}

/** The function calls of a turn that were answered, each with its answer. */
export const callItems = (turn: TurnState): readonly NewItem[] =>
  turn.calls
    .filter(({ sentUs, isDropped }) => sentUs !== undefined && !isDropped)
    .flatMap(({ callId, name, arguments: given, output }): NewItem[] => [
      { type: "function_call", call_id: callId, name, arguments: given },
      { type: "function_call_output", call_id: callId, output },
    ]);

export const callerItem = (turn: TurnState): readonly NewItem[] => {
  const text = callerText(turn);
  return text ? [says("user", text)] : [];
};

/** `words`: the transcripts of the turn's responses as far as they came. */
export function itemsOf(turn: TurnState, words: Readonly<Record<string, string>>): TurnItems {
  const user = callerItem(turn);
  const answer = turn.outcome === "answered" ? answerText(turn, words) : undefined;
  const filler = turn.calls.length > 0 && turn.spoken.length > 1 ? turn.spoken.slice(0, -1) : [];
  const unanswered = turn.calls.filter(({ sentUs }) => sentUs === undefined).length;
  const items = [...user, ...filler.map((text) => says("assistant", text)), ...callItems(turn), ...(answer ? [says("assistant", answer)] : [])];
  const isMute = turn.outcome === "answered" && answer === undefined;
  return { turn: turn.planned.turn, items, skipped: (user.length === 0 ? 1 : 0) + (isMute ? 1 : 0) + unanswered };
}
