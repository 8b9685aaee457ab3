// Artillery's WebSocket engine under Artillery's own runner, from the folder given as the second argument. Its scenario is the
// cheapest that sends these frames: a loop of a ready-made text and a pause of one frame. Lateness is against the grid
// that begins with each session's first frame.

import { createRequire } from "node:module";
import { join } from "node:path";
import { appendMessage } from "../../src/audio/frame.ts";
import { FRAME_BYTES, FRAME_US, urlOf } from "./job.ts";
import { clock, createTally, jobOfProcess } from "./window.ts";

/** What is used of @artilleryio/int-core, which has no types. */
interface Core {
  readonly updateGlobalObject: () => Promise<void>;
  readonly runner: { readonly runner: (script: object, payload: undefined, options: object) => Promise<{ run: () => void }> };
}
interface SocketClass {
  readonly prototype: { send: (this: object, ...args: unknown[]) => void };
}

const ARRIVALS_PER_SECOND = 200;

const job = jobOfProcess();
const tally = createTally();
const fromFolder = createRequire(join(process.argv[3] ?? "", "package.json"));
const fromCore = createRequire(fromFolder.resolve("@artilleryio/int-core"));

/** Notes when each frame is handed over; resolves when every session has sent its first. Artillery keeps no schedule to ask. */
function watchSends({ prototype }: SocketClass): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { send } = prototype;
  const nextDueUs = new WeakMap<object, number>();
  let sending = 0;
  prototype.send = function (...args) {
    send.apply(this, args);
    const sentUs = clock.nowUs();
    const dueUs = nextDueUs.get(this) ?? sentUs;
    if (!nextDueUs.has(this) && ++sending === job.sessions) resolve();
    nextDueUs.set(this, dueUs + FRAME_US);
    tally.note(sentUs - dueUs);
  };
  return promise;
}

const script = {
  config: {
    target: urlOf(job),
    phases: [{ duration: Math.max(1, Math.ceil(job.sessions / ARRIVALS_PER_SECOND)), arrivalCount: job.sessions }],
  },
  scenarios: [
    {
      engine: "ws",
      flow: [{ loop: [{ send: appendMessage(Buffer.alloc(FRAME_BYTES, 7)).toString() }, { think: `${FRAME_US / 1_000}ms` }], count: 1_000_000 }],
    },
  ],
};

const allSend = watchSends(fromCore("ws") as SocketClass);
const core = fromFolder("@artilleryio/int-core") as Core;
await core.updateGlobalObject();
const run = await core.runner.runner(script, undefined, {});
run.run();
await allSend;
tally.finish(job);
