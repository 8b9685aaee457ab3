// The connection that is to take over, from its dialling until its session holds what the old one held. It runs beside the
// session that it replaces, which knows nothing of it until it takes over.

import type { NewItem } from "../protocol/client-event.ts";
import { dialectOf, sessionUpdate } from "./configure.ts";
import { cacheSalt } from "./context.ts";
import { failureClassOf } from "./failure-class.ts";
import { itemsOf } from "./history.ts";
import { awaitSuccessor, dialAgain, giveUp, type Recoverable } from "./lost.ts";
import { causeOf, mayRetry, passes } from "./reconnect-rules.ts";
import type { Recovery, RecoveryNotes, Successor, TurnItems } from "./recovery.ts";
import { errorOf, recordField, textField, type EventFields } from "./server-fields.ts";
import type { Command, Input, SessionState, Stepped } from "./state.ts";
import { expiryOf } from "./watch.ts";

const unchanged = (state: Recoverable): Stepped => ({ state, commands: [] });

function withSuccessor(state: Recoverable, successor: Successor, notes: Partial<RecoveryNotes> = {}): Recoverable {
  const { going } = state.recovery;
  const recovery: Recovery = { ...state.recovery, successor, ...(going ? { going: { ...going, ...notes } } : {}) };
  return { ...state, recovery };
}

/** It was dialled, once the backoff and the run's bound on reconnects had let it. */
export function onDialled(state: Recoverable, atUs: number): Stepped {
  const { successor, going } = state.recovery;
  if (!successor || !going) return unchanged(state);
  const { openUs: _o, sessionUs: _s, contextUs: _c, ...tried } = going;
  const notes: RecoveryNotes = { ...tried, attempts: going.attempts + 1, backoffUs: going.backoffUs + atUs - successor.decidedUs, dialledUs: atUs };
  const dialling: Successor = { ...successor, stage: "dialling" };
  return { state: { ...state, recovery: { ...state.recovery, successor: dialling, going: notes } } as Recoverable, commands: awaitSuccessor(dialling, atUs) };
}

export function onSuccessor(state: Recoverable, input: Input): Stepped {
  const { successor } = state.recovery;
  if (!successor) return unchanged(state);
  switch (input.type) {
    case "opened": {
      const opened: Successor = { ...successor, stage: "configuring", openUs: input.atUs, ...(input.wallMs === undefined ? {} : { wallMs: input.wallMs }) };
      return { state: withSuccessor(state, opened, { openUs: input.atUs }), commands: awaitSuccessor(opened, input.atUs) };
    }
    case "event":
      return onEvent(state, successor, input);
    case "closed": {
      const how = input.how ?? { code: 1006, isRetryable: true };
      const cause = causeOf(how, successor.errorCode);
      const failed: Failed = { mayRetry: mayRetry(how, successor.errorCode), failureClass: input.failureClass ?? "network", failure: input.reason };
      const waits = cause === "rate_limit" ? waitMs(state.recovery, input.atUs) : undefined;
      return attemptFailed(state, { ...failed, retryAfterMs: how.retryAfterMs ?? waits }, input.atUs);
    }
    default:
      return unchanged(state);
  }
}

/** How long the server's own limits are still shut. */
export const waitMs = ({ resetUs }: Recovery, atUs: number): number | undefined =>
  resetUs === undefined || resetUs <= atUs ? undefined : (resetUs - atUs) / 1_000;

interface Failed {
  readonly mayRetry: boolean;
  readonly failureClass: NonNullable<RecoveryNotes["failureClass"]>;
  readonly failure: string;
  readonly retryAfterMs?: number | undefined;
}

function attemptFailed(state: Recoverable, { mayRetry: isPassing, retryAfterMs, failureClass, failure }: Failed, atUs: number): Stepped {
  const { going } = state.recovery;
  const noted: Recoverable = going ? { ...state, recovery: { ...state.recovery, going: { ...going, failureClass, failure } } } : state;
  const next = isPassing ? dialAgain(noted, atUs, retryAfterMs) : giveUp(noted, { failureClass, failure }, atUs);
  return { state: next.state, commands: [{ type: "abandon" }, ...next.commands, ...turnTimer(next.state, atUs)] };
}

/** A turn that waited for the new session begins in the old one after all. */
const turnTimer = ({ phase, recovery, nextPlannedUs }: SessionState, atUs: number): readonly Command[] =>
  phase === "between" && recovery?.isLost === false && nextPlannedUs !== undefined
    ? [{ type: "timer", timer: "turn", atUs: Math.max(nextPlannedUs, atUs) }]
    : [];

const knowsAll = ({ acknowledged, refusedItems, sentItems }: Successor): boolean => acknowledged.length + refusedItems >= sentItems;

/** It was waited for in vain; one that stands, and itself waits for the end of a turn, was not. */
export const onSuccessorDue = (state: Recoverable, atUs: number): Stepped =>
  state.recovery.successor === undefined || (state.recovery.successor.stage === "replaying" && knowsAll(state.recovery.successor))
    ? unchanged(state)
    : attemptFailed(state, { mayRetry: true, failureClass: "timeout", failure: "the new connection did not become a session in time" }, atUs);

