// What the reference target costs: so many conversations at 20 ms frames against a target in a process of its own, and
// that process's CPU, event-loop delay and memory. Plain ws clients, none of our own session code.
//
//   node tools/target-load.ts --sessions 500 --seconds 20              callers spread as a run spreads them
//   node tools/target-load.ts --sessions 500 --seconds 20 --aligned    every frame and every turn at the same instant
//   node tools/target-load.ts --sessions 500 --seconds 20 --masked     random masks, as other clients send; a run's own are zero

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { openClipStore } from "../src/audio/clip-store.ts";
import { appendMessage } from "../src/audio/frame.ts";
import { orThrow } from "../src/core/issues.ts";
import { packagePath } from "../src/core/package-files.ts";
import { createSystemClock } from "../src/core/system-clock.ts";

const FRAME_US = 20_000;
const FRAMES_PER_S = 50;
const FRAME_BYTES = 960;
/** With fewer frames than this share of the plan the callers were starved, and the delays are not the target's own. */
const LEAST_SHARE = 0.98;
const PAUSE_MS = 4_000;
const NS_PER_MS = 1e6;
const US_PER_S = 1e6;
const STARTS_PER_S = 200;
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

interface Load {
  readonly sessions: number;
  readonly seconds: number;
  readonly isAligned: boolean;
  readonly isMasked: boolean;
}

/** What the target's process says of itself, cumulative but for the loop's delay, which is of the last second. */
interface Report {
  readonly type: "cost";
  readonly cpuUs: number;
  readonly atUs: number;
  readonly rssBytes: number;
  readonly loopP50Ms: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

/** With what the callers had sent by then. */
type Second = Report & { readonly framesSent: number };

/** In the child: the target as it always runs, and a report a second beside it. */
async function serve(): Promise<void> {
  const clock = createSystemClock();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    const loop = { loopP50Ms: delay.percentile(50) / NS_PER_MS, loopP99Ms: delay.percentile(99) / NS_PER_MS, loopMaxMs: delay.max / NS_PER_MS };
    const report: Report = { type: "cost", cpuUs: user + system, atUs: clock.nowUs(), rssBytes: process.memoryUsage.rss(), ...loop };
    process.send?.(report);
    delay.reset();
  }, 1_000).unref();
  await import("../src/target/process.ts");
}

async function startChild(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(import.meta.filename, ["--serve"]);
  const listening = new Promise<string>((resolve, reject) => {
    child.on("message", (message: { type: string; url?: string; issues?: unknown }) => {
      if (message.type === "listening") resolve(message.url as string);
      if (message.type === "failed") reject(new Error(JSON.stringify(message.issues)));
    });
    child.once("exit", () => reject(new Error("the target ended before it listened")));
  });
  child.send({ type: "start", seed: 1, profile: "realtime-2", script: "crm", fixtureRoots: [packagePath("fixtures")] });
  return { child, url: await listening };
}

const update = JSON.stringify({
  type: "session.update",
  session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 500 } } } },
});

/**
 * When a caller begins, after the first one: as a run does it, starts evenly over a while that grows with their number, and
 * frame phases by the golden ratio. Aligned is the worst case, and no real crowd.
 */
function startAfterUs(session: number, sessions: number, isAligned: boolean): number {
  if (isAligned) return 0;
  const phaseUs = Math.round(((session * GOLDEN_RATIO) % 1) * FRAME_US);
  return Math.floor((session / sessions) * (startOverUs(sessions) / FRAME_US)) * FRAME_US + phaseUs;
}

const startOverUs = (sessions: number): number => Math.max(1, sessions / STARTS_PER_S) * US_PER_S;

let framesSent = 0;

/** Speaks the frames over and over from `startUs` on, each when it is due. */
function speak(socket: WebSocket, frames: readonly Buffer[], startUs: number): void {
  let index = 0;
  const next = (): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    framesSent++;
    socket.send(frames[index++ % frames.length] as Buffer, { binary: false });
    clock.at(startUs + index * FRAME_US, next);
  };
  clock.at(startUs, next);
}

