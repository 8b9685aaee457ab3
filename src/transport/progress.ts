// How far a connection has come, when it got there, and what stopped it first.

import type { Clock } from "../core/clock.ts";
import type { ConnectFailure, ConnectPhase, FailurePlace } from "./connect-failure.ts";
import type { Timings } from "./timings.ts";

export interface Progress {
  readonly timings: Timings;
  /** Goes on to a phase, and notes the instant at which those before it were done. */
  readonly enter: (next: ConnectPhase) => void;
  /** From now on the end is ours, and nothing that follows is a failure. */
  leave(): void;
  /** The first cause counts; what follows from it does not. `describe` is given where the connection stands. */
  fail(describe: (where: FailurePlace) => ConnectFailure): void;
  readonly failure: ConnectFailure | undefined;
}

/** Starts now, in the phase dns. `place` is host:port, for messages. */
export function createProgress(clock: Clock, place: string): Progress {
  const timings: { -readonly [key in keyof Timings]: Timings[key] } = { startedUs: clock.nowUs() };
  let phase: ConnectPhase = "dns";
  let failure: ConnectFailure | undefined;
  let isLeaving = false;
  return {
    timings,
    enter(next) {
      const nowUs = clock.nowUs();
      if (next === "tls" || next === "upgrade") timings.tcpUs ??= nowUs;
      if (phase === "tls" && next === "upgrade") timings.tlsUs = nowUs;
      if (next === "open") timings.openUs = nowUs;
      phase = next;
    },
    leave() {
      isLeaving = true;
    },
    fail(describe) {
      if (!isLeaving) failure ??= describe({ phase, place });
    },
    get failure() {
      return failure;
    },
  };
}
