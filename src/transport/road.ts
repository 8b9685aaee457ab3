// The road to a server without the WebSocket at its end: how long each part takes, and whose certificate stands there.

import * as tls from "node:tls";
import type { Duplex } from "node:stream";
import { limits } from "../core/limits.ts";
import { afterOwnTime } from "../core/own-time.ts";
import { msToUs } from "../core/units.ts";
import { failureOfError, failureOfTimeout, type ConnectFailure, type ConnectPhase } from "./connect-failure.ts";
import { addressOf, dial, type DialOptions, type Line } from "./dial.ts";
import { createProgress } from "./progress.ts";
import type { Timings } from "./timings.ts";

export interface Certificate {
  /** Whom it is from, by organisation or name. */
  readonly issuer: string;
  /** Its last instant, ms since 1970. */
  readonly expiresAtMs: number;
}

export interface Road {
  readonly timings: Timings;
  readonly certificate?: Certificate;
  readonly failure?: ConnectFailure;
}

function certificateOf(stream: Duplex | undefined): Certificate | undefined {
  if (!(stream instanceof tls.TLSSocket)) return undefined;
  const { issuer, valid_to: validTo } = stream.getPeerX509Certificate()?.toLegacyObject() ?? stream.getPeerCertificate();
  const name = issuer.O ?? issuer.CN ?? "an unnamed issuer";
  return { issuer: Array.isArray(name) ? name.join(", ") : name, expiresAtMs: Date.parse(validTo) };
}

/** Goes as far as HTTP could be spoken, and hangs up. */
export function walkRoad({ url, ...options }: Pick<DialOptions, "clock" | "network" | "random" | "trust" | "proxy"> & { readonly url: string }): Promise<Road> {
  const { clock, proxy } = options;
  const address = addressOf(new URL(url));
  const proxyPlace = proxy && `${proxy.host}:${proxy.port}`;
  const progress = createProgress(clock, { place: `${address.host}:${address.port}`, ...(proxyPlace === undefined ? {} : { proxyPlace }) });
  const { promise, resolve } = Promise.withResolvers<Road>();
  let stream: Duplex | undefined;

  function end(): void {
    cancelDeadline();
    const certificate = progress.failure ? undefined : certificateOf(stream);
    line.destroy();
    resolve({ timings: progress.timings, ...(certificate ? { certificate } : {}), ...(progress.failure ? { failure: progress.failure } : {}) });
  }
  const cancelDeadline = afterOwnTime(clock, msToUs(limits.handshakeMs), (strike) => {
    progress.fail((where) => failureOfTimeout(limits.handshakeMs, where, strike));
    end();
  });
  const line: Line = dial({
    ...options,
    ...address,
    onPhase(phase: ConnectPhase) {
      progress.enter(phase);
      if (phase === "upgrade") queueMicrotask(end);
    },
    onStream: (opened) => void (stream = opened),
    onError(error) {
      progress.fail((where) => failureOfError(error, where));
      end();
    },
  });
  return promise;
}
