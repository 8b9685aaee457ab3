// A conversation behind its tricks: takes the inputs of a socket and the commands of the conversation, and changes both as
// the tricks of each turn say. As pure as the conversation itself. A turn here is what lies between two response.done.

import type { ServerEvent, ServerEventType } from "../protocol/server-event.ts";
import type { AppendType } from "./append-lane.ts";
import type { Command } from "./conversation-state.ts";
import type { Conversation, Input } from "./conversation.ts";
import type { TrickRow } from "./ground-truth.ts";
import { failedTranscript } from "./input-transcription.ts";
import type { Trick } from "./trick.ts";

/** What a socket is told beyond the conversation's own commands. */
export type TrickCommand =
  | { readonly type: "raw"; readonly text: string }
  | { readonly type: "drop" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "trick"; readonly row: TrickRow };

export type WireCommand = Command<object> | TrickCommand;

/** What a connection serves: a conversation, tricked or not, a transcription or a translation. */
export interface Served {
  step(input: Input, atUs: number): readonly WireCommand[];
  readonly nextUs: number | undefined;
  /** The event that carries its audio; by default that of a conversation. */
  readonly appendType?: AppendType;
  /** Told when a keepalive ping leaves. */
  readonly pinged?: () => void;
}

/** Until when the whole target stands still; shared by its sessions. */
export interface Freezer {
  untilUs: number;
}

export interface TrickPlan {
  /** Those that strike in the session's turn, counted from 0. */
  armed(turn: number): readonly Trick[];
  readonly freezer: Freezer;
  /** How the client named the call. */
  readonly call?: string;
}

interface Tricked {
  readonly inner: Conversation;
  readonly plan: TrickPlan;
  /** The last instant it was called at. */
  steppedUs: number;
  turn: number;
  armed: readonly Trick[];
  /** Tricks at the rate limits, which come after their turn's response.done. */
  owed: readonly Trick[];
  readonly seen: Map<ServerEventType, number>;
  /** What is to be carried out once nothing holds it back any more. */
  outbox: WireCommand[];
  blockedUntilUs: number;
  frozenUntilUs: number;
  /** Read from the socket while frozen, which is no more than what it had buffered. */
  readonly unread: Input[];
  isPaused: boolean;
  slow: { readonly pauseUs: number; readonly readUs: number; readonly untilUs: number; nextUs: number; isResting: boolean } | undefined;
  /** The event that waits for the next one to pass it. */
  late: WireCommand | undefined;
  isDead: boolean;
  isSilent: boolean;
  /** So are the rate limits that will follow. */
  isLimitsSilent: boolean;
  /** Turns whose answer never left. */
  readonly unsaid: Set<unknown>;
}

export function trickConversation(inner: Conversation, plan: TrickPlan): Served {
  const state: Tricked = {
    inner,
    plan,
    steppedUs: 0,
    turn: 0,
    armed: plan.armed(0),
    owed: [],
    seen: new Map(),
    outbox: [],
    blockedUntilUs: 0,
    frozenUntilUs: 0,
    unread: [],
    isPaused: false,
    slow: undefined,
    late: undefined,
    isDead: false,
    isSilent: false,
    isLimitsSilent: false,
    unsaid: new Set(),
  };
  return {
    step: (input, atUs) => step(state, input, atUs),
    get nextUs() {
      const { outbox, slow, steppedUs } = state;
      if (steppedUs < frozenUs(state)) return frozenUs(state);
      const times = [inner.nextUs, outbox.length > 0 ? state.blockedUntilUs : undefined, slow?.nextUs].filter((time) => time !== undefined);
      return times.length > 0 ? Math.min(...times) : undefined;
    },
  };
}

const frozenUs = (state: Tricked): number => Math.max(state.frozenUntilUs, state.plan.freezer.untilUs);

function step(state: Tricked, input: Input, atUs: number): readonly WireCommand[] {
  if (input.type === "closed") {
    // What was held back was never said, but its truth is to be told.
    const held = state.outbox.filter((command) => command.type === "truth" || command.type === "note");
    state.outbox = [];
    return [...held.map(asCut), ...state.inner.step(input, atUs)];
  }
  const out: WireCommand[] = [];
  state.steppedUs = atUs;
  if (atUs < frozenUs(state)) {
    if (input.type !== "wake") state.unread.push(input.type === "audio" ? { type: "audio", bytes: input.bytes.slice() } : input);
    if (!state.isPaused) out.push({ type: "pause" });
    state.isPaused = true;
    return out;
  }
  release(state, atUs, out);
  readOn(state, atUs, out);
  for (const held of state.unread.splice(0)) send(state, state.inner.step(held, atUs), atUs, out);
  send(state, state.inner.step(input, atUs), atUs, out);
  if (atUs < state.frozenUntilUs && !state.isPaused) {
    state.isPaused = true;
    out.push({ type: "pause" });
  }
  return out;
}

const asCut = (command: WireCommand): WireCommand =>
  command.type === "truth" && command.row.firstDeltaSentUs === undefined && command.row.outcome === "answered"
    ? { ...command, row: { ...command.row, outcome: "cut" } }
    : command;

function release(state: Tricked, atUs: number, out: WireCommand[]): void {
  if (state.outbox.length === 0 || atUs < state.blockedUntilUs) return;
  out.push(...state.outbox);
  state.outbox = [];
}

