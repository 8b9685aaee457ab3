// The floor where there is no C compiler: ready-made bytes of a whole frame, written to bare sockets of Node by one timer.
// It costs what Node's streams cost, so ratios to it flatter everybody, and the table says that it was used.

import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { appendMessage } from "../../src/audio/frame.ts";
import type { Job } from "./job.ts";
import { FRAME_BYTES, FRAME_US, phaseUs } from "./job.ts";
import { clock, createTally, jobOfProcess } from "./window.ts";

const upgrade = [
  "GET /v1/realtime HTTP/1.1",
  "Host: 127.0.0.1",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  "Sec-WebSocket-Version: 13",
  "\r\n",
].join("\r\n");

async function open({ port }: Job): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  socket.write(upgrade);
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (!answer.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error("the upgrade was refused");
  return socket.resume();
}

/** A text frame of 126 to 65,535 bytes with a mask of zeros (RFC 6455, 5.2). */
function frameOf(payload: Buffer): Buffer {
  const head = Buffer.from([0x81, 0xfe, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const job = jobOfProcess();
const tally = createTally();
const frame = frameOf(appendMessage(Buffer.alloc(FRAME_BYTES, 7)));
const callers: { readonly socket: Socket; dueUs: number }[] = [];
for (let session = 0; session < job.sessions; session++) callers.push({ socket: await open(job), dueUs: 0 });

const startUs = clock.nowUs() + 50_000;
for (const [session, caller] of callers.entries()) caller.dueUs = startUs + phaseUs(session);
callers.sort((a, b) => a.dueUs - b.dueUs);

// All callers have one period, so they stay in the order of their phases.
let next = 0;
setInterval(() => {
  for (let caller = callers[next]; caller && caller.dueUs <= clock.nowUs(); caller = callers[next]) {
    caller.socket.write(frame);
    tally.note(clock.nowUs() - caller.dueUs);
    caller.dueUs += FRAME_US;
    next = (next + 1) % callers.length;
  }
}, 1);
tally.finish(job);
