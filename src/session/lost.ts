// A connection is lost, or is to be replaced: what is given up at once, when the next one is dialled, and when nobody tries
// any more.

import { msToUs, usToMs } from "../core/units.ts";
import { stream } from "../core/random.ts";
import type { RecoveryCause } from "../metrics/recovery-row.ts";
import type { FailureClass } from "../core/failure-classes.ts";
import { loseResponses } from "./account.ts";
import { fail } from "./ending.ts";
import { nextTurn } from "./next-turn.ts";
import { backoffUs } from "./reconnect-rules.ts";
import type { Recovery, RecoveryNotes, Successor } from "./recovery.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { stopWatching } from "./watch.ts";

/** Why, and until when the server wants to be left alone. */
export interface Loss {
  readonly cause: RecoveryCause;
  readonly failureClass: FailureClass;
  readonly failure: string;
  readonly mayRetry: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly lostUs: number;
  readonly atUs: number;
}

/** A session with what it remembers for being found again. */
export type Recoverable = SessionState & { readonly recovery: Recovery };

const withRecovery = (state: SessionState, recovery: Recovery): Recoverable => ({ ...state, recovery });

const after = (commands: readonly Command[], stepped: Stepped): Stepped => ({ state: stepped.state, commands: [...commands, ...stepped.commands] });

export function notesOf({ recovery: { count } }: Recoverable, { cause, lostUs, atUs, failureClass, failure, retryAfterMs }: Loss): RecoveryNotes {
  return {
    n: count,
    cause,
    failureClass,
    failure,
    lostUs,
    detectedUs: atUs,
    attempts: 0,
    backoffUs: 0,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    audioLostUpUs: 0,
    audioReplayedUs: 0,
    itemsReplayed: 0,
    itemsSkipped: 0,
    turnsLost: 0,
    turnsDoubled: 0,
  };
}

/** Nobody listens any more. What is left of an answer that is being heard is heard; then the caller waits for a new session. */
export function lose(state: Recoverable, loss: Loss): Stepped {
  const { recovery } = state;
  const said: readonly Command[] = recovery.stood ? [{ type: "recovery", notes: recovery.stood }] : [];
  const { stood: _said, ...unsaid } = recovery;
  const isReplacing = recovery.going !== undefined;
  const notes: RecoveryNotes = { ...lossNotes(state, loss), ...turnInProgress(state) };
  const lost = withRecovery(state, { ...unsaid, count: recovery.count + (isReplacing ? 0 : 1), isLost: true, going: notes });
  const cut = cutAnswer(lost, loss.atUs);
  const money = loseResponses(cut.state);
  const quiet: readonly Command[] = [
    ...stopWatching,
    { type: "clear", timer: "ready" },
    { type: "clear", timer: "tool" },
    { type: "clear", timer: "back channel" },
  ];
  const commands = [...said, { type: "lose" } as const, ...quiet, ...cut.commands, ...money.commands];
  const gone = money.state as Recoverable;
  if (!loss.mayRetry) return after(commands, giveUp(gone, loss, loss.atUs));
  if (owesNothing(gone)) return withoutSuccessor(gone, commands);
  // A successor that is on its way already goes on.
  if (isReplacing && recovery.successor) return { state: gone, commands: [...commands, ...awaitSuccessor(recovery.successor, loss.atUs)] };
  return after(commands, dialAgain(gone, loss.atUs, loss.retryAfterMs));
}

/** What came too late to replace the session on purpose makes good its loss, which is a loss like any other. */
function lossNotes(state: Recoverable, loss: Loss): RecoveryNotes {
  const fresh = notesOf(state, loss);
  const { going } = state.recovery;
  if (!going) return fresh;
  const { planned: _late, ...begun } = going;
  const { cause, lostUs, detectedUs, failureClass, failure, retryAfterMs } = fresh;
  return {
    ...begun,
    cause,
    lostUs,
    detectedUs,
    ...Object.fromEntries(Object.entries({ failureClass, failure, retryAfterMs }).filter(([, value]) => value !== undefined)),
  };
}

function withoutSuccessor(state: Recoverable, commands: readonly Command[]): Stepped {
  const { successor, ...rest } = state.recovery;
  return successor ? { state: withRecovery(state, rest), commands: [...commands, { type: "abandon" }] } : { state, commands };
}

/** The waiting for a successor has a limit, as every one has. */
export const awaitSuccessor = ({ stage }: Successor, atUs: number): readonly Command[] =>
  stage === "waiting" ? [] : [{ type: "timer", timer: "successor", atUs: atUs + SUCCESSOR_US }];

