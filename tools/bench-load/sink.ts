// The server every sender sends to: accepts the upgrade, reads and throws away. In a process of its own, whose cost counts
// for no sender and is told apart. It parses no frames, so that it can never be what limits a sender.

import { createHash } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";

/** RFC 6455, 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** What reading took so far: the answer to any message, once no connection is open. */
export interface SinkAccount {
  readonly cpuUs: number;
  readonly readBytes: number;
}

let open = 0;
let readBytes = 0;
let isAsked = false;

function tell(): void {
  if (!isAsked || open > 0) return;
  isAsked = false;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, readBytes } satisfies SinkAccount);
}

function accept(socket: Socket): void {
  open++;
  socket.once("close", () => {
    readBytes += socket.bytesRead;
    open--;
    tell();
  });
  let head = "";
  const onData = (data: Buffer): void => {
    head += data.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? "";
    const answer = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${answer}\r\n\r\n`);
    socket.off("data", onData);
    socket.resume();
  };
  socket.on("data", onData);
  // Senders end by ending their process, which resets what they still had open.
  socket.on("error", () => socket.destroy());
}

const server = createServer({ noDelay: true }, accept);
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("message", () => {
  isAsked = true;
  tell();
});
process.once("disconnect", () => process.exit(0));
