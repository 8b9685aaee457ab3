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

export interface Places {
  /** host:port of the server, for messages. */
  readonly place: string;
  /** The same of a proxy before it. */
  readonly proxyPlace?: string;
}

/** Until the tunnel stands, what is spoken to is the proxy. */
const toProxy: readonly ConnectPhase[] = ["dns", "tcp", "proxy"];

/** Starts now, in the phase dns. */
export function createProgress(clock: Clock, { place, proxyPlace }: Places): Progress {
  const timings: { -readonly [key in keyof Timings]: Timings[key] } = { startedUs: clock.nowUs() };
  let phase: ConnectPhase = "dns";
  /** An address that is a number is "looked up" by Node too, and that takes no name server. */
  let isLookingUp = false;
  let failure: ConnectFailure | undefined;
  let isLeaving = false;
  return {
    timings,
    enter(next) {
      const nowUs = clock.nowUs();
      if (next === "dns") isLookingUp = true;
      if (isLookingUp && next === "tcp") timings.dnsUs ??= nowUs;
      if (next === "proxy" || next === "tls" || next === "upgrade") timings.tcpUs ??= nowUs;
      if (phase === "proxy" && next !== "proxy") timings.proxyUs = nowUs;
      if (phase === "tls" && next === "upgrade") timings.tlsUs = nowUs;
      if (next === "open") timings.openUs = nowUs;
      phase = next;
    },
    leave() {
      isLeaving = true;
    },
    fail(describe) {
      if (!isLeaving) failure ??= describe({ phase, place: proxyPlace !== undefined && toProxy.includes(phase) ? `the proxy ${proxyPlace}` : place });
    },
    get failure() {
      return failure;
    },
  };
}
