// What a caller's silence becomes when it lasts for idle_timeout_ms: a turn of silence, committed and answered.

import { msToUs } from "../core/units.ts";
import { tellTurnEnded } from "./caller-turn.ts";
import type { ConversationState, EndedTurn, Task } from "./conversation-state.ts";
import { emit } from "./conversation-state.ts";
import { idleTimeoutMs } from "./idle-timeout.ts";
import { asideTurn } from "./turn.ts";

/** First when the answer has been played: the silence begins. Then when it has lasted too long. */
export function takeIdle(state: ConversationState, task: Task & { readonly type: "idle" }, dueUs: number): void {
  const timeoutMs = idleTimeoutMs(state);
  if (task.epoch !== state.idleEpoch || timeoutMs === undefined) return;
  if (task.startMs === undefined) return state.agenda.add(dueUs + msToUs(timeoutMs), { ...task, startMs: state.audioMs });
  const turn = silentTurn(state, Math.max(task.startMs, state.bufferStartMs));
  emit(state, {
    type: "input_audio_buffer.timeout_triggered",
    item_id: turn.itemId,
    audio_start_ms: Math.round(turn.startMs),
    audio_end_ms: Math.round(turn.endMs),
  });
  tellTurnEnded(state, turn, dueUs);
}

/** No turn of the caller's, so it takes no number of the script's. */
function silentTurn(state: ConversationState, startMs: number): EndedTurn {
  const itemId = state.options.ids.next("item");
  const endMs = state.audioMs;
  state.bufferStartMs = endMs;
  state.vad.restart(endMs);
  const turn = asideTurn(state);
  // Its transcript, where one is wanted, is empty and no failure.
  const heard = { text: "", words: [], ahead: [] };
  return { ...turn, heard, cause: "idle", truth: { ...turn.truth, cause: "idle", itemId }, itemId, startMs, endMs };
}
