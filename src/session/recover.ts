// Around the step of a session whose caller reconnects: what a loss changes of it, and everything that it knows nothing of.
// The session's own step sees only a connection that stands.

import { msToUs } from "../core/units.ts";
import type { RecoveryCause } from "../metrics/recovery-row.ts";
import type { TurnUsage } from "../metrics/turn-row.ts";
import type { FailureClass } from "../core/failure-classes.ts";
import { decided, fail } from "./ending.ts";
import { classOfEnd } from "./failure-class.ts";
import { itemsOf } from "./history.ts";
import { dialAgain, lose, notesOf, owesNothing, type Loss, type Recoverable } from "./lost.ts";
import { nextTurn } from "./next-turn.ts";
import { causeOf, mayRetry, passes } from "./reconnect-rules.ts";
import type { Recovery, RecoveryNotes } from "./recovery.ts";
import { takeOver } from "./resume.ts";
import { errorOf, recordField, usageOf } from "./server-fields.ts";
import type { Command, Input, SessionState, Stepped, Timer } from "./state.ts";
import { onDialled, onSuccessor, onSuccessorDue, replay, waitMs } from "./successor.ts";
import { scheduleTurn } from "./turns.ts";
import { noteLife, watchCommands } from "./watch.ts";

type Decide = (state: SessionState, input: Input) => Stepped;

const unchanged = (state: SessionState): Stepped => ({ state, commands: [] });
const after = (commands: readonly Command[], stepped: Stepped): Stepped => ({ state: stepped.state, commands: [...commands, ...stepped.commands] });

/** What a session remembers from its beginning, where its caller reconnects. */
export function beginRecovery({ cell: { settings } }: SessionState["call"], atUs: number): { readonly recovery?: Recovery } {
  const policy = settings.caller.reconnect;
  return policy ? { recovery: { policy, count: 0, history: [], words: {}, aliveUs: atUs, eventUs: atUs, isLost: false } } : {};
}

/** The step of a session that can be lost and found; `decide` is the session's own. */
export function stepRecovering(state: Recoverable, input: Input, decide: Decide): Stepped {
  const seen: Recoverable = { ...state, recovery: noteLife(state.recovery, state, input) };
  const routed = route(seen, input, decide);
  return withRecords(seen, withTakeOver(withSilence(seen, withWatch(seen, routed, input.atUs)), input.atUs), input);
}

function route(state: Recoverable, input: Input, decide: Decide): Stepped {
  switch (input.type) {
    case "successor":
      return onSuccessor(state, input.input);
    case "dialled":
      return onDialled(state, input.atUs);
    case "pong":
      return unchanged(state);
    case "closed":
      return onClosed(state, input, decide);
    case "event":
      return input.name === "error" ? onError(state, input, decide) : decide(state, input);
    case "timer":
      return onTimer(state, input, decide);
    default:
      return decide(state, input);
  }
}

/** A session that never stood is a failed call, unless the scenario has it tried again; one that waits to be wanted is dialled anew anyway. */
const isForGood = ({ phase, updatedUs, recovery: { policy } }: Recoverable): boolean => phase === "held" || (updatedUs === undefined && !policy.firstDial);

function onClosed(state: Recoverable, input: Extract<Input, { type: "closed" }>, decide: Decide): Stepped {
  const { recovery, lastError, lastErrorCode } = state;
  if (recovery.isLost) return unchanged(state);
  if (isForGood(state)) return decide(state, input);
  const { how, atUs } = input;
  const failureClass = classOfEnd({ failureClass: input.failureClass ?? "network", lastErrorCode, wasReady: state.updatedUs !== undefined });
  const failure = lastError === undefined ? input.reason : `${input.reason}; the server's last error: ${lastError}`;
  // What this side gave up, because nobody took its audio any more, had no end of its own.
  if (!how) return lose(state, { cause: "half_open", failureClass, failure, mayRetry: true, lostUs: recovery.aliveUs, atUs });
  const cause = causeOf(how, lastErrorCode);
  const retryAfterMs = how.retryAfterMs ?? (cause === "rate_limit" ? waitMs(recovery, atUs) : undefined);
  return lose(state, { cause, failureClass, failure, mayRetry: mayRetry(how, lastErrorCode), retryAfterMs, lostUs: atUs, atUs });
}

