// One HTTP request over a dialled line: for ephemeral keys, over the same road as the calls themselves.

import * as http from "node:http";
import type { Duplex } from "node:stream";
import { limits } from "../core/limits.ts";
import { afterOwnTime } from "../core/own-time.ts";
import { msToUs } from "../core/units.ts";
import { failureOfError, failureOfTimeout, type ConnectFailure } from "./connect-failure.ts";
import { addressOf, dial, type DialOptions, type Line } from "./dial.ts";

export interface ExchangeOptions extends Pick<DialOptions, "clock" | "network" | "networkStartUs" | "random" | "trust" | "proxy"> {
  /** http:// or https:// */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON by POST. */
  readonly body: object;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Exchange {
  readonly answer: Promise<Answer | { readonly failure: ConnectFailure }>;
  cancel(): void;
}

/** Beside an error Node looks at no stream; its types want one. */
const NO_STREAM = undefined as unknown as Duplex;

/** Redirects are not followed, so that no key leaves for another host. */
export function exchange({ url: address, headers, body, ...road }: ExchangeOptions): Exchange {
  const url = new URL(address);
  const { promise, resolve } = Promise.withResolvers<Answer | { readonly failure: ConnectFailure }>();
  const where = { phase: "mint", place: url.host } as const;
  let line: Line | undefined;
  const content = JSON.stringify(body);
  const connect: http.RequestOptions["createConnection"] = (_options, handOver) => {
    let isHandedOver = false;
    const onStream = (stream: Duplex): void => {
      isHandedOver = true;
      handOver(null, stream);
    };
    const onError = (error: Error): void => void (isHandedOver || handOver(error, NO_STREAM));
    line = dial({ ...road, ...addressOf(url), onPhase: () => undefined, onStream, onError });
    return undefined;
  };
  const request = http.request({
    method: "POST",
    host: url.hostname,
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host, "content-type": "application/json", "content-length": Buffer.byteLength(content), connection: "close" },
    createConnection: connect,
  });
  const end = (answer: Answer | { readonly failure: ConnectFailure }): void => {
    cancelDeadline();
    line?.destroy();
    resolve(answer);
  };
  const { clock } = road;
  const cancelDeadline = afterOwnTime(clock, msToUs(limits.handshakeMs), (strike) => end({ failure: failureOfTimeout(limits.handshakeMs, where, strike) }));
  request.on("error", (error) => end({ failure: failureOfError(error, where) }));
  request.on("response", (response) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    response.on("data", (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= limits.httpBodyBytes) pieces.push(piece);
    });
    response.on("error", (error) => end({ failure: failureOfError(error, where) }));
    response.on("end", () => end({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString("utf8"), headers: response.headers }));
  });
  request.end(content);
  return {
    answer: promise,
    cancel() {
      request.destroy();
      line?.destroy();
    },
  };
}
