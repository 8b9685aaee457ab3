// The callers of a case, in a process of their own, over the very connection a run uses: through the shaper where the job
// names a network, over plain sockets where the oracle is the network.

import { sleepUntil } from "../../src/core/clock.ts";
import { orThrow } from "../../src/core/issues.ts";
import { stream } from "../../src/core/random.ts";
import { createSystemClock } from "../../src/core/system-clock.ts";
import { parseNetwork } from "../../src/faults/profile.ts";
import type { Connection, ConnectionClose } from "../../src/transport/connection.ts";
import { openConnection } from "../../src/transport/open.ts";
import { goFirst } from "./priority.ts";
import type { CallerReport, Frame, Job } from "./traffic.ts";
import { BURST_FRAMES, burstNames, createNotes, FRAME_US, frameText, IDLE_US, PAUSE_US, sendBurst, speak } from "./traffic.ts";

const NORMAL = 1000;
const US_PER_S = 1e6;
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
/** Sessions begin one after another within this, so that neither their handshakes nor their frames fall together. */
const STARTS_OVER_US = 1_000_000;

goFirst();
const job = JSON.parse(process.argv[2] ?? "") as Job;
const network = orThrow(parseNetwork(job.network));
const trust = job.tls && { ca: job.tls.cert };
// As a run with so few callers has it.
const clock = createSystemClock({ sharp: true });
const notes = createNotes(job.sessions);
const shaperLatenessUs: number[] = [];
const broken: string[] = [];

interface Life {
  onOpen(connection: Connection): void;
  onFrame(frame: Frame, receivedAtUs: number): void;
  /** Whether everything had come and gone when it closed. */
  isWhole(): boolean;
}

/** Calls once, and resolves when the connection has closed. */
function call(session: number, { onOpen, onFrame, isWhole }: Life): Promise<void> {
  return new Promise((resolve) => {
    const onClose = ({ code, failure }: ConnectionClose): void => {
      if (!isWhole()) broken.push(`session ${session}: closed with ${code}${failure ? `, ${JSON.stringify(failure)}` : ""}`);
      resolve();
    };
    const connection = openConnection({
      url: `${job.tls ? "wss" : "ws"}://${job.hosts[session % job.hosts.length]}:${job.port}/?session=${session}`,
      headers: {},
      masking: "zero",
      clock,
      network,
      random: (direction) => stream(job.seed, "oracle", session, direction),
      ...(trust && { trust }),
      onShaperLateness: (us) => shaperLatenessUs.push(us),
      handlers: {
        onOpen: () => onOpen(connection),
        onMessage: (data, receivedAtUs) => onFrame(JSON.parse(data.toString("latin1")) as Frame, receivedAtUs),
        onClose,
      },
    });
  });
}

function voice(session: number, frames: number): Promise<void> {
  let connection: Connection | undefined;
  let [serverHasAll, hasAll] = [false, false];
  const isWhole = (): boolean => serverHasAll && hasAll;
  return call(session, {
    onOpen(opened) {
      connection = opened;
      speak(clock, { frames, send: (text) => opened.send(text) });
    },
    onFrame(frame, receivedAtUs) {
      notes.hear("down", session, frame, receivedAtUs);
      if (frame.kind === "all") serverHasAll = true;
      else hasAll = frame.n === frames;
      if (isWhole()) connection?.close(NORMAL, "");
    },
    isWhole,
  });
}

/** Even sessions send the bursts, odd ones ask for them. */
function burst(session: number): Promise<void> {
  let done = 0;
  let connection: Connection | undefined;
  const next = (): void => {
    const of = burstNames[done];
    if (of === undefined) connection?.close(NORMAL, "");
    else if (session % 2 === 0) sendBurst(clock, of, (text) => connection?.send(text));
    else connection?.send(frameText({ kind: "ask", of, n: 1, atUs: clock.nowUs() }));
  };
  const nextInTime = (): void => {
    done++;
    if (burstNames[done] === "after idle") clock.at(clock.nowUs() + IDLE_US, next);
    else next();
  };
  return call(session, {
    onOpen(opened) {
      connection = opened;
      next();
    },
    onFrame({ kind, n, atUs, of }, receivedAtUs) {
      if (kind === "heard") nextInTime();
      if (kind !== "burst" || n < BURST_FRAMES) return;
      notes.note(`down ${of}`, session, receivedAtUs - atUs);
      nextInTime();
    },
    isWhole: () => done === burstNames.length,
  });
}

function request(session: number, count: number): Promise<void> {
  let answered = 0;
  let connection: Connection | undefined;
  const ask = (): void => connection?.send(frameText({ kind: "ask", n: answered + 1, atUs: clock.nowUs() }));
  return call(session, {
    onOpen(opened) {
      connection = opened;
      ask();
    },
    onFrame({ atUs }, receivedAtUs) {
      answered++;
      notes.note("down", session, receivedAtUs - atUs);
      if (answered === count) connection?.close(NORMAL, "");
      else clock.at(clock.nowUs() + PAUSE_US, ask);
    },
    isWhole: () => answered === count,
  });
}

async function handshakes(session: number, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const dialledUs = clock.nowUs();
    let opened = false;
    const onOpen = (connection: Connection): void => {
      opened = true;
      notes.note("handshake", session, clock.nowUs() - dialledUs);
      connection.close(NORMAL, "");
    };
    await call(session, { onOpen, onFrame: () => undefined, isWhole: () => opened });
  }
}

function converse(session: number): Promise<void> {
  const { traffic } = job;
  switch (traffic.type) {
    case "voice":
      return voice(session, traffic.frames);
    case "burst":
      return burst(session);
    case "request":
      return request(session, traffic.count);
    case "handshake":
      return handshakes(session, traffic.count);
  }
}

const running = new Set<number>();
const beginUs = clock.nowUs();
const startUs = (session: number): number => beginUs + (session / job.sessions) * STARTS_OVER_US + ((session * GOLDEN_RATIO) % 1) * FRAME_US;
const starts = Array.from({ length: job.sessions }, async (_, session) => {
  running.add(session);
  await sleepUntil(clock, Math.round(startUs(session)));
  await converse(session);
  running.delete(session);
});
process.once("disconnect", () => process.exit(0));
await Promise.race([Promise.all(starts), sleepUntil(clock, beginUs + job.limitSeconds * US_PER_S)]);
for (const session of running) broken.push(`session ${session}: not at its end after ${job.limitSeconds} s`);
const report: CallerReport = { type: "done", samples: notes.samples, traces: notes.traces, broken, shaperLatenessUs };
process.send?.(report);