/** A first session that is refused for a reason that passes is asked for again, where the scenario wants that. */
function onError(state: Recoverable, input: Extract<Input, { type: "event" }>, decide: Decide): Stepped {
  const { policy } = state.recovery;
  const errorCode = errorOf(recordField(input.fields, "error") ?? input.fields).code;
  const isFirst = state.phase === "configuring" || state.phase === "connecting";
  if (!isFirst || !policy.firstDial || !passes(errorCode)) return decide(state, input);
  const decided = decide(state, input).state;
  const { failureClass = "server_error", failure = "the server refused the session" } = decided;
  const cause = causeOf({ code: 1006 }, errorCode);
  return lose(state, lossOf({ cause, failureClass, failure, retryAfterMs: waitMs(state.recovery, input.atUs) }, input.atUs, input.atUs));
}

const lossOf = (
  why: { readonly cause: RecoveryCause; readonly failureClass: FailureClass; readonly failure: string; readonly retryAfterMs?: number | undefined },
  lostUs: number,
  atUs: number,
): Loss => ({ ...why, mayRetry: true, lostUs, atUs });

/** Nothing is said, and no settings are waited for, while nobody listens. */
const heldWhileLost: readonly Timer[] = ["turn", "ready", "tool", "back channel", "silence", "ping", "pong", "rollover"];

function onTimer(state: Recoverable, input: Extract<Input, { type: "timer" }>, decide: Decide): Stepped {
  const { recovery, phase } = state;
  const { timer, atUs } = input;
  if (recovery.isLost && heldWhileLost.includes(timer)) return unchanged(state);
  if (recovery.isLost && timer === "patience") return onPatience(state, atUs);
  switch (timer) {
    case "turn":
      // The session that is about to take over hears it.
      return phase === "between" && recovery.successor?.stage === "replaying" ? unchanged(state) : decide(state, input);
    case "ping":
      return ping(state, atUs);
    case "pong":
      return onPongDue(state, atUs);
    case "silence":
      return onSilence(state, atUs);
    case "rollover":
      return rollOver(state, atUs);
    case "successor":
      return onSuccessorDue(state, atUs);
    default:
      return decide(state, input);
  }
}

/** The caller waited as long as they would, and nobody listened: the connection is why. */
function onPatience(state: Recoverable, atUs: number): Stepped {
  const { failureClass = "network", failure = "the connection was lost" } = state.recovery.going ?? {};
  if (state.phase !== "turn" || !state.turn || state.turn.outcome !== undefined) return unchanged(state);
  return scheduleTurn(
    decided(state, { outcome: "failed", failureClass, failure: `${failure}; there was no new session within the caller's patience` }, atUs),
    atUs,
  );
}

function ping(state: Recoverable, atUs: number): Stepped {
  const { recovery } = state;
  const { policy, pingedUs, aliveUs } = recovery;
  const isAwaited = pingedUs !== undefined && aliveUs < pingedUs;
  const next: readonly Command[] = [{ type: "ping" }, { type: "timer", timer: "ping", atUs: atUs + msToUs(policy.pingMs) }];
  if (isAwaited) return { state, commands: next };
  const due: Command = { type: "timer", timer: "pong", atUs: atUs + msToUs(policy.pongMs) };
  return { state: { ...state, recovery: { ...recovery, pingedUs: atUs } }, commands: [...next, due] };
}

/** Any byte is as good as a pong. */
function onPongDue(state: Recoverable, atUs: number): Stepped {
  const { aliveUs, pingedUs = 0, policy } = state.recovery;
  if (aliveUs >= pingedUs) return unchanged(state);
  const failure = `the connection is half open: no pong within ${policy.pongMs} ms of a ping, and nothing else`;
  if (isForGood(state)) return fail(state, { failureClass: "timeout", failure }, atUs);
  return lose(state, lossOf({ cause: "half_open", failureClass: "timeout", failure }, aliveUs, atUs));
}

