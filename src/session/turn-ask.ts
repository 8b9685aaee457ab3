// What is asked of the model for one turn beyond what the session says: an effort, a length. By session.update before the
// turn, or with its response.create.

import type { PlannedCall } from "../plan/plan.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import { dialectOf, type SessionUpdate } from "./configure.ts";
import type { ClientEvent, ResponseOptions } from "../protocol/client-event.ts";

/** What holds on the server. */
export type TurnAsk = Pick<PlannedTurn, "effort" | "maxOutputTokens">;

/** Servers echo it in the error that refuses the update. */
export const turnUpdateId = "earshot_turn";

export const sessionAsk = ({ cell: { settings } }: PlannedCall): TurnAsk => {
  const { effort, maxOutputTokens } = settings.session;
  return { ...(effort === undefined ? {} : { effort }), maxOutputTokens };
};

const changes = (before: TurnAsk, { effort, maxOutputTokens }: TurnAsk): Pick<ResponseOptions, "reasoning" | "max_output_tokens"> => ({
  ...(effort === undefined || effort === before.effort ? {} : { reasoning: { effort } }),
  ...(maxOutputTokens === before.maxOutputTokens ? {} : { max_output_tokens: maxOutputTokens }),
});

/** The partial update that the turn needs before it; undefined where all is as it was. */
export function turnUpdate(call: PlannedCall, before: TurnAsk, turn: TurnAsk): SessionUpdate | undefined {
  if (call.cell.settings.caller.effortBy !== "update") return undefined;
  const changed = changes(before, turn);
  if (Object.keys(changed).length === 0) return undefined;
  const named = { type: "session.update", event_id: turnUpdateId } as const;
  if (dialectOf(call) === "ga") return { ...named, session: { type: "realtime", ...changed } };
  const { max_output_tokens: length, ...rest } = changed;
  return { ...named, session: { ...rest, ...(length === undefined ? {} : { max_response_output_tokens: length }) } };
}

/** Asks for a response in the turn, with what the session has otherwise where the scenario wants it said there. */
export function responseCreate(call: PlannedCall, turn: TurnAsk): ClientEvent {
  const changed = call.cell.settings.caller.effortBy === "response" ? changes(sessionAsk(call), turn) : {};
  return { type: "response.create", ...(Object.keys(changed).length === 0 ? {} : { response: changed }) };
}