/** Reads again after a freeze, and now and then under slow reading. */
function readOn(state: Tricked, atUs: number, out: WireCommand[]): void {
  const { slow } = state;
  if (slow && atUs >= slow.nextUs) {
    const isOver = atUs >= slow.untilUs;
    slow.isResting = !isOver && !slow.isResting;
    slow.nextUs = atUs + (slow.isResting ? slow.pauseUs : slow.readUs);
    if (isOver) state.slow = undefined;
  }
  const isPaused = state.slow?.isResting === true;
  if (isPaused !== state.isPaused) out.push({ type: isPaused ? "pause" : "resume" });
  state.isPaused = isPaused;
}

function send(state: Tricked, commands: readonly Command[], atUs: number, out: WireCommand[]): void {
  const say = (command: WireCommand): void => void (state.blockedUntilUs > atUs ? state.outbox : out).push(command);
  for (const command of commands) {
    if (command.type === "send") sendEvent(state, command, atUs, say);
    else if (command.type === "truth" && state.unsaid.delete(command.row))
      say({ ...command, row: { ...command.row, outcome: state.isDead ? "cut" : "unanswered" } });
    else if (command.type === "truth" || command.type === "note" || !state.isDead) say(command);
  }
}

type Send = Command & { readonly type: "send" };
type Say = (command: WireCommand) => void;

function sendEvent(state: Tricked, command: Send, atUs: number, say: Say): void {
  const { event } = command;
  const count = (state.seen.get(event.type) ?? 0) + 1;
  state.seen.set(event.type, count);
  const { trick: named } = command;
  if (named && !state.armed.includes(named)) state.armed = [...state.armed, named];
  const isLimits = event.type === "rate_limits.updated";
  const striking = (isLimits ? state.owed : state.armed).filter((trick) => trick.at === event.type && (trick.nth ?? 1) === count && !state.isDead);
  for (const trick of striking) {
    say({ type: "trick", row: rowOf(state, trick, atUs) });
    strikeBefore(state, trick, atUs, say);
  }
  const isSilenced = state.isDead || (isLimits ? state.isLimitsSilent : state.isSilent && isOfResponse(event));
  if (isSilenced) {
    if (command.stamp) state.unsaid.add(command.stamp.row);
  } else if (striking.some((trick) => trick.do.type === "malform")) say(halfOf(event));
  else if (event.type === "conversation.item.input_audio_transcription.completed" && striking.some((trick) => trick.do.type === "fail")) {
    state.inner.step({ type: "transcript_lost", itemId: event.item_id }, atUs);
    say({ type: "send", event: { event_id: event.event_id, ...failedTranscript(event.item_id) } });
  } else if (striking.some((trick) => trick.do.type === "reorder")) state.late = command;
  else if (!striking.some((trick) => trick.do.type === "skip")) {
    say(command);
    if (striking.some((trick) => trick.do.type === "duplicate")) say({ type: "send", event });
    if (state.late) say(state.late);
    state.late = undefined;
  }
  for (const trick of striking) strikeAfter(state, trick, atUs, say);
  if (event.type !== "response.done") return;
  state.owed = state.armed.filter(({ at }) => at === "rate_limits.updated");
  state.isLimitsSilent = state.isSilent;
  state.turn++;
  state.armed = state.plan.armed(state.turn);
  state.seen.clear();
  state.isSilent = false;
}

/** A response's own events and the mirror of its items; what the caller's side causes goes on. */
const isOfResponse = (event: ServerEvent): boolean =>
  event.type.startsWith("response.") ||
  (event.type.startsWith("conversation.item.") &&
    "item" in event &&
    (event.item.type === "function_call" || (event.item.type === "message" && event.item.role === "assistant")));

function halfOf(event: ServerEvent): WireCommand {
  const text = JSON.stringify(event);
  return { type: "raw", text: text.slice(0, text.length >> 1) };
}

function rowOf({ plan, inner, turn }: Tricked, trick: Trick, atUs: number): TrickRow {
  const call = plan.call === undefined ? {} : { call: plan.call };
  const itsTurn = trick.at === "rate_limits.updated" ? turn - 1 : turn;
  return { v: 1, type: "trick", sessionId: inner.sessionId, ...call, turn: itsTurn, name: trick.name, deed: trick.do.type, at: trick.at, atUs };
}

function strikeBefore(state: Tricked, trick: Trick, atUs: number, say: Say): void {
  const deed = trick.do;
  if (deed.type === "late") state.blockedUntilUs = Math.max(state.blockedUntilUs, atUs + deed.ms * 1_000);
  else if (deed.type === "never") state.isSilent = true;
  else if (deed.type === "readSlowly") {
    state.slow = { pauseUs: deed.pauseMs * 1_000, readUs: deed.readMs * 1_000, untilUs: atUs + deed.forMs * 1_000, nextUs: atUs, isResting: false };
  } else if ("when" in deed && deed.when === "before") strike(state, trick, atUs, say);
}

function strikeAfter(state: Tricked, trick: Trick, atUs: number, say: Say): void {
  if ("when" in trick.do && trick.do.when === "after") strike(state, trick, atUs, say);
}

function strike(state: Tricked, { do: deed }: Trick, atUs: number, say: Say): void {
  if (deed.type === "drop" || deed.type === "close") {
    say(deed.type === "drop" ? { type: "drop" } : { type: "close", code: deed.code, reason: deed.reason });
    state.isDead = true;
  } else if (deed.type === "freeze" || deed.type === "freezeTarget") {
    const untilUs = atUs + deed.ms * 1_000;
    state.frozenUntilUs = Math.max(state.frozenUntilUs, untilUs);
    state.blockedUntilUs = Math.max(state.blockedUntilUs, untilUs);
    if (deed.type === "freezeTarget") state.plan.freezer.untilUs = Math.max(state.plan.freezer.untilUs, untilUs);
  }
}
