// What clients did when something went wrong: who came, how connections ended, who came back, after how long, and with what
// in hand. A state machine over what the target saw; it never asks a client anything.

import { US_PER_S, usToMs } from "../core/units.ts";
import type { Input } from "./conversation.ts";
import { createSessionMemory, type SessionMemory, takenUp, type TakenUp, type TargetEvent } from "./session-memory.ts";

/**
 * closed: the client said goodbye. cut: it went without a word. reset: an RST on the way. silence: nothing was heard for so
 * long that its ping counted as lost. ended: the target said goodbye, such as at a session's end. fault: the target cut it on purpose.
 */
export const connectionEnds = ["closed", "cut", "reset", "silence", "ended", "fault"] as const;
export type ConnectionEnd = (typeof connectionEnds)[number];

/** A connection that its client did not end on purpose, and what followed. Times since the target's first connection, ms. */
export interface Loss extends Partial<TakenUp> {
  readonly end: ConnectionEnd;
  /** When the client was last heard of, or the instant of a cut. */
  readonly lostAtMs: number;
  /** From there to the next connection of this caller; absent where there was none. */
  readonly returnedMs?: number;
  /** And to the first answer on it. */
  readonly answeredMs?: number;
}

export interface CallerAccount {
  readonly caller: string;
  readonly connections: number;
  readonly stillOpen: number;
  readonly turnedAway: number;
  readonly ends: Readonly<Partial<Record<ConnectionEnd, number>>>;
  /** Answers that the client stopped, and how many of them it cut to what was heard. */
  readonly interrupted: number;
  readonly truncated: number;
  readonly pingsAnswered: number;
  readonly pingsSent: number;
  readonly losses: readonly Loss[];
}

export interface ClientReport {
  readonly v: 1;
  readonly type: "client_report";
  readonly durationMs: number;
  /** The most connections that came within one second, turned away or not. */
  readonly peakPerS: number;
  readonly callers: readonly CallerAccount[];
}

/** One connection's part of the account. */
export interface ConnectionAccount {
  heard(input: Input, atUs: number): void;
  said(event: TargetEvent, atUs: number): void;
  pinged(): void;
  ponged(atUs: number): void;
  /** Why the end that follows comes; the first reason counts. */
  willEnd(end: ConnectionEnd): void;
  /** `end`: what it looked like from outside, where nobody said better. */
  ended(end: ConnectionEnd, atUs: number): void;
}

export interface ClientAccount {
  opened(caller: string, atUs: number): ConnectionAccount;
  turnedAway(caller: string, atUs: number): void;
  /** Everybody is about to be cut. */
  willCutAll(): void;
  report(atUs: number): ClientReport;
}

interface Connection {
  readonly openedUs: number;
  readonly memory: SessionMemory;
  lastHeardUs: number;
  why: ConnectionEnd | undefined;
  /** What it returned from. */
  returnedFrom: OpenLoss | undefined;
}

interface OpenLoss {
  readonly end: ConnectionEnd;
  readonly lostUs: number;
  /** Forgotten once it was compared. */
  memory: SessionMemory | undefined;
  returnedUs?: number;
  answeredUs?: number;
  takenUp?: TakenUp;
}

interface Caller {
  connections: number;
  turnedAway: number;
  readonly open: Set<Connection>;
  readonly ends: Partial<Record<ConnectionEnd, number>>;
  readonly losses: OpenLoss[];
  interrupted: number;
  truncated: number;
  pingsSent: number;
  pingsAnswered: number;
}

/** Callers kept apart; those above are one, so that strangers' names can't fill the memory. */
const CALLERS = 10_000;
/** Pings leave every 20 s, and who is heard of answers them. */
const SILENCE_US = 20 * US_PER_S;
const THE_REST = "all others";

export function createClientAccount(): ClientAccount {
  const callers = new Map<string, Caller>();
  const lately: number[] = [];
  let peakPerS = 0;
  let firstUs: number | undefined;

  function callerOf(name: string): Caller {
    const key = callers.has(name) || callers.size < CALLERS ? name : THE_REST;
    const known = callers.get(key);
    if (known) return known;
    const made: Caller = { connections: 0, turnedAway: 0, open: new Set(), ends: {}, losses: [], interrupted: 0, truncated: 0, pingsSent: 0, pingsAnswered: 0 };
    callers.set(key, made);
    return made;
  }

  function came(atUs: number): void {
    firstUs ??= atUs;
    lately.push(atUs);
    while ((lately[0] ?? atUs) <= atUs - US_PER_S) lately.shift();
    peakPerS = Math.max(peakPerS, lately.length);
  }

  return {
    opened(name, atUs) {
      came(atUs);
      const caller = callerOf(name);
      caller.connections++;
      return openConnection(caller, atUs);
    },
    turnedAway(name, atUs) {
      came(atUs);
      callerOf(name).turnedAway++;
    },
    willCutAll() {
      for (const { open } of callers.values()) for (const connection of open) connection.why ??= "fault";
    },
    report: (atUs) => ({
      v: 1,
      type: "client_report",
      durationMs: usToMs(atUs - (firstUs ?? atUs)),
      peakPerS,
      callers: [...callers].map(([name, caller]) => accountOf(name, caller, firstUs ?? atUs)),
    }),
  };
}

