import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { plainSpeech } from "../testing/conversation-session.ts";
import { judgeMessage } from "../testing/event-judge.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { VirtualClock } from "../testing/virtual-clock.ts";
import { createAudioDecoder } from "./append.ts";
import { serveConnection } from "./connection.ts";
import type { TargetStats } from "./connection.ts";
import { createConversation } from "./conversation.ts";
import type { TruthRow } from "./ground-truth.ts";
import { createIds } from "./ids.ts";
import { readProfile } from "./profile.ts";

/** What the connection needs of a socket, on virtual time. */
class FakeSocket extends EventEmitter {
  readonly sent: string[] = [];
  readonly closes: number[] = [];
  pings = 0;
  terminations = 0;
  bufferedAmount = 0;
  readonly OPEN = 1;
  readyState = 1;
  send(message: string): void {
    judgeMessage(message);
    this.sent.push((JSON.parse(message) as { type: string }).type);
  }
  ping(): void {
    this.pings++;
  }
  close(code: number): void {
    this.closes.push(code);
  }
  terminate(): void {
    this.terminations++;
  }
}

interface Served {
  readonly socket: FakeSocket;
  readonly clock: VirtualClock;
  readonly stats: TargetStats;
  readonly truth: readonly TruthRow[];
}

function serve(): Served {
  const socket = new FakeSocket();
  const truth: TruthRow[] = [];
  const clock = createVirtualClock();
  const profile = orThrow(readProfile("exact"));
  const stats: TargetStats = { connections: 0, openConnections: 0, appends: 0, eventsSent: 0, turns: 0, stalls: 0, unnamedCalls: 0 };
  const conversation = createConversation({
    model: "m",
    profile,
    speech: plainSpeech(profile),
    key: { seed: 1, session: 0, call: 0 },
    ids: createIds(0, stream(1, "ids")),
    openedAtUs: 0,
    openedAtS: 0,
  });
  const recognise = (): Promise<undefined> => Promise.resolve(undefined);
  serveConnection(socket as unknown as WebSocket, new PassThrough(), conversation, {
    clock,
    decoder: createAudioDecoder(),
    stats,
    writeTruth: (row) => void truth.push(row),
    recognise,
  });
  return { socket, clock, stats, truth };
}

const responseCreate = Buffer.from('{"type":"response.create"}');

test("it pings every 20 s and closes on a client that did not answer the last ping", () => {
  const { socket, clock } = serve();
  clock.advanceTo(20_000_000);
  socket.emit("pong");
  clock.advanceTo(40_000_000);
  assert.deepEqual([socket.pings, socket.closes], [2, []]);
  clock.advanceTo(60_000_000);
  assert.deepEqual([socket.pings, socket.closes], [2, [1011]]);
});

test("an answer waits for a client that reads too slowly, loses nothing, and is counted", () => {
  const { socket, clock, stats } = serve();
  socket.bufferedAmount = 1_000_000;
  socket.emit("message", responseCreate, false);
  clock.advanceTo(1_000_000);
  socket.emit("message", Buffer.from('{"type":"input_audio_buffer.clear"}'), false);
  assert.deepEqual(socket.sent, ["session.created", "response.created", "input_audio_buffer.cleared"]);
  assert.equal(stats.stalls, 1);
  socket.bufferedAmount = 0;
  clock.advanceTo(2_000_000);
  assert.equal(socket.sent.filter((type) => type === "response.output_audio.delta").length, 4);
  assert.equal(socket.sent.at(-1), "rate_limits.updated");
});

test("a client that asks and never reads is cut before it fills the memory", () => {
  const { socket } = serve();
  socket.bufferedAmount = 17 * 1_024 * 1_024;
  socket.emit("message", Buffer.from("nonsense"), false);
  assert.ok(socket.terminations > 0);
});

test("nothing is left on the clock once the socket has closed", () => {
  const { socket, clock } = serve();
  socket.emit("message", responseCreate, false);
  socket.emit("close");
  const said = socket.sent.length;
  clock.runAll();
  assert.deepEqual([socket.sent.length, socket.pings, clock.nowUs()], [said, 0, 0]);
});

test("an answer that was due while the socket closed is cut in the truth, not answered", () => {
  const { socket, clock, truth } = serve();
  socket.emit("message", responseCreate, false);
  socket.readyState = 2;
  clock.advanceTo(1_000_000);
  socket.readyState = 3;
  socket.emit("close");
  assert.deepEqual(
    truth.map(({ outcome, firstDeltaSentUs }) => [outcome, firstDeltaSentUs]),
    [["cut", undefined]],
  );
});
