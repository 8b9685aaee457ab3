// One socket and its conversation: messages in, commands out, one deadline of the clock at a time.

import type { WebSocket } from "ws";
import type { Cancel, Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import type { AppendType, AudioDecoder } from "./append.ts";
import { usualAppend } from "./append.ts";
import type { Input } from "./conversation.ts";
import type { Command, RawEvent } from "./conversation-state.ts";
import { isObject } from "./field-checks.ts";
import type { TruthRow } from "./ground-truth.ts";

/** What a target counted since it started. */
export interface TargetStats {
  connections: number;
  openConnections: number;
  appends: number;
  eventsSent: number;
  turns: number;
  /** Times that sending waited for a client that reads too slowly. */
  stalls: number;
  /** Calls that did not name themselves and drew their luck by arrival order. */
  unnamedCalls: number;
}

export interface ConnectionContext {
  readonly clock: Clock;
  readonly decoder: AudioDecoder;
  readonly stats: TargetStats;
  readonly writeTruth: (row: TruthRow) => void;
}

/** A conversation or a translation, as its socket needs it. */
export interface Served {
  step(input: Input, atUs: number): readonly Command<object>[];
  readonly nextUs: number | undefined;
  /** The event that carries its audio; by default that of a conversation. */
  readonly appendType?: AppendType;
}

/** Above this many unsent bytes an answer waits for its reader: ten seconds of audio. */
const STALL_BYTES = 640 * 1_024;
const STALL_US = 20_000;
/** As the live server pings. Who did not answer the last one is gone. */
const PING_US = 20_000_000;

export function serveConnection(socket: WebSocket, conversation: Served, context: ConnectionContext): void {
  const { clock, stats } = context;
  let cancelWake: Cancel = () => {};
  let armedUs: number | undefined;
  let cancelLook: Cancel = () => {};
  let isStalled = false;

  function step(input: Input, atUs: number): void {
    // Once the socket is closing nothing reaches the client any more, and no truth row may say that it did.
    if (socket.readyState !== socket.OPEN) return;
    carryOut(conversation.step(input, atUs));
    if (!isStalled && socket.bufferedAmount > STALL_BYTES) {
      isStalled = true;
      stats.stalls++;
      carryOut(conversation.step({ type: "stalled" }, atUs));
      cancelLook = clock.at(atUs + STALL_US, lookAgain);
    }
    arm(conversation.nextUs);
  }

  function carryOut(commands: readonly Command<object>[]): void {
    for (const command of commands) {
      if (command.type === "send") {
        const message = JSON.stringify(command.event);
        // The instant of a truth row is taken when the bytes are ready, right before they are handed to the socket.
        if (command.stamp) command.stamp.row[command.stamp.field] = clock.nowUs();
        socket.send(message);
        stats.eventsSent++;
      } else if (command.type === "truth") {
        stats.turns++;
        context.writeTruth(command.row);
      } else socket.close(command.code, command.reason);
    }
    if (socket.bufferedAmount > limits.messageBytes) socket.terminate();
  }

  function arm(nextUs: number | undefined): void {
    if (nextUs === armedUs) return;
    cancelWake();
    armedUs = nextUs;
    if (nextUs !== undefined) cancelWake = clock.at(nextUs, wake);
  }

  function wake(): void {
    armedUs = undefined;
    step({ type: "wake" }, clock.nowUs());
  }

  function lookAgain(): void {
    const atUs = clock.nowUs();
    if (socket.bufferedAmount > STALL_BYTES) {
      cancelLook = clock.at(atUs + STALL_US, lookAgain);
      return;
    }
    isStalled = false;
    step({ type: "flowing" }, atUs);
  }

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const receivedAtUs = clock.nowUs();
    const input = isBinary ? ({ type: "unreadable", code: "invalid_event" } as const) : readMessage(data, context.decoder, conversation.appendType);
    if (input.type === "audio") stats.appends++;
    step(input, receivedAtUs);
  });
  // A broken socket closes right after its error; there is nobody else to tell.
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    cancelLook();
    carryOut(conversation.step({ type: "closed" }, clock.nowUs()));
    arm(undefined);
  });
  keepAlive(socket, clock);
  step({ type: "open" }, clock.nowUs());
}

function keepAlive(socket: WebSocket, clock: Clock): void {
  let hasPonged = true;
  let cancel = clock.at(clock.nowUs() + PING_US, ping);
  function ping(): void {
    if (!hasPonged) return socket.close(1011, "keepalive ping timeout");
    hasPonged = false;
    socket.ping();
    cancel = clock.at(clock.nowUs() + PING_US, ping);
  }
  socket.on("pong", () => void (hasPonged = true));
  socket.on("close", () => cancel());
}

/** A text message as the conversation takes it. */
export function readMessage(data: Buffer, decoder: AudioDecoder, appendType: AppendType = "input_audio_buffer.append"): Input {
  const isTooLarge = data.length > limits.appendBytes;
  const base64 = isTooLarge ? undefined : usualAppend(data, appendType);
  if (base64 !== undefined) return audioInput(decoder.decode(base64), undefined);
  let event: unknown;
  try {
    event = JSON.parse(data.toString("utf8"));
  } catch {
    return { type: "unreadable", code: "invalid_json" };
  }
  if (!isObject(event)) return { type: "unreadable", code: "invalid_event" };
  if (event["type"] !== appendType) return { type: "event", event: event as RawEvent };
  const eventId = typeof event["event_id"] === "string" ? event["event_id"] : undefined;
  if (isTooLarge) return { type: "bad_audio", isTooLarge, ...(eventId === undefined ? {} : { eventId }) };
  return audioInput(typeof event["audio"] === "string" ? decoder.decode(event["audio"]) : undefined, eventId);
}

const audioInput = (bytes: Uint8Array | undefined, eventId: string | undefined): Input =>
  bytes ? { type: "audio", bytes } : eventId === undefined ? { type: "bad_audio" } : { type: "bad_audio", eventId };
