// The budget's answers: a turn that is granted begins, one that is refused ends the call.

import { giveBack, grant } from "./account.ts";
import { decided, endCall } from "./ending.ts";
import { nextTurn } from "./next-turn.ts";
import type { SessionState, Stepped } from "./state.ts";
import { responseCreate } from "./turn-ask.ts";
import { prepareTurn } from "./turns.ts";

const unchanged = (state: SessionState): Stepped => ({ state, commands: [] });

export function onGranted(state: SessionState, key: string, atUs: number): Stepped {
  if (state.account?.waiting?.key !== key) return giveBack(state, key);
  const granted = grant(state, key);
  if (state.phase === "reserving") {
    const planned = nextTurn(state);
    return planned && state.nextPlannedUs !== undefined ? prepareTurn(granted, { planned, nextPlannedUs: state.nextPlannedUs, atUs }) : giveBack(granted, key);
  }
  // The answer after a function call; nobody wants it any more once the turn is decided.
  if (state.phase !== "turn" || !state.turn || state.turn.outcome !== undefined) return giveBack(granted, key);
  return { state: granted, commands: [{ type: "send", event: responseCreate(state.call, state.turn.planned) }] };
}

/** No new turn begins; one that waits for the answer after a function call is cut, because that answer can't be paid. */
export function onRefused(state: SessionState, key: string, atUs: number): Stepped {
  if (state.account?.waiting?.key !== key) return unchanged(state);
  const { waiting: _refused, ...account } = state.account;
  const without: SessionState = { ...state, account, draining: true };
  const cut = state.phase === "turn" ? decided(without, { outcome: "interrupted", failureClass: "budget", failure: REFUSED }, atUs) : without;
  return endCall(cut, { rest: "dropped", atUs });
}

const REFUSED = "the budget has no room for the answer to the function's output";
