import { once } from "node:events";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { toneBetween } from "../testing/conversation-session.ts";
import { openRawClient, startTestTarget, type TestTarget } from "../testing/target-server.ts";

let target: TestTarget;
before(async () => {
  target = await startTestTarget();
});
after(() => target.close());

const url = (): string => `${target.url}?model=gpt-realtime-2`;

/** Says these bytes to the target's port, then resets the connection. */
async function knock(text: string): Promise<void> {
  const socket = connect(target.port, "127.0.0.1");
  await once(socket, "connect");
  await new Promise((resolve) => socket.write(text, resolve));
  socket.resetAndDestroy();
  await once(socket, "close");
}

const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

test("a peer that knocks at a wrong door and resets, or asks for no address at all, disturbs nobody", async () => {
  for (const path of ["/x", "//", "http://["]) await knock(upgrade(path));
  const client = openRawClient(url());
  await client.next("session.created");
  client.socket.close();
});

/** Two minutes of a note that comes and goes five times a second: a turn each for who waits for no silence. */
const manyTurns = (): Buffer => Buffer.concat(Array.from({ length: 600 }, () => toneBetween(200, 0, 140)));

test("a long append full of turns is heard piece by piece: a neighbour is answered many times meanwhile, and what follows keeps its place", async () => {
  const hostile = openRawClient(url());
  const neighbour = openRawClient(url());
  await hostile.next("session.created");
  await neighbour.next("session.created");
  hostile.send({ type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 0 } } } } });
  await hostile.next("session.updated");
  const turnsHeard = (): number => hostile.events.filter(({ type }) => type === "input_audio_buffer.speech_started").length;
  hostile.send({ type: "input_audio_buffer.append", audio: manyTurns().toString("base64") });
  hostile.send({ type: "input_audio_buffer.clear" });
  await hostile.next("input_audio_buffer.speech_started");
  const isThrough = (): boolean => hostile.events.some(({ type }) => type === "input_audio_buffer.cleared");
  let asked = 0;
  for (; !isThrough(); asked++) {
    neighbour.send({ type: "input_audio_buffer.clear" });
    await neighbour.next("input_audio_buffer.cleared");
  }
  assert.equal(turnsHeard(), 600);
  assert.ok(asked >= 20, `the neighbour was answered ${asked} times`);
  for (const { socket } of [hostile, neighbour]) socket.terminate();
});

let deep: unknown = "x";
for (let depth = 0; depth < 20_000; depth++) deep = [deep];
const poison = { toString: 1, valueOf: 1 };
const events: readonly object[] = [
  { type: poison },
  { type: "conversation.item.create", item: { type: poison } },
  { type: "conversation.item.create", item: { type: "message", role: poison, content: [] } },
  { type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: poison }] } },
  { type: "session.update", session: { type: "realtime", reasoning: { effort: poison } } },
  { type: "session.update", session: { type: "realtime", tracing: { a: deep } } },
];

test("values made to break whoever prints them get an error, and the session beside goes on", async () => {
  const hostile = openRawClient(url());
  const neighbour = openRawClient(url());
  await hostile.next("session.created");
  await neighbour.next("session.created");
  for (const event of events) {
    hostile.send(event);
    await hostile.next("error");
  }
  neighbour.send({ type: "session.update", session: { type: "realtime", instructions: "Still here." } });
  await neighbour.next("session.updated");
  for (const { socket } of [hostile, neighbour]) socket.close();
});
