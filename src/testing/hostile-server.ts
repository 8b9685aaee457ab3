// A server that speaks WebSocket byte by byte, so that it can break every rule of it: HTTP and frames are written as a case
// wants them, and the API's part is played in between.

import { createHash } from "node:crypto";
import { once } from "node:events";
import * as net from "node:net";

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  /** The first byte's upper half but for the last bit: 4 is RSV1, which deflate uses. */
  readonly rsv?: number;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** What the length says, where it is not the payload's. */
  readonly saysBytes?: bigint;
}

export function frame(opcode: number, payload: Buffer | string = "", { rsv = 0, isLast = true, isMasked = false, saysBytes }: FrameOptions = {}): Buffer {
  const body = Buffer.from(payload);
  const first = (isLast ? 0x80 : 0) | (rsv << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  if (saysBytes === undefined && body.length < 126) return Buffer.concat([Buffer.from([first, mask | body.length]), isMasked ? masked(body) : body]);
  const header = Buffer.alloc(10);
  header.writeUInt8(first, 0);
  header.writeUInt8(mask | 127, 1);
  header.writeBigUInt64BE(saysBytes ?? BigInt(body.length), 2);
  return Buffer.concat([header, isMasked ? masked(body) : body]);
}

/** A mask of zeros changes nothing. */
const masked = (body: Buffer): Buffer => Buffer.concat([Buffer.alloc(4), body]);

export const text = (message: string): Buffer => frame(opcodes.text, message);
export const say = (event: Readonly<Record<string, unknown>>): Buffer => text(JSON.stringify(event));
export function close(code: number, reason = ""): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(opcodes.close, Buffer.concat([payload, Buffer.from(reason)]));
}

export const created = say({ type: "session.created", session: { id: "sess_1" } });
export const updated = say({ type: "session.updated", session: { id: "sess_1" } });
const ids = { response_id: "resp_1", item_id: "item_a", output_index: 0, content_index: 0 };
/** A tenth of a second of loud sound. */
const sound = Buffer.alloc(4_800, 0x20).toString("base64");
export const begun = say({ type: "response.created", response: { id: "resp_1", status: "in_progress" } });
export const delta = (more: Readonly<Record<string, unknown>> = {}): Buffer => say({ type: "response.output_audio.delta", ...ids, delta: sound, ...more });
export const done = (more: Readonly<Record<string, unknown>> = {}): Buffer =>
  say({ type: "response.done", response: { id: "resp_1", status: "completed", ...more } });
export const answer: readonly Buffer[] = [begun, delta(), done()];

/** What a case does: writes, and may go on writing as the socket drains. */
export type Deed = readonly Buffer[] | ((socket: net.Socket) => void);

export interface Hostility {
  /** Said instead of a right answer to the upgrade; `accept` would be the right key. */
  readonly upgrade?: (accept: string, socket: net.Socket) => string;
  /** Instead of session.created. */
  readonly greet?: Deed;
  /** Instead of session.updated. */
  readonly configure?: Deed;
  /** Instead of an answer. */
  readonly answer?: Deed;
}

export interface HostileServer {
  readonly port: number;
  /** What was asked for over HTTP, with its headers. */
  readonly requests: readonly string[];
  close(): void;
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const acceptOf = (request: string): string =>
  createHash("sha1")
    .update(`${/sec-websocket-key: *(\S+)/i.exec(request)?.[1]}${GUID}`)
    .digest("base64");

export const rightUpgrade = (accept: string, more = ""): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`;

export async function startHostileServer(hostility: Hostility): Promise<HostileServer> {
  const requests: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    serve(socket, hostility, requests);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    requests,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function serve(
  socket: net.Socket,
  { upgrade = (accept) => rightUpgrade(accept), greet = [created], configure = [updated], answer: answered = answer }: Hostility,
  requests: string[],
): void {
  const commit = (deed: Deed): void => (typeof deed === "function" ? deed(socket) : void socket.write(Buffer.concat(deed)));
  let heard: Buffer = Buffer.alloc(0);
  let isOpen = false;
  socket.on("data", (piece: Buffer) => {
    heard = Buffer.concat([heard, piece]);
    const end = heard.indexOf("\r\n\r\n");
    if (!isOpen && end >= 0) {
      isOpen = true;
      const request = heard.toString("latin1", 0, end);
      requests.push(request);
      heard = heard.subarray(end + 4);
      socket.write(upgrade(acceptOf(request), socket));
      commit(greet);
    }
    for (let message = isOpen ? takeMessage(heard) : undefined; message; message = takeMessage(heard)) {
      heard = heard.subarray(message.bytes);
      if (message.opcode === opcodes.close) socket.end();
      if (message.text.includes('"session.update"')) commit(configure);
      if (message.text.includes('"response.create"')) commit(answered);
    }
  });
}

/** The first whole frame of what a client sent, unmasked. */
function takeMessage(heard: Buffer): { readonly opcode: number; readonly text: string; readonly bytes: number } | undefined {
  if (heard.length < 2) return undefined;
  const short = (heard[1] as number) & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const from = 2 + lengthBytes + 4;
  if (heard.length < from) return undefined;
  const length = short === 127 ? Number(heard.readBigUInt64BE(2)) : short === 126 ? heard.readUInt16BE(2) : short;
  if (heard.length < from + length) return undefined;
  const mask = heard.subarray(from - 4, from);
  const body = heard.subarray(from, from + length).map((byte, index) => byte ^ (mask[index % 4] as number));
  return { opcode: (heard[0] as number) & 0x0f, text: Buffer.from(body).toString("utf8"), bytes: from + length };
}
