// The server's side of a case, in a process of its own: answers, sends its half, and notes how long everything took to come.

import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { createSystemClock } from "../../src/core/system-clock.ts";
import { goFirst } from "./priority.ts";
import type { Frame, Job, ServerReport } from "./traffic.ts";
import { BURST_FRAMES, createNotes, frameText, sendBurst, speak } from "./traffic.ts";

goFirst();
const job = JSON.parse(process.argv[2] ?? "") as Job;
// As sharp as the caller's: both directions are to be paced alike.
const clock = createSystemClock({ sharp: true });
const notes = createNotes(job.sessions);
const report = (message: ServerReport): void => void process.send?.(message);

function serve(socket: WebSocket, session: number): void {
  const { traffic } = job;
  const send = (text: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  };
  const answer = (kind: Frame["kind"], n: number): void => send(frameText({ kind, n, atUs: clock.nowUs() }));
  if (traffic.type === "voice") speak(clock, { frames: traffic.frames, send });
  socket.on("message", (data: Buffer) => {
    const nowUs = clock.nowUs();
    const frame = JSON.parse(data.toString("latin1")) as Frame;
    const { kind, n, atUs, of } = frame;
    if (kind === "voice") {
      notes.hear("up", session, frame, nowUs);
      if (traffic.type === "voice" && n === traffic.frames) answer("all", n);
    } else if (kind === "burst") {
      if (n < BURST_FRAMES) return;
      notes.note(`up ${of}`, session, nowUs - atUs);
      answer("heard", n);
    } else if (kind === "ask" && of !== undefined) sendBurst(clock, of, send);
    else if (kind === "ask") {
      notes.note("up", session, nowUs - atUs);
      answer("answer", n);
    }
  });
  // What ends badly here ends badly for the caller too, and it reports that.
  socket.on("error", () => socket.terminate());
}

const server = job.tls ? https.createServer(job.tls) : http.createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket, request) => {
  serve(socket, Number(new URL(request.url ?? "", "ws://server").searchParams.get("session")));
});
server.listen(job.port, job.listenOn, () => report({ type: "listening", port: (server.address() as AddressInfo).port }));
process.on("message", () => report({ type: "samples", samples: notes.samples, traces: notes.traces }));
process.once("disconnect", () => process.exit(0));
