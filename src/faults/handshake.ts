// How TCP's handshake fares on an impaired link: when the connection stands, given when the first SYN was sent.

import type { Path } from "./path.ts";
import { HEADER_BYTES } from "./tcp-sender.ts";

/** A SYN carries a few more options than data does. */
const SYN_BYTES = HEADER_BYTES + 8;
/** The first wait for an answer; then twice as long each time. */
const SYN_TIMEOUT_US = 1_000_000;
/** tcp_syn_retries of Linux. */
const SYN_RETRIES = 6;

export interface Handshake {
  /** Whether it succeeded at all: Linux gives up after 127 s. */
  readonly isOpen: boolean;
  /** When it stands, or was given up. */
  readonly atUs: number;
  /** Of the SYN that was answered. */
  readonly roundTripUs: number;
}

export function shakeHands(up: Path, down: Path, nowUs: number): Handshake {
  let sentUs = nowUs;
  for (let tries = 0; tries <= SYN_RETRIES; tries++) {
    const synUs = up.arrivesAtUs(sentUs, SYN_BYTES);
    const atUs = synUs === Infinity ? Infinity : down.arrivesAtUs(synUs, SYN_BYTES);
    if (atUs !== Infinity) return { isOpen: true, atUs, roundTripUs: atUs - sentUs };
    sentUs += SYN_TIMEOUT_US * 2 ** tries;
  }
  return { isOpen: false, atUs: sentUs, roundTripUs: 0 };
}

/** The error that Node gives when nobody answers. */
export function connectionTimedOut(syscall: "connect" | "read"): Error {
  return Object.assign(new Error(`${syscall} ETIMEDOUT`), { code: "ETIMEDOUT", syscall, errno: -110 });
}
