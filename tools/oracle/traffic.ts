// What goes over the line, the same program for the kernel and for the shaper: a caller in one process, a server in another,
// each frame with the instant it was sent. CLOCK_MONOTONIC is one for all processes and namespaces of a machine, so the
// receiver's clock minus the stamp is the delay of that one way.

import type { Clock } from "../../src/core/clock.ts";

export type Traffic =
  /** Both sides send `frames` of 20 ms. */
  | { readonly type: "voice"; readonly frames: number }
  /** 135 kB at once, on a new connection, after three idle seconds, and right after that; half the sessions up, half down. */
  | { readonly type: "burst" }
  /** A frame up, a frame down, a pause. */
  | { readonly type: "request"; readonly count: number }
  /** Opens and closes connections, one after another. */
  | { readonly type: "handshake"; readonly count: number; readonly secure: boolean };

/** What both processes are told, as JSON in their first argument. */
export interface Job {
  readonly traffic: Traffic;
  readonly sessions: number;
  readonly seed: number;
  /** earshot's words for what the caller's connection suffers; `none` where the oracle does it. */
  readonly network: string;
  /** The server's addresses: session n calls the n-th, from the first again after the last. */
  readonly hosts: readonly string[];
  readonly listenOn: string;
  /** The server's; 0 in its own job, as it takes what is free. */
  readonly port: number;
  /** After this the caller reports what it has. */
  readonly limitSeconds: number;
  /** PEM, for handshakes with TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Microseconds by what was measured, such as `up` or `down cold`, and then by session. */
export type Samples = Readonly<Record<string, readonly (readonly number[])[]>>;

/** A frame that came: from when to when, µs of CLOCK_MONOTONIC. */
export interface Heard {
  readonly n: number;
  readonly sentUs: number;
  readonly receivedUs: number;
  /** Of the traffic that is measured, and past the warm-up. */
  readonly counts: boolean;
}

/** Frames of voice by direction and session, in the order they came, where the job asks for them. */
export type Traces = Readonly<Record<"up" | "down", readonly (readonly Heard[])[]>>;

export interface CallerReport {
  readonly type: "done";
  readonly samples: Samples;
  readonly traces: Traces;
  /** Sessions that ended before they had sent and heard everything, with why. */
  readonly broken: readonly string[];
  /** How late the shaper released what it held. */
  readonly shaperLatenessUs: readonly number[];
}

export type ServerReport =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "samples"; readonly samples: Samples; readonly traces: Traces };

/** One message. `all`: everything of yours has come. `heard`: the burst has. `ask`: send a burst, or an answer. */
export interface Frame {
  readonly kind: "voice" | "burst" | "all" | "heard" | "ask" | "answer";
  readonly atUs: number;
  /** From 1. */
  readonly n: number;
  /** Which burst. */
  readonly of?: BurstName;
}

export const burstNames = ["cold", "after idle", "warm"] as const;
export type BurstName = (typeof burstNames)[number];

export const BURST_FRAMES = 100;
export const IDLE_US = 3_000_000;
export const PAUSE_US = 100_000;
/** Frames of a session that don't count: code gets compiled, and TCP finds its pace. */
export const WARM_UP_FRAMES = 25;
export const FRAME_US = 20_000;
/** With the header of a WebSocket frame 1,350 bytes, what 20 ms of pcm24k take as a message of the API: one TCP segment. */
const FRAME_BYTES = 1_342;
/** What TCP gets for a frame: the header is 8 bytes where callers mask, and 4 where the server does not. */
export const WRITTEN_BYTES = { up: FRAME_BYTES + 8, down: FRAME_BYTES + 4 } as const;

/** Padded with blanks, which JSON allows at its end. */
export const frameText = (frame: Frame): string => JSON.stringify(frame).padEnd(FRAME_BYTES);

interface Speech {
  readonly frames: number;
  readonly send: (text: string) => void;
}

/**
 * Sends the frames of one session, each when it is due. What a stall of this process made late by half a frame is left out, or
 * a burst would follow that the other side never had; but for the last one, which ends the session.
 */
export function speak(clock: Clock, { frames, send }: Speech): void {
  const startUs = clock.nowUs();
  let n = 0;
  const stop = clock.repeat(startUs + FRAME_US, FRAME_US, () => {
    n++;
    const atUs = clock.nowUs();
    if (n === frames) stop();
    else if (atUs - (startUs + n * FRAME_US) > FRAME_US / 2) return;
    send(frameText({ kind: "voice", n, atUs }));
  });
}

/** All frames bear the instant of the first: the burst took until the last one came. */
export function sendBurst(clock: Clock, of: BurstName, send: (text: string) => void): void {
  const atUs = clock.nowUs();
  for (let n = 1; n <= BURST_FRAMES; n++) send(frameText({ kind: "burst", of, n, atUs }));
}

export interface Notes {
  readonly samples: Samples;
  readonly traces: Traces;
  note(what: string, session: number, us: number): void;
  /** A frame of a conversation. */
  hear(way: "up" | "down", session: number, frame: Frame, receivedUs: number): void;
}

export function createNotes(sessions: number): Notes {
  const samples: Record<string, number[][]> = {};
  const traces = { up: Array.from({ length: sessions }, (): Heard[] => []), down: Array.from({ length: sessions }, (): Heard[] => []) };
  const note: Notes["note"] = (what, session, us) => {
    samples[what] ??= Array.from({ length: sessions }, () => []);
    samples[what][session]?.push(us);
  };
  return {
    samples,
    traces,
    note,
    hear(way, session, { kind, n, atUs }, receivedUs) {
      const counts = kind === "voice" && n > WARM_UP_FRAMES;
      if (counts) note(way, session, receivedUs - atUs);
      traces[way][session]?.push({ n, sentUs: atUs, receivedUs, counts });
    },
  };
}
