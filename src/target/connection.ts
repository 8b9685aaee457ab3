// One socket and its conversation: messages in, commands out, one deadline of the clock at a time.

import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { AudioFormat } from "../audio/format.ts";
import type { Cancel, Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import type { AudioDecoder } from "./append.ts";
import type { AppendType, HearAudio } from "./append-lane.ts";
import { createBacklogWatch } from "./backlog-watch.ts";
import type { Input } from "./conversation.ts";
import type { RawEvent } from "./conversation-state.ts";
import { stampSent } from "./conversation-state.ts";
import { isObject } from "./field-checks.ts";
import type { NoteRow, TruthRow } from "./ground-truth.ts";
import { createInbox } from "./inbox.ts";
import type { Served, WireCommand } from "./tricked-conversation.ts";
import { carryOutTrick } from "./trick-socket.ts";

import type { Heard } from "./recogniser.ts";

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
  /** What the audio holds, or undefined. Never rejects. */
  readonly recognise: (audio: Uint8Array, format: AudioFormat) => Promise<Heard | undefined>;
  readonly writeNote?: (row: NoteRow) => void;
}

/** As the live server pings. Who did not answer the last one is gone. */
const PING_US = 20_000_000;

/** The socket below the WebSocket: what is written between the two calls leaves together. */
export type Wire = Pick<Duplex, "cork" | "uncork">;

/** What a connection is told beside its socket's own events. */
export interface Connected {
  /** Audio of an append, read before the call returns. */
  readonly hear: HearAudio;
}

export function serveConnection(socket: WebSocket, wire: Wire, conversation: Served, context: ConnectionContext): Connected {
  const { clock, stats } = context;
  const arm = createWaker(clock, () => step({ type: "wake" }, clock.nowUs()));
  const inbox = createInbox({ clock, step, read: (isReading) => void (isReading ? isResting || socket.resume() : socket.pause()) });
  const backlog = createBacklogWatch({
    socket,
    clock,
    onStall(atUs) {
      stats.stalls++;
      carryOut(conversation.step({ type: "stalled" }, atUs));
    },
    onFlow: (atUs) => step({ type: "flowing" }, atUs),
  });
  /** A trick keeps it from reading. */
  let isResting = false;

  function step(input: Input, atUs: number): void {
    if (input.type === "audio") stats.appends++;
    // Once the socket is closing nothing reaches the client any more, and no truth row may say that it did.
    if (socket.readyState !== socket.OPEN) return;
    let commands: readonly WireCommand[];
    try {
      commands = conversation.step(input, atUs);
      // Nearly every step is a frame of audio that nothing follows from.
      if (commands.length > 0) carryOut(commands);
    } catch (error) {
      // Whatever one client managed to break is its own session's end, and nobody else's.
      process.emitWarning(error instanceof Error ? error : String(error));
      return socket.close(1011, "internal error");
    }
    if (commands.length > 0) backlog.look(atUs);
    arm(conversation.nextUs);
  }

  function carryOut(commands: readonly WireCommand[]): void {
    wire.cork();
    for (const command of commands) {
      // Events of one instant leave in one write; whatever else is to be done comes after they left, as the order says.
      if (command.type !== "send") wire.uncork();
      carryOutOne(command);
      if (command.type !== "send") wire.cork();
    }
    wire.uncork();
    if (socket.bufferedAmount > limits.messageBytes) socket.terminate();
  }

  function carryOutOne(command: WireCommand): void {
    if (command.type === "send") sendEvent(socket, context, command);
    else if (command.type === "truth") {
      stats.turns++;
      context.writeTruth(command.row);
    } else if (command.type === "note") context.writeNote?.(command.row);
    else if (command.type === "recognise") {
      const { itemId, turn, audio, format } = command;
      void context.recognise(audio, format).then((heard) => step({ type: "recognised", itemId, ...(turn ? { turn } : {}), heard }, clock.nowUs()));
    } else if (command.type === "close") socket.close(command.code, command.reason);
    else {
      if (command.type === "pause" || command.type === "resume") isResting = command.type === "pause";
      if (command.type !== "resume" || !inbox.isWaiting) carryOutTrick(socket, command, context.writeNote ?? (() => {}));
    }
  }

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const receivedAtUs = clock.nowUs();
    const input = isBinary ? ({ type: "unreadable", code: "invalid_event" } as const) : readMessage(data, context.decoder, conversation.appendType);
    inbox.take(input, receivedAtUs);
  });
  // A broken socket closes right after its error; there is nobody else to tell.
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    backlog.stop();
    inbox.clear();
    carryOut(conversation.step({ type: "closed" }, clock.nowUs()));
    arm(undefined);
  });
  keepAlive(socket, clock, conversation.pinged);
  step({ type: "open" }, clock.nowUs());
  return { hear: (bytes, isSilent) => inbox.take({ type: "audio", bytes, isSilent }, clock.nowUs()) };
}

function sendEvent(socket: WebSocket, { clock, stats }: ConnectionContext, { event, stamp }: WireCommand & { readonly type: "send" }): void {
  const message = JSON.stringify(event);
  // The instant of a truth row is taken when the bytes are ready, right before they are handed to the socket.
  if (stamp) stampSent(stamp, clock.nowUs());
  socket.send(message);
  stats.eventsSent++;
}

/** One wake-up at a time: a new instant takes the place of the one before, undefined of all. */
function createWaker(clock: Clock, wake: () => void): (nextUs: number | undefined) => void {
  let cancelWake: Cancel = () => {};
  let armedUs: number | undefined;
  return (nextUs) => {
    if (nextUs === armedUs) return;
    cancelWake();
    armedUs = nextUs;
    if (nextUs === undefined) return;
    cancelWake = clock.at(nextUs, () => {
      armedUs = undefined;
      wake();
    });
  };
}

function keepAlive(socket: WebSocket, clock: Clock, pinged: () => void = () => {}): void {
  let hasPonged = true;
  let cancel = clock.at(clock.nowUs() + PING_US, ping);
  function ping(): void {
    if (!hasPonged) return socket.close(1011, "keepalive ping timeout");
    hasPonged = false;
    socket.ping();
    pinged();
    cancel = clock.at(clock.nowUs() + PING_US, ping);
  }
  socket.on("pong", () => void (hasPonged = true));
  socket.on("close", () => cancel());
}

/** A text message as the conversation takes it. */
export function readMessage(data: Buffer, decoder: AudioDecoder, appendType: AppendType = "input_audio_buffer.append"): Input {
  const isTooLarge = data.length > limits.appendBytes;
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
