// The senders and how each is started: a program of its own, which takes the job as arguments and prints a Measured.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { appendMessage } from "../../src/audio/frame.ts";
import type { Job } from "./job.ts";
import { FRAME_BYTES, FRAME_US } from "./job.ts";

export interface Sender {
  readonly name: string;
  /** Program and arguments. */
  readonly command: (job: Job) => readonly string[];
  /** Why it can't run on this machine; said in its rows. */
  readonly missing?: string;
}

/** The floor wakes as often as Node's timers can, so that the ratio is of sending and not of sleeping. */
const GRAIN_US = 1_000;

const payloadBytes = appendMessage(Buffer.alloc(FRAME_BYTES)).length;
/** What a frame is on the wire: a masked message of more than 125 bytes has 8 bytes in front (RFC 6455, 5.2). */
export const frameWireBytes = payloadBytes + 8;
const here = (file: string): string => join(import.meta.dirname, file);
const node = (file: string, job: Job, ...more: readonly string[]): readonly string[] => [process.execPath, here(file), JSON.stringify(job), ...more];

/** Compiled into `folder` with the system's C compiler; without one, Node's bare sockets stand in, under a name that says so. */
function floor(folder: string): Sender {
  const program = join(folder, "kernel-floor");
  const compiler = spawnSync("cc", ["-O2", "-o", program, here("kernel-floor.c")], { encoding: "utf8" });
  if (compiler.status !== 0) {
    const reason = compiler.error ? "no C compiler" : "kernel-floor.c does not compile here";
    return { name: `net.Socket (${reason})`, command: (job) => node("sender-raw-socket.ts", job) };
  }
  const command = ({ port, sessions, warmUpSeconds, windowSeconds }: Job): readonly string[] =>
    [program, port, sessions, warmUpSeconds, windowSeconds, FRAME_US, GRAIN_US, payloadBytes].map(String);
  return { name: "kernel floor (C)", command };
}

/** EARSHOT_ARTILLERY, or the folder beside this file, with Artillery or only its core installed in it. */
function artillery(): Sender {
  const folder = process.env["EARSHOT_ARTILLERY"] ?? here("artillery");
  const installed = existsSync(join(folder, "node_modules", "@artilleryio", "int-core"));
  const missing = `not installed: npm ci --ignore-scripts in ${relative(process.cwd(), folder) || "."}`;
  return { name: "Artillery ws engine", command: (job) => node("sender-artillery.ts", job, folder), ...(installed ? {} : { missing }) };
}

/** The floor comes first: the others are measured by it. `folder` is for what gets compiled. */
export const sendersOf = (folder: string): readonly Sender[] => [
  floor(folder),
  { name: "earshot", command: (job) => node("sender-ours.ts", job) },
  { name: "naive ws", command: (job) => node("sender-naive.ts", job) },
  artillery(),
];
