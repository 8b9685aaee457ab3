import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, connect, type AddressInfo } from "node:net";
import { test } from "node:test";
import { WebSocketServer } from "ws";
import { asReady, readyMessage, textOfReady } from "./ready-message.ts";

/** What a WebSocket server of another make reads out of the bytes. */
async function readByServer(frames: readonly Buffer[]): Promise<string[]> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1e6 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const read: string[] = [];
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  server.on("connection", (socket) => {
    socket.once("data", (head) => {
      const request = { method: "GET", headers: { upgrade: "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" } };
      sockets.handleUpgrade(request as never, socket, Buffer.alloc(0), (webSocket) => {
        webSocket.on("error", reject);
        webSocket.on("message", (data: Buffer, isBinary: boolean) => {
          assert.equal(isBinary, false);
          read.push(String(data));
          if (read.length === frames.length) resolve();
        });
      });
      assert.ok(head.length > 0);
    });
  });
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("hello");
  await once(client, "data");
  for (const frame of frames) client.write(frame);
  await done;
  client.destroy();
  server.close();
  return read;
}

for (const masking of ["random", "zero"] as const) {
  test(`ready messages with a ${masking} mask are what a server reads, at every width of the length field`, async () => {
    const texts = ["", "ä", "x".repeat(125), "y".repeat(126), "z".repeat(65_535), "w".repeat(65_536)];
    const ready = texts.map((text) => readyMessage(Buffer.from(text), masking));
    assert.deepEqual(await readByServer(ready), texts);
    assert.deepEqual(ready.map(textOfReady), texts);
  });
}

test("a random mask hides the text and differs from message to message; a zero mask leaves it as it is", () => {
  const text = Buffer.from("the same words each time");
  const [one, other] = [readyMessage(text, "random"), readyMessage(text, "random")];
  assert.notDeepEqual(one, other);
  assert.equal(one.includes(text), false);
  assert.equal(readyMessage(text, "zero").includes(text), true);
});

test("bytes that went through another thread are the same message again", () => {
  const ready = readyMessage(Buffer.from("frame"), "random");
  assert.deepEqual(asReady(structuredClone(new Uint8Array(ready))), ready);
});