const SUCCESSOR_US = 15_000_000;

/** The turn that the loss fell into. Of an answer that had begun and not been made to its end nobody can know how much was still to come. */
function turnInProgress({ phase, turn }: SessionState): Partial<RecoveryNotes> {
  if (phase !== "turn" || !turn) return {};
  const isBroken = turn.firstDeltaUs !== undefined && turn.openResponses.length > 0;
  return { turn: turn.planned.turn, ...(isBroken ? {} : { audioLostDownUs: 0 }) };
}

/** An answer that is being heard ends with what came of it. */
function cutAnswer(state: Recoverable, atUs: number): Stepped {
  const { turn, sessionId } = state;
  if (!turn || turn.outcome === undefined) return { state, commands: [] };
  const isHalf = turn.isHalf ?? turn.openResponses.length > 0;
  const isHere = state.phase === "turn" ? { isRecovered: true as const } : {};
  const known = turn.sessionId ?? sessionId;
  const ended = { ...turn, ...isHere, openResponses: [], isHalf, ...(known === undefined ? {} : { sessionId: known }) };
  const next: SessionState = { ...state, turn: ended };
  if (state.phase !== "turn") return { state: next, commands: [] };
  return {
    state: next,
    commands: [
      { type: "clear", timer: "stalled" },
      { type: "timer", timer: "playout", atUs: Math.max(turn.playoutEndUs ?? atUs, atUs) },
    ],
  };
}

/** Whoever has nothing more to say needs no new session. */
export const owesNothing = (state: SessionState): boolean =>
  state.phase === "turn" && state.turn?.outcome !== undefined && (state.draining || nextTurn(state) === undefined);

/** The next attempt, after its backoff and what the server wishes; or none, where there were enough. */
export function dialAgain(state: Recoverable, atUs: number, retryAfterMs: number | undefined): Stepped {
  const { recovery } = state;
  const { going, policy } = recovery;
  if (!going) return { state, commands: [] };
  const { seed } = state.call.cell.settings;
  const random = stream(seed, "reconnect", state.call.session, state.call.call, going.n, going.attempts);
  // A planned replacement waits for nothing the first time.
  const jitterUs = going.planned && going.attempts === 0 ? 0 : backoffUs(policy, going.attempts, random);
  const waitUs = Math.max(jitterUs, msToUs(retryAfterMs ?? 0));
  const isEnough = going.attempts >= policy.attempts || atUs + waitUs - going.detectedUs > msToUs(policy.withinMs);
  if (isEnough) return giveUp(state, { failureClass: going.failureClass ?? "network", failure: going.failure ?? "" }, atUs);
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs: Math.max(going.retryAfterMs ?? 0, retryAfterMs) };
  const successor: Successor = {
    stage: "waiting",
    decidedUs: atUs,
    turns: [],
    turnItems: [],
    sentItems: 0,
    refusedItems: 0,
    skippedItems: 0,
    acknowledged: [],
  };
  return {
    state: withRecovery(state, { ...recovery, successor, going: { ...going, ...asked } }),
    commands: [
      { type: "clear", timer: "successor" },
      { type: "dial", notBeforeUs: atUs + waitUs },
    ],
  };
}

/** Nobody tries any more: where nobody listens the call has failed; a session that was to be replaced goes on to its end. */
export function giveUp(
  state: Recoverable,
  { failureClass, failure }: { readonly failureClass: FailureClass; readonly failure: string },
  atUs: number,
): Stepped {
  const { going, successor: _given, ...rest } = state.recovery;
  const abandon: readonly Command[] = [{ type: "abandon" }, { type: "clear", timer: "successor" }];
  if (!going) return { state: withRecovery(state, rest), commands: abandon };
  if (!rest.isLost) return { state: withRecovery(state, rest), commands: [...abandon, { type: "recovery", notes: going }] };
  const tried =
    going.attempts === 0
      ? ""
      : `; ${going.attempts} ${going.attempts === 1 ? "attempt" : "attempts"} to connect again in ${Math.round(usToMs(atUs - going.detectedUs))} ms came to nothing`;
  const isCut = state.turn?.planned.turn === going.turn && state.turn?.outcome !== "answered";
  const ended = fail(withRecovery(state, rest), { failureClass, failure: `${failure}${tried}` }, atUs);
  const skipped = ended.commands.filter(({ type }) => type === "skip").length;
  const notes = { ...going, turnsLost: going.turnsLost + skipped + (isCut ? 1 : 0) };
  return { state: ended.state, commands: [...abandon, { type: "recovery", notes }, ...ended.commands] };
}