async function run({ sessions, seconds, isAligned, isMasked }: Load): Promise<void> {
  const { child, url } = await startChild();
  const reports: Second[] = [];
  let answers = 0;
  child.on("message", (message: Report) => void (message.type === "cost" && reports.push({ ...message, framesSent })));
  await once(child, "message");
  const emptyBytes = reports.at(-1)?.rssBytes ?? 0;
  const clips = orThrow(await openClipStore([packagePath("fixtures")]));
  const audio = Buffer.concat([orThrow(await clips.wire("order-status", "pcm24k")), Buffer.alloc(PAUSE_MS * 48)]);
  const frames = Array.from({ length: Math.floor(audio.length / FRAME_BYTES) }, (_, at) =>
    appendMessage(audio.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES)),
  );
  const sockets = Array.from({ length: sessions }, (_, session) => {
    const mask = isMasked ? {} : { generateMask: (bytes: Buffer) => void bytes.fill(0) };
    const headers = { "x-earshot-call": `1/load/${session}/0` };
    const socket = new WebSocket(`${url}?model=gpt-realtime-2`, { perMessageDeflate: false, headers, ...mask });
    socket.on("message", (data: Buffer) => void (data.includes('"type":"response.done"') && answers++));
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  const startUs = clock.nowUs() + 100_000;
  for (const [session, socket] of sockets.entries()) {
    socket.send(update);
    speak(socket, frames, startUs + startAfterUs(session, sessions, isAligned));
  }
  const measuredFromUs = startUs + (isAligned ? 0 : startOverUs(sessions));
  await until(measuredFromUs);
  const first = reports.length;
  const answersBefore = answers;
  await until(measuredFromUs + seconds * US_PER_S);
  print({ sessions, seconds, isAligned, isMasked }, reports.slice(first), emptyBytes, answers - answersBefore);
  for (const socket of sockets) socket.terminate();
  child.send({ type: "stop" });
  await once(child, "exit");
}

const until = (atUs: number): Promise<void> => new Promise((resolve) => void clock.at(atUs, resolve));

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

function print({ sessions, isAligned, isMasked }: Load, reports: readonly Second[], emptyBytes: number, answers: number): void {
  const [from, to] = [reports[0], reports.at(-1)];
  if (!from || !to || from === to) throw new Error("too short to measure: give it some seconds more");
  const cpuUs = to.cpuUs - from.cpuUs;
  const wallUs = to.atUs - from.atUs;
  const frames = to.framesSent - from.framesSent;
  const seconds = reports.slice(1);
  const delays = (name: string, of: (values: readonly number[]) => number): string => {
    const [p50, p99, most] = [of(seconds.map((one) => one.loopP50Ms)), of(seconds.map((one) => one.loopP99Ms)), of(seconds.map((one) => one.loopMaxMs))];
    return `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${most.toFixed(1)} ms in ${name}`;
  };
  const how = isAligned ? "all at the same instant" : "spread";
  console.log(
    `${sessions} conversations at 20 ms frames, ${how}, ${isMasked ? "random masks" : "zero masks"}, for ${(wallUs / US_PER_S).toFixed(1)} s, Node ${process.version}, ${answers} answers heard`,
  );
  console.log(
    `cpu           ${((cpuUs / wallUs) * 100).toFixed(0)} % of a core, ${(cpuUs / 1_000 / (frames / FRAMES_PER_S)).toFixed(2)} ms a conversation-second`,
  );
  const share = frames / ((sessions * FRAMES_PER_S * wallUs) / US_PER_S);
  if (share < LEAST_SHARE)
    console.log(`doubt         the callers sent ${(share * 100).toFixed(0)} % of their frames: this machine is busy with something else, run it again`);
  console.log(`loop delay    ${delays("an ordinary second", median)}`);
  console.log(`              ${delays("the worst second", (values) => Math.max(...values))}`);
  const kilobytes = (to.rssBytes - emptyBytes) / 1_024;
  console.log(
    `memory        ${(to.rssBytes / 2 ** 20).toFixed(0)} MB, ${(kilobytes / sessions).toFixed(0)} kB a conversation above the ${(emptyBytes / 2 ** 20).toFixed(0)} MB of an idle target`,
  );
}

const clock = createSystemClock();
const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "500" },
    seconds: { type: "string", default: "20" },
    aligned: { type: "boolean" },
    masked: { type: "boolean" },
    serve: { type: "boolean" },
  },
});
const [sessions, seconds] = [Number(values.sessions), Number(values.seconds)];
if (values.serve) await serve();
else if (!Number.isInteger(sessions) || sessions < 1 || !(seconds >= 4)) throw new Error("--sessions must be a whole number from 1, --seconds a number from 4");
else await run({ sessions, seconds, isAligned: values.aligned ?? false, isMasked: values.masked ?? false });