/** Whether the server owes a word, and since when. A function that takes its time is ours. */
function onSilence(state: Recoverable, atUs: number): Stepped {
  const { turn, phase, recovery } = state;
  if (phase !== "turn" || !turn || turn.outcome !== undefined) return unchanged(state);
  const silenceUs = msToUs(recovery.policy.silenceMs);
  const isOurs = turn.calls.some(({ dueUs, sentUs, isDropped }) => dueUs !== undefined && sentUs === undefined && !isDropped);
  const sentUs = Math.max(0, ...turn.calls.flatMap((call) => call.sentUs ?? []));
  const dueUs = isOurs ? atUs + silenceUs : Math.max(recovery.eventUs, turn.speechEndUs, sentUs) + silenceUs;
  if (dueUs > atUs) return { state, commands: [{ type: "timer", timer: "silence", atUs: dueUs }] };
  const failure = `the session fell silent: no event within ${recovery.policy.silenceMs} ms where an answer was due`;
  return lose(state, lossOf({ cause: "silent", failureClass: "timeout", failure }, recovery.aliveUs, atUs));
}

/** A new session is made ready while the old one stands; it takes over between two turns. */
function rollOver(state: Recoverable, atUs: number): Stepped {
  const { recovery } = state;
  if (recovery.going || owesNothing(state)) return unchanged(state);
  if (state.phase === "held") return fail(state, { failureClass: "expired", failure: "its time was nearly over before its call was wanted" }, atUs);
  const { failureClass: _none, failure: _too, ...notes } = notesOf(state, lossOf({ cause: "rollover", failureClass: "expired", failure: "" }, atUs, atUs));
  const begun: Recoverable = { ...state, recovery: { ...recovery, count: recovery.count + 1, going: { ...notes, planned: true } } };
  return dialAgain(begun, atUs, undefined);
}

/** A session is watched from when it stands. */
function withWatch(before: Recoverable, stepped: Stepped, atUs: number): Stepped {
  const { recovery, updatedUs, openUs } = stepped.state;
  if (!recovery || before.updatedUs !== undefined || updatedUs === undefined) return stepped;
  return { ...stepped, commands: [...stepped.commands, ...watchCommands(recovery, { atUs, sinceUs: openUs ?? atUs })] };
}

const silenceTimer = ({ turn, recovery }: SessionState, fromUs: number): readonly Command[] =>
  turn && recovery && recovery.policy.silenceMs > 0
    ? [{ type: "timer", timer: "silence", atUs: Math.max(fromUs, turn.speechEndUs) + msToUs(recovery.policy.silenceMs) }]
    : [];

/** Before the caller's patience is over, so that of two equal limits the session's comes first. */
function withSilence(before: Recoverable, stepped: Stepped): Stepped {
  const { phase, turn } = stepped.state;
  const isNew = phase === "turn" && turn !== undefined && turn.planned.turn !== before.turn?.planned.turn;
  return isNew ? after(silenceTimer(stepped.state, 0), stepped) : stepped;
}

const isRecoverable = (state: SessionState): state is Recoverable => state.recovery !== undefined && state.phase !== "over";

/** The server has said all that it will say in the turn, and hears nothing until the next one: what is left is the player's. */
function isOnlyHeard(state: SessionState): boolean {
  const { phase, turn, call } = state;
  if (phase !== "turn" || turn?.outcome !== "answered" || turn.openResponses.length > 0 || turn.responseDoneUs === undefined) return false;
  const isWritingDown = call.cell.settings.session.transcription !== undefined && turn.planned.text === undefined && turn.finalTranscriptUs === undefined;
  return !isWritingDown && turn.planned.backChannel === undefined && nextTurn(state)?.interruptAt === undefined;
}

/** Once the successor knows all that there is to know, it takes over: at once where nobody listens, else once the turn has been answered. */
function withTakeOver(stepped: Stepped, atUs: number): Stepped {
  const { state } = stepped;
  if (!isRecoverable(state) || state.recovery.successor?.stage !== "replaying") return stepped;
  const { recovery, phase, turn } = state;
  const isFree = recovery.isLost || phase === "between" || isOnlyHeard(state);
  // Of a turn that is being answered the words are not all there.
  if (!isFree && turn?.outcome !== undefined) return stepped;
  const told = replay(state, atUs);
  if (!told.isReady || !isFree) return after(stepped.commands, told);
  const taken = takeOver(told.state as Recoverable, atUs);
  const isAsking = taken.state.phase === "turn" && taken.state.turn?.outcome === undefined;
  return after([...stepped.commands, ...told.commands, ...taken.commands], { state: taken.state, commands: isAsking ? silenceTimer(taken.state, atUs) : [] });
}