function onEvent(state: Recoverable, successor: Successor, { name, fields, atUs }: Extract<Input, { type: "event" }>): Stepped {
  switch (name) {
    case "session.created": {
      const sessionId = textField(recordField(fields, "session") ?? {}, "id");
      const expiresUs = expiryOf(fields, successor);
      const created = { ...successor, createdUs: atUs, ...(sessionId === undefined ? {} : { sessionId }), ...(expiresUs === undefined ? {} : { expiresUs }) };
      return configure(state, created, atUs);
    }
    case "conversation.created":
      return configure(state, successor, atUs);
    case "session.updated": {
      if (successor.stage !== "configuring") return unchanged(state);
      const documents = state.call.cell.settings.session.documents?.length ?? 0;
      const updated: Successor = { ...successor, stage: "replaying", updatedUs: atUs, sentItems: documents };
      const preload: readonly Command[] = documents > 0 ? [{ type: "preload ahead" }] : [];
      return { state: withSuccessor(state, updated, { sessionUs: atUs }), commands: preload };
    }
    case "conversation.item.added":
    case "conversation.item.created": {
      const id = textField(recordField(fields, "item") ?? {}, "id") ?? "";
      if (successor.acknowledged.includes(id)) return unchanged(state);
      return unchanged(withSuccessor(state, { ...successor, acknowledged: [...successor.acknowledged, id] }));
    }
    case "error":
      return onError(state, successor, fields, atUs);
    default:
      return unchanged(state);
  }
}

function configure(state: Recoverable, successor: Successor, atUs: number): Stepped {
  if (successor.updateSentUs !== undefined) return unchanged(withSuccessor(state, successor));
  const event = sessionUpdate(state.call.cell.settings, dialectOf(state.call), cacheSalt(state));
  return { state: withSuccessor(state, { ...successor, updateSentUs: atUs }), commands: [{ type: "send ahead", event }] };
}

/** A refused item is skipped, and counted; a refused session is none. */
function onError(state: Recoverable, successor: Successor, fields: EventFields, atUs: number): Stepped {
  const error = errorOf(recordField(fields, "error") ?? fields);
  if (successor.stage === "replaying") return unchanged(withSuccessor(state, { ...successor, refusedItems: successor.refusedItems + 1 }));
  const coded: Successor = error.code === undefined ? successor : { ...successor, errorCode: error.code };
  const failure = `the server refused the new session: ${error.code === undefined ? "" : `${error.code}: `}${error.message}`;
  const retryAfterMs = failureClassOf(error.code) === "rate_limit" ? waitMs(state.recovery, atUs) : undefined;
  return attemptFailed(withSuccessor(state, coded), { mayRetry: passes(error.code), failureClass: failureClassOf(error.code), failure, retryAfterMs }, atUs);
}

/** The turns that the new session does not know of yet. */
function untold(state: Recoverable, { turns }: Successor): readonly TurnItems[] {
  const { recovery, turn, call } = state;
  if (recovery.policy.replay === "none") return [];
  const last = turn && turn.outcome !== undefined ? [itemsOf(turn, recovery.words)] : [];
  const keep = call.cell.settings.session.context?.keepTurns;
  const all = [...recovery.history, ...last];
  return (keep === undefined ? all : all.slice(-keep)).filter(({ turn: number }) => !turns.includes(number));
}

/** Tells the new session what it does not know yet; ready: it knows all and has said so. */
export function replay(state: Recoverable, atUs: number): Stepped & { readonly isReady: boolean } {
  const { successor, going } = state.recovery;
  if (successor?.stage !== "replaying" || !going) return { state, commands: [], isReady: false };
  const told = untold(state, successor);
  if (told.length === 0) {
    const isReady = knowsAll(successor);
    if (!isReady) return { state, commands: [], isReady };
    const { sentItems, refusedItems, skippedItems } = successor;
    const notes = { contextUs: atUs, itemsReplayed: sentItems - refusedItems, itemsSkipped: skippedItems + refusedItems };
    return { state: withSuccessor(state, successor, notes), commands: [], isReady };
  }
  const named = told.flatMap(({ turn, items }) =>
    items.map((item, index) => ({ turn, item: { ...item, id: `earshot_t${turn}_${index}` } as NewItem, id: `earshot_t${turn}_${index}` })),
  );
  const next: Successor = {
    ...successor,
    turns: [...successor.turns, ...told.map(({ turn }) => turn)],
    turnItems: [...successor.turnItems, ...named.map(({ turn, id }) => ({ turn, id }))],
    sentItems: successor.sentItems + named.length,
    skippedItems: told.reduce((sum, turn) => sum + turn.skipped, successor.skippedItems),
  };
  const commands = named.map(({ item }): Command => ({ type: "send ahead", event: { type: "conversation.item.create", item } }));
  const sent = withSuccessor(state, next);
  if (named.length > 0) return { state: sent, commands: [...commands, ...awaitSuccessor(next, atUs)], isReady: false };
  return replay(sent, atUs);
}
