// The frame boundaries that speech begins on.

import type { SessionState } from "./state.ts";

export const frameUsOf = (state: SessionState): number => state.call.cell.settings.session.frameMs * 1_000;

/** The first frame boundary of the streaming microphone at or after `wantedUs`; with manual turns any instant will do. */
export function onGrid(state: SessionState, wantedUs: number): number {
  if (state.gridUs === undefined) return Math.ceil(wantedUs);
  const frameUs = frameUsOf(state);
  return state.gridUs + Math.ceil((wantedUs - state.gridUs) / frameUs) * frameUs;
}
