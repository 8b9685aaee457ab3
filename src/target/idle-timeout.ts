// The clock that runs while nobody speaks: from the end of an answer's playback, as the server reckons it, to the moment
// when it takes the caller's silence for a turn. idle-turn.ts says what happens then.

import { msToUs } from "../core/units.ts";
import type { ConversationState } from "./conversation-state.ts";

export function idleTimeoutMs(state: ConversationState): number | undefined {
  const detection = state.session.audio.input.turn_detection;
  return detection?.type === "server_vad" ? (detection.idle_timeout_ms ?? undefined) : undefined;
}

/** After an answer: its audio plays from response.done on, by the API's own definition, though clients start to play before. */
export function awaitCaller(state: ConversationState, doneUs: number, audioMs: number): void {
  // Who interrupted the answer, or spoke all through it, is not silent.
  if (idleTimeoutMs(state) === undefined || state.speechItemId !== undefined) return;
  state.agenda.add(doneUs + msToUs(audioMs), { type: "idle", epoch: ++state.idleEpoch, startMs: undefined });
}

/** The caller or the client did something: what was waited for in silence is off. */
export const breakSilence = (state: ConversationState): void => void state.idleEpoch++;
