// earshot's own path: the connection and the microphone of a real call, put together as session/driver.ts does, with the
// lateness recorded as load/run.ts does. Speaking needs no server that answers.

import { appendMessage } from "../../src/audio/frame.ts";
import { stream } from "../../src/core/random.ts";
import { noNetwork } from "../../src/faults/profile.ts";
import { createStallLog } from "../../src/metrics/stall-log.ts";
import { createMicrophone } from "../../src/session/speak.ts";
import type { SpokenFrames } from "../../src/session/speak.ts";
import type { Connection } from "../../src/transport/connection.ts";
import { openConnection } from "../../src/transport/open.ts";
import { readyMessage, type ReadyMessage } from "../../src/transport/ready-message.ts";
import type { Job } from "./job.ts";
import { FRAME_BYTES, FRAME_US, phaseUs, urlOf } from "./job.ts";
import { clock, createTally, jobOfProcess } from "./window.ts";

const stalls = createStallLog();

function open(job: Job, session: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection: Connection = openConnection({
      url: urlOf(job),
      headers: {},
      clock,
      masking: "zero",
      network: noNetwork,
      random: (direction) => stream(1, "network", session, 0, direction),
      onShaperLateness: () => undefined,
      handlers: {
        onOpen: () => resolve(connection),
        onMessage: () => undefined,
        onClose: ({ failure }) => reject(new Error(failure?.message ?? "the sink closed the connection")),
      },
    });
  });
}

const job = jobOfProcess();
const tally = createTally();
const seconds = job.warmUpSeconds + job.windowSeconds + 5;
const ready = (sound: number): ReadyMessage => readyMessage(appendMessage(Buffer.alloc(FRAME_BYTES, sound)), "zero");
const messages = Array.from({ length: (seconds * 1e6) / FRAME_US }, (_, index) => ready(index % 251));
const frames: SpokenFrames = { messages, silence: ready(0) };

const connections: Connection[] = [];
for (let session = 0; session < job.sessions; session++) connections.push(await open(job, session));

const startUs = clock.nowUs() + 50_000;
for (const [session, connection] of connections.entries()) {
  const microphone = createMicrophone({
    clock,
    frameUs: FRAME_US,
    silence: frames.silence,
    send: (message) => connection.sendReady(message),
    bufferedBytes: () => connection.bufferedBytes,
    onSpoken: () => undefined,
    onBacklog(bytes) {
      throw new Error(`${bytes} bytes wait to be sent: the sink is too slow`);
    },
    onFrame(latenessUs, sentUs) {
      tally.note(latenessUs);
      stalls.noteFrame(latenessUs, sentUs);
    },
  });
  const gridUs = startUs + phaseUs(session);
  microphone.stream(gridUs);
  microphone.speak({ turn: 0, frames, startUs: gridUs, lastVoicedFrame: messages.length - 1, pushToTalk: false });
}
tally.finish(job);
