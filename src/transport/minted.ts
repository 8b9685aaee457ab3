// A connection that first buys its own ephemeral key: one request for each session, timed as a phase of its connect.

import { failureOfStatus, type ConnectFailure } from "./connect-failure.ts";
import type { Connection } from "./connection.ts";
import { exchange, type Answer } from "./http-exchange.ts";
import { openConnection, type OpenOptions } from "./open.ts";
import type { ProxyAddress } from "./proxy-address.ts";

export interface Mint {
  /** http:// or https:// */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly proxy?: ProxyAddress;
  /** Where and how to connect with the key that was bought. */
  endpointWith(key: string): Pick<OpenOptions, "url" | "headers" | "protocols">;
}

export interface CallerOptions extends OpenOptions {
  readonly mint?: Mint;
}

/** The key of an answer: `value`, or the beta's `client_secret.value`; undefined where there is none. */
export function keyIn(body: string): string | undefined {
  try {
    const answer = JSON.parse(body) as { readonly value?: unknown; readonly client_secret?: { readonly value?: unknown } } | null;
    const key = answer?.value ?? answer?.client_secret?.value;
    return typeof key === "string" && key !== "" ? key : undefined;
  } catch {
    return undefined;
  }
}

function failureIn(answer: Answer, place: string): ConnectFailure {
  const where = { phase: "mint", place } as const;
  if (answer.status >= 200 && answer.status < 300) {
    return { phase: "mint", class: "protocol", message: `ephemeral key from ${place} failed: the answer holds no key; it must be JSON with a value` };
  }
  return failureOfStatus(answer.status, where, answer.headers);
}

/** openConnection, after buying a key where one is to be bought. */
export function openCaller({ mint, ...options }: CallerOptions): Connection {
  if (!mint) return openConnection(options);
  const { clock, handlers } = options;
  const startedUs = clock.nowUs();
  let mintedUs: number | undefined;
  let inner: Connection | undefined;
  let hasLeft = false;

  const { proxy: _ofServer, ...road } = options;
  const asked = exchange({ ...road, ...(mint.proxy ? { proxy: mint.proxy } : {}), url: mint.url, headers: mint.headers, body: mint.body });
  const endAtOnce = (failure?: ConnectFailure): void => handlers.onClose({ code: 1006, reason: "", atUs: clock.nowUs(), ...(failure && { failure }) });

  void asked.answer.then((answer) => {
    if (hasLeft) return;
    if ("failure" in answer) return endAtOnce(answer.failure);
    const isFine = answer.status >= 200 && answer.status < 300;
    const key = isFine ? keyIn(answer.body) : undefined;
    if (key === undefined) return endAtOnce(failureIn(answer, new URL(mint.url).host));
    mintedUs = clock.nowUs();
    inner = openConnection({ ...options, ...mint.endpointWith(key) });
  });

  function leave(): void {
    hasLeft = true;
    asked.cancel();
    queueMicrotask(() => endAtOnce());
  }

  return {
    get timings() {
      return { ...inner?.timings, startedUs, ...(mintedUs === undefined ? {} : { mintedUs }) };
    },
    get bufferedBytes() {
      return inner?.bufferedBytes ?? 0;
    },
    send(message) {
      if (!inner) throw new Error("a message was sent before the connection was open");
      inner.send(message);
    },
    sendReady(message) {
      if (!inner) throw new Error("a message was sent before the connection was open");
      inner.sendReady(message);
    },
    ping: () => inner?.ping(),
    close: (code, reason) => (inner ? inner.close(code, reason) : hasLeft || leave()),
    terminate: () => (inner ? inner.terminate() : hasLeft || leave()),
  };
}
