// The shaper under clients and servers that are not ours: what ws and http do with a socket, they can do with it.

import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as net from "node:net";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { parseNetwork } from "../faults/profile.ts";
import type { CarrierSocket, ShapedSocket } from "../faults/shaper.ts";
import { createShapedSocket } from "../faults/shaper.ts";

const clock = createSystemClock();

const shape = (socket: CarrierSocket, network: string): ShapedSocket =>
  createShapedSocket({ socket, network: orThrow(parseNetwork(network)), clock, random: (direction) => stream(1, direction) });

test("a server may shape the connections it accepts", async (t) => {
  const plain = http.createServer();
  const server = net.createServer({ noDelay: true }, (socket) => void plain.emit("connection", shape(socket, "delay:20ms,jitter:5ms")));
  new WebSocketServer({ server: plain }).on("connection", (socket) => socket.on("message", (data) => socket.send(data as Buffer)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());

  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { perMessageDeflate: false });
  await once(client, "open");
  const sent = Buffer.alloc(300_000, "earshot");
  const sentAtUs = clock.nowUs();
  client.send(sent);
  const [received] = (await once(client, "message")) as [Buffer];
  assert.ok(received.equals(sent));
  assert.ok(clock.nowUs() - sentAtUs >= 30_000, "the way there and back takes at least twice 15 ms");
  client.close();
  await once(client, "close");
});

test("the handshake timeout of ws fires over a black hole", async (t) => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const createConnection = (options: { readonly timeout?: number }): ShapedSocket =>
    shape(net.connect(port, "127.0.0.1"), "blackhole@0s").setTimeout(options.timeout ?? 0);
  const client = new WebSocket(`ws://127.0.0.1:${port}`, {
    handshakeTimeout: 50,
    createConnection: createConnection as unknown as typeof net.createConnection,
  });
  const [error] = (await once(client, "error")) as [Error];
  assert.match(error.message, /handshake has timed out/);
});
