// Opens a WebSocket over a dialled line and reports its life to the session's handlers. The only file that knows ws.

import type { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import type { ClientOptions } from "ws";
import { WebSocket } from "ws";
import { limits as defaultLimits } from "../core/limits.ts";
import { afterOwnTime } from "../core/own-time.ts";
import { msToUs } from "../core/units.ts";
import { failureOfError, failureOfSilentEnd, failureOfStatus, failureOfTimeout } from "./connect-failure.ts";
import type { Connection, ConnectionHandlers } from "./connection.ts";
import type { DialOptions, Line } from "./dial.ts";
import { addressOf, dial } from "./dial.ts";
import { createProgress, type Progress } from "./progress.ts";
import type { Masking } from "./ready-message.ts";

export interface ConnectionLimits {
  /** From the dial to the answered upgrade, however busy the line is meanwhile. */
  readonly handshakeMs: number;
  readonly closeMs: number;
  readonly messageBytes: number;
}

export interface OpenOptions extends Pick<DialOptions, "clock" | "network" | "networkStartUs" | "random" | "trust" | "proxy" | "onShaperLateness"> {
  /** ws:// or wss://; throws TypeError or SyntaxError when it is no such URL, as it does for a header that HTTP forbids. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sec-WebSocket-Protocol. */
  readonly protocols?: readonly string[];
  /** Of what is sent message by message; ready messages have theirs already. */
  readonly masking: Masking;
  readonly handlers: ConnectionHandlers;
  readonly limits?: ConnectionLimits;
}

/** No close frame came (RFC 6455, 7.1.5). */
const ABNORMAL = 1006;

/** Dials and returns at once; everything that happens is told to the handlers, later. */
export function openConnection(options: OpenOptions): Connection {
  const { clock, handlers, limits = defaultLimits } = options;
  const progress = progressOf(options);
  const { timings } = progress;
  let receivedAtUs = 0;
  const onError = (error: Error): void => progress.fail((where) => failureOfError(error, where));
  const road = roadOf(options, { onPhase: progress.enter, onError });
  const socket = new WebSocket(options.url, [...(options.protocols ?? [])], webSocketOptions(options, limits, road.connect));
  const cancelDeadline = afterOwnTime(clock, msToUs(limits.handshakeMs), (strike) => {
    progress.fail((where) => failureOfTimeout(limits.handshakeMs, where, strike));
    socket.terminate();
  });

  // What other callers are to send by now goes out first: a burst of answers must not hold up anybody's microphone.
  // Heard before ws hears them, so that the time is taken once a TCP read and before any parsing. What ws still reads out
  // of a line that has closed comes without "data", hence "close". Not sooner than "open": a listener that is there when
  // ws puts back the bytes that came with the upgrade's answer would swallow them.
  function stampArrivals(): void {
    const stamp = (): void => {
      receivedAtUs = clock.nowUs();
      clock.fireDue();
    };
    road.stream?.prependListener("data", stamp).prependListener("close", stamp);
  }

  socket.on("open", () => {
    progress.enter("open");
    cancelDeadline();
    stampArrivals();
    handlers.onOpen();
  });
  socket.on("upgrade", (response) => handlers.onUpgrade?.(response.headers));
  socket.on("message", (data: Buffer, isBinary) => handlers.onMessage(data, receivedAtUs, isBinary));
  socket.on("pong", () => handlers.onPong?.());
  socket.on("unexpected-response", (_request, response) => {
    progress.fail((where) => failureOfStatus(response.statusCode ?? 0, where, response.headers));
    socket.terminate();
  });
  socket.on("error", onError);
  socket.once("close", (code, reason) => {
    cancelDeadline();
    road.destroy();
    if (code === ABNORMAL) progress.fail(failureOfSilentEnd);
    const failure = code === ABNORMAL ? progress.failure : undefined;
    handlers.onClose({ code, reason: reason.toString(), atUs: clock.nowUs(), ...(failure && { failure }) });
  });

  return {
    timings,
    get bufferedBytes() {
      return road.stream?.writableLength ?? 0;
    },
    send: (message) => socket.send(message, { binary: false }),
    // Whole frames may go past ws: without compression it holds nothing back, so neither can overtake the other.
    sendReady(message) {
      if (socket.readyState === WebSocket.OPEN) road.stream?.write(message);
      else if (socket.readyState === WebSocket.CONNECTING) throw new Error("a message was sent before the connection was open");
    },
    ping: () => socket.ping(),
    close(code, reason) {
      progress.leave();
      socket.close(code, reason);
    },
    terminate() {
      progress.leave();
      socket.terminate();
    },
  };
}

function progressOf({ clock, url, proxy }: OpenOptions): Progress {
  const { host, port } = addressOf(new URL(url));
  return createProgress(clock, { place: `${host}:${port}`, ...(proxy === undefined ? {} : { proxyPlace: `${proxy.host}:${proxy.port}` }) });
}

interface Road {
  /** What HTTP is spoken on, once there is something. */
  readonly stream: Duplex | undefined;
  readonly connect: Connect;
  destroy(): void;
}

/** Dials when HTTP asks for its stream. */
function roadOf(options: OpenOptions, { onPhase, onError }: Pick<DialOptions, "onPhase" | "onError">): Road {
  let line: Line | undefined;
  let stream: Duplex | undefined;
  return {
    get stream() {
      return stream;
    },
    connect(_options, handOver) {
      const onStream = (opened: Duplex): void => {
        stream = opened;
        handOver(null, opened);
      };
      // Until the request has its stream, nobody but us hears of an error on the way.
      const onAnyError = (error: Error): void => {
        onError(error);
        if (!stream) handOver(error);
      };
      line = dial({ ...options, ...addressOf(new URL(options.url)), onPhase, onStream, onError: onAnyError });
      return undefined;
    },
    destroy: () => line?.destroy(),
  };
}

/** How Node's HTTP asks for a stream that may take its time. */
type Connect = (options: unknown, handOver: (error: Error | null, stream?: Duplex) => void) => undefined;

function webSocketOptions({ headers, masking }: OpenOptions, limits: ConnectionLimits, connect: Connect): ClientOptions {
  const options: ClientOptions & { readonly closeTimeout: number } = {
    headers: { ...headers },
    perMessageDeflate: false,
    followRedirects: false,
    // Text is decoded only where it is needed, and JSON.parse refuses what matters.
    skipUTF8Validation: true,
    maxPayload: limits.messageBytes,
    closeTimeout: limits.closeMs,
    ...(masking === "zero" && { generateMask: (mask: Buffer) => void mask.fill(0) }),
    createConnection: connect as unknown as typeof createConnection,
  };
  return options;
}