function openConnection(caller: Caller, openedUs: number): ConnectionAccount {
  const connection: Connection = { openedUs, memory: createSessionMemory(), lastHeardUs: openedUs, why: undefined, returnedFrom: undefined };
  caller.open.add(connection);
  const waiting = caller.losses.find((loss) => loss.returnedUs === undefined);
  if (waiting) pair(waiting, connection);
  return {
    heard(input, atUs) {
      if (input.type === "audio" || input.type === "event") connection.lastHeardUs = atUs;
      connection.memory.hear(input);
    },
    said(event, atUs) {
      connection.memory.say(event);
      if (event.type === "response.created") compare(connection);
      if (/^response\.output_(audio|text)\.delta$/.test(event.type) && connection.returnedFrom) connection.returnedFrom.answeredUs ??= atUs;
    },
    pinged: () => void caller.pingsSent++,
    ponged(atUs) {
      connection.lastHeardUs = atUs;
      caller.pingsAnswered++;
    },
    willEnd: (end) => void (connection.why ??= end),
    ended(end, atUs) {
      const wasQuiet = end === "cut" && atUs - connection.lastHeardUs >= SILENCE_US;
      endConnection(caller, connection, { end: connection.why ?? (wasQuiet ? "silence" : end), atUs });
    },
  };
}

function pair(loss: OpenLoss, connection: Connection): void {
  loss.returnedUs = connection.openedUs;
  connection.returnedFrom = loss;
}

function compare({ returnedFrom, memory }: Connection): void {
  if (!returnedFrom?.memory) return;
  returnedFrom.takenUp = takenUp(returnedFrom.memory.known, memory.known);
  returnedFrom.memory = undefined;
}

function endConnection(caller: Caller, connection: Connection, { end, atUs }: { readonly end: ConnectionEnd; readonly atUs: number }): void {
  if (!caller.open.delete(connection)) return;
  compare(connection);
  caller.ends[end] = (caller.ends[end] ?? 0) + 1;
  caller.interrupted += connection.memory.known.interrupted;
  caller.truncated += connection.memory.known.truncated;
  if (end === "closed") return;
  const loss: OpenLoss = { end, lostUs: end === "silence" ? connection.lastHeardUs : atUs, memory: connection.memory };
  caller.losses.push(loss);
  // Who noticed sooner than the target is back already.
  const back = [...caller.open].find((other) => other.openedUs > connection.lastHeardUs && !other.returnedFrom);
  if (!back) return;
  pair(loss, back);
  if (back.memory.known.hasAnswered) compare(back);
}

function accountOf(name: string, caller: Caller, firstUs: number): CallerAccount {
  for (const connection of caller.open) compare(connection);
  const { connections, turnedAway, ends, pingsSent, pingsAnswered } = caller;
  const sum = (field: "interrupted" | "truncated"): number => [...caller.open].reduce((all, { memory }) => all + memory.known[field], caller[field]);
  return {
    caller: name,
    connections,
    stillOpen: caller.open.size,
    turnedAway,
    ends: { ...ends },
    interrupted: sum("interrupted"),
    truncated: sum("truncated"),
    pingsSent,
    pingsAnswered,
    losses: caller.losses.map(({ end, lostUs, returnedUs, answeredUs, takenUp: taken }) => {
      // Of an old connection that was found dead late, the return can lie before what was last heard of it by microseconds only.
      const lostAtUs = Math.min(lostUs, returnedUs ?? lostUs);
      return {
        end,
        lostAtMs: usToMs(lostAtUs - firstUs),
        ...(returnedUs === undefined ? {} : { returnedMs: usToMs(returnedUs - lostAtUs) }),
        ...(answeredUs === undefined ? {} : { answeredMs: usToMs(answeredUs - lostAtUs) }),
        ...taken,
      };
    }),
  };
}
