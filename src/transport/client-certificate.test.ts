// A server that lets nobody in without a certificate of theirs, against the real transport.

import assert from "node:assert/strict";
import { once } from "node:events";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocketServer } from "ws";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { noNetwork } from "../faults/profile.ts";
import { createTestCertificate } from "../testing/test-certificate.ts";
import type { ConnectionClose } from "./connection.ts";
import { openConnection } from "./open.ts";
import type { Trust } from "./trust.ts";

const server = createTestCertificate();
const [ours, strangers] = [createTestCertificate(), createTestCertificate()];
const needsOpenssl = { skip: server && ours && strangers ? false : "no openssl to make certificates with" };

/** Answers "you" and the name on the caller's certificate; `port`. */
async function demandingServer(t: TestContext): Promise<number> {
  const asked = { key: server?.key, cert: server?.cert, requestCert: true, rejectUnauthorized: true, ca: ours?.cert };
  const listening = https.createServer(asked as https.ServerOptions);
  const sockets = new WebSocketServer({ server: listening });
  sockets.on("connection", (socket) => socket.send("you are let in"));
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  t.after(() => {
    for (const client of sockets.clients) client.terminate();
    listening.close();
  });
  return (listening.address() as AddressInfo).port;
}

/** The first message, or how the connection ended without one. */
function call(port: number, own: Pick<Trust, "cert" | "key"> = {}): Promise<string | ConnectionClose> {
  const { promise, resolve } = Promise.withResolvers<string | ConnectionClose>();
  const connection = openConnection({
    url: `wss://127.0.0.1:${port}/v1/realtime`,
    headers: {},
    masking: "random",
    clock: createSystemClock(),
    network: noNetwork,
    random: (direction) => stream(1, direction),
    trust: { ...(server ? { ca: server.cert } : {}), ...own },
    handlers: {
      onOpen: () => undefined,
      onMessage(data) {
        resolve(String(data));
        connection.close(1000, "");
      },
      onClose: resolve,
    },
  });
  return promise;
}

test("who shows a certificate that the server knows is let in", needsOpenssl, async (t) => {
  const port = await demandingServer(t);
  assert.equal(await call(port, ours), "you are let in");
});

test("who shows none fails in the handshake and is told what the server wanted", needsOpenssl, async (t) => {
  const ended = await call(await demandingServer(t));
  assert.ok(typeof ended !== "string", "it was let in");
  assert.equal(ended.failure?.class, "handshake", JSON.stringify(ended));
  assert.match(ended.failure?.message ?? "", /lets in only who shows a certificate that it knows .*target\.certificate/);
});

test("who shows a stranger's is not let in, whatever the server says or leaves unsaid", needsOpenssl, async (t) => {
  const ended = await call(await demandingServer(t), strangers);
  assert.ok(typeof ended !== "string", "it was let in");
  assert.ok(ended.failure, JSON.stringify(ended));
});
