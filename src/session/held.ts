// A session that is ready before its call is wanted, and what begins when it is.

import { scheduleFirstTurn } from "./turns.ts";
import type { Input, SessionState, Stepped } from "./state.ts";

/** The session is all that was asked for: the caller speaks, or waits in silence until the call is wanted. */
export function onReady(state: SessionState, atUs: number): Stepped {
  const begun: Stepped = state.held ? { state: { ...state, phase: "held" }, commands: [] } : beginTalking({ ...state, phase: "between" }, atUs);
  return { state: begun.state, commands: [{ type: "clear", timer: "ready" }, ...begun.commands] };
}

/** The plan wants the call from `plannedUs` on. */
export function onWanted(state: SessionState, { atUs, plannedUs }: Extract<Input, { type: "wanted" }>): Stepped {
  const { held: _waited, ...rest } = state;
  const wanted: SessionState = { ...rest, plannedUs };
  return wanted.phase === "held" ? beginTalking({ ...wanted, phase: "between" }, atUs) : { state: wanted, commands: [] };
}

/** The microphone begins to stream, unless it is pushed to talk; then the first turn. */
function beginTalking(state: SessionState, atUs: number): Stepped {
  if (state.call.cell.settings.session.turnDetection.type === "manual") return scheduleFirstTurn(state, atUs);
  const gridUs = atUs + state.call.framePhaseUs;
  const first = scheduleFirstTurn({ ...state, gridUs }, atUs);
  return { state: first.state, commands: [{ type: "stream", gridUs }, ...first.commands] };
}