/** The conversation so far, what became of losses, and their rows. */
function withRecords(before: Recoverable, stepped: Stepped, input: Input): Stepped {
  const { recovery } = stepped.state;
  if (!recovery) return stepped;
  const recorded = stepped.commands.flatMap((command) => (command.type === "record" ? [command.turn] : []));
  const told = recorded.length === 0 ? recovery : withHistory(recovery, before, recorded);
  const lostTurns = (notes: RecoveryNotes): RecoveryNotes => {
    const lost = recorded.filter(({ planned, outcome }) => planned.turn === notes.turn && outcome !== "answered").length;
    return lost === 0 ? notes : { ...notes, turnsLost: notes.turnsLost + lost };
  };
  const stood = told.stood && heardAgain(lostTurns(told.stood), before, input);
  const going = told.going && lostTurns(told.going);
  const noted: Recovery = { ...told, ...(stood ? { stood } : {}), ...(going ? { going } : {}) };
  return withRows({ state: { ...stepped.state, recovery: noted }, commands: stepped.commands });
}

function withHistory(recovery: Recovery, { recovery: { words } }: Recoverable, recorded: readonly NonNullable<SessionState["turn"]>[]): Recovery {
  return { ...recovery, words: {}, history: [...recovery.history, ...recorded.map((turn) => itemsOf(turn, words))] };
}

/**
 * All text that the first response of the new session read without finding it in the cache: instructions, functions and what was
 * replayed, of which the old session had most in its cache. Nothing, where nothing was replayed.
 */
const replayUsage = ({ itemsReplayed }: RecoveryNotes, { textIn, textCached }: TurnUsage): TurnUsage => ({
  textIn: itemsReplayed === 0 ? 0 : Math.max(0, textIn - textCached),
  textCached: 0,
  audioIn: 0,
  audioCached: 0,
  textOut: 0,
  audioOut: 0,
});

/** Whether an answer comes that had been heard already, or one without sound; and what the first one read. */
function heardAgain(stood: RecoveryNotes, { turn, pastResponseIds }: Recoverable, input: Input): RecoveryNotes {
  if (input.type === "event" && input.name === "response.output_text.done") return { ...stood, modalityKept: false };
  const usage =
    stood.usage === undefined && input.type === "event" && input.name === "response.done" ? usageOf(recordField(input.fields, "response")) : undefined;
  if (usage && usage.textIn + usage.audioIn > 0) return { ...stood, usage: replayUsage(stood, usage) };
  const isTwice =
    input.type === "audio" &&
    input.audible.length > 0 &&
    turn?.outcome === "answered" &&
    (turn.firstAudibleUs ?? Infinity) < (stood.switchedUs ?? 0) &&
    ![...turn.responseIds, ...pastResponseIds].includes(input.responseId);
  return isTwice && stood.turnsDoubled === 0 ? { ...stood, turnsDoubled: 1 } : stood;
}

/** The first sound after it: none that the turn before it had brought. */
function heardAfter(stood: RecoveryNotes, turn: SessionState["turn"]): RecoveryNotes {
  const heardUs = turn?.firstAudibleUs;
  if (stood.firstAudibleUs !== undefined || heardUs === undefined || heardUs < (stood.switchedUs ?? Infinity)) return stood;
  return { ...stood, firstAudibleUs: heardUs, modalityKept: stood.modalityKept ?? true };
}

/** A loss has its row once something was heard after it and its price is known, or nothing more will be. */
function withRows({ state, commands }: Stepped): Stepped {
  const { recovery, turn, phase } = state;
  if (!recovery) return { state, commands };
  const { stood: before, going, ...rest } = recovery;
  const stood = before && heardAfter(before, turn);
  if (phase === "over") {
    const left: readonly RecoveryNotes[] = [...(stood ? [stood] : []), ...(going ? [{ ...going, callEnded: true as const }] : [])];
    return left.length === 0
      ? { state, commands }
      : { state: { ...state, recovery: rest }, commands: [...left.map((notes): Command => ({ type: "recovery", notes })), ...commands] };
  }
  const kept = { ...rest, ...(going ? { going } : {}) };
  const isTold = stood?.firstAudibleUs !== undefined && (stood.usage !== undefined || commands.some(({ type }) => type === "record"));
  if (!stood || !isTold) return { state: { ...state, recovery: { ...kept, ...(stood ? { stood } : {}) } }, commands };
  return { state: { ...state, recovery: kept }, commands: [...commands, { type: "recovery", notes: stood }] };
}
