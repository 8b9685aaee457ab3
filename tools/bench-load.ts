// What a frame costs to send, and how late it leaves: the bare kernel, earshot, ws used naively and Artillery, each in a
// process of its own, one after another, into the same sink.
//
//   npm run bench:load -- --sessions 100,400,1000 --seconds 10

import type { ChildProcess } from "node:child_process";
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir, type } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { waitedUs } from "./bench-load/cpu-pressure.ts";
import type { Job, Measured } from "./bench-load/job.ts";
import type { Sender } from "./bench-load/senders.ts";
import { frameWireBytes, sendersOf } from "./bench-load/senders.ts";
import type { Row } from "./bench-load/table.ts";
import type { SinkAccount } from "./bench-load/sink.ts";
import { goalsText, tableText, usPerFrame } from "./bench-load/table.ts";

const WARM_UP_SECONDS = 2;
/** Connecting and ending may take this long beside the window; a sender that needs more is stopped and its row says so. */
const GRACE_SECONDS = 60;

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

function keep(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

async function accountOf(sink: ChildProcess): Promise<SinkAccount> {
  const told = once(sink, "message");
  sink.send("account");
  return ((await told) as [SinkAccount])[0];
}

async function measure(sender: Sender, job: Job, sink: ChildProcess): Promise<Row> {
  const row = { sender: sender.name, sessions: job.sessions };
  if (sender.missing !== undefined) return { ...row, missing: sender.missing };
  const [program = "", ...args] = sender.command(job);
  const readBefore = await accountOf(sink);
  const [startedMs, before] = [performance.now(), waitedUs()];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], timeout: (job.warmUpSeconds + job.windowSeconds + GRACE_SECONDS) * 1_000 });
  keep(child);
  const [out, error, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const after = waitedUs();
  const crowded = before === undefined || after === undefined ? {} : { crowded: (after - before) / 1_000 / (performance.now() - startedMs) };
  const read = await accountOf(sink);
  const readerUs = (read.cpuUs - readBefore.cpuUs) / ((read.readBytes - readBefore.readBytes) / frameWireBytes);
  if (code === 0) return { ...row, ...crowded, readerUs, measured: JSON.parse(out.trim().split("\n").at(-1) ?? "") as Measured };
  return { ...row, missing: `failed (${signal ?? `exit ${code}`}): ${error.trim().split("\n").slice(-3).join(" ") || "it said nothing"}` };
}

/** One row of several rounds: the middle one, and how far they lie apart. A round that failed fails the row. */
function middleOf(rounds: readonly Row[]): Row {
  const failure = rounds.find((row) => row.missing !== undefined);
  if (failure) return failure;
  const costOf = ({ measured }: Row): number => (measured ? usPerFrame(measured) : NaN);
  const sorted = rounds.toSorted((a, b) => costOf(a) - costOf(b));
  const middle = sorted[(sorted.length - 1) >> 1] as Row;
  return rounds.length === 1 ? middle : { ...middle, spreadUs: [costOf(sorted[0] as Row), costOf(sorted.at(-1) as Row)] };
}

interface Plan {
  readonly sessionCounts: readonly number[];
  readonly windowSeconds: number;
  readonly rounds: number;
  /** Part of a sender's name; the floor always runs. */
  readonly only: string | undefined;
}

async function run({ sessionCounts, windowSeconds, rounds, only }: Plan): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
  const sink = keep(fork(join(import.meta.dirname, "bench-load", "sink.ts")));
  const rows: Row[] = [];
  try {
    const [{ port }] = (await once(sink, "message")) as [{ port: number }];
    const senders = sendersOf(folder).filter(({ name }, index) => index === 0 || only === undefined || name.includes(only));
    for (const sessions of sessionCounts) {
      // Senders take turns, so that a busy minute of the machine falls on all of them.
      const taken = senders.map((): Row[] => []);
      for (let round = 1; round <= rounds; round++) {
        for (const [index, sender] of senders.entries()) {
          process.stderr.write(`${sessions} sessions, round ${round} of ${rounds}: ${sender.name}\n`);
          taken[index]?.push(await measure(sender, { port, sessions, warmUpSeconds: WARM_UP_SECONDS, windowSeconds }, sink));
        }
      }
      rows.push(...taken.map(middleOf));
    }
  } finally {
    sink.disconnect();
    rmSync(folder, { recursive: true });
  }
  return rows;
}

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "100,400,1000" },
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const plan: Plan = {
  sessionCounts: values.sessions.split(",").map(Number),
  windowSeconds: Number(values.seconds),
  rounds: Number(values.rounds),
  only: values.only,
};
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
if (![...plan.sessionCounts, plan.rounds].every(isCount) || !(plan.windowSeconds >= 1)) {
  throw new Error("--sessions takes whole numbers from 1, separated by commas; --rounds one; --seconds a number from 1");
}
const loadBefore = loadavg()[0] ?? 0;
const rows = await run(plan);
console.log(tableText(rows));
console.log(goalsText(rows));
const { model = "unknown CPU" } = cpus()[0] ?? {};
console.log(`\n${cpus().length} x ${model.trim()}, ${type()}, Node ${process.version}; load of the machine before the run ${loadBefore.toFixed(1)}`);
console.log(["npm run bench:load --", ...process.argv.slice(2)].join(" "));
