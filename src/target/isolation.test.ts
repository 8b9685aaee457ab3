import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
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
