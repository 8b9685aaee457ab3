// What one writes first: a timer for each session, and for each frame base64, JSON.stringify and ws as it comes.

import { once } from "node:events";
import { WebSocket } from "ws";
import type { Job } from "./job.ts";
import { FRAME_BYTES, FRAME_US, phaseUs, urlOf } from "./job.ts";
import { clock, createTally, jobOfProcess } from "./window.ts";

const job: Job = jobOfProcess();
const tally = createTally();
const audio = Buffer.alloc(FRAME_BYTES, 7);

const sockets: WebSocket[] = [];
for (let session = 0; session < job.sessions; session++) {
  const socket = new WebSocket(urlOf(job), { perMessageDeflate: false });
  await once(socket, "open");
  sockets.push(socket);
}

function stream(socket: WebSocket): void {
  let dueUs = clock.nowUs();
  setInterval(() => {
    dueUs += FRAME_US;
    socket.send(JSON.stringify({ type: "input_audio_buffer.append", audio: audio.toString("base64") }));
    tally.note(clock.nowUs() - dueUs);
  }, FRAME_US / 1_000);
}

for (const [session, socket] of sockets.entries()) setTimeout(stream, 50 + phaseUs(session) / 1_000, socket);
tally.finish(job);
