// One case on one road: the server's process, the callers', and what both noted.

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { undoAtEnd } from "./clean-up.ts";
import type { Road } from "./road.ts";
import type { CallerReport, Job, Samples, ServerReport, Traces } from "./traffic.ts";

export interface Side {
  readonly samples: Samples;
  readonly traces: Traces;
  readonly broken: readonly string[];
  readonly shaperLatenessUs: readonly number[];
}

/** Starting a process of Node on a busy machine. */
const START_LIMIT_SECONDS = 20;

interface Process<Message> {
  readonly child: ChildProcess;
  /** The next message; throws when the process ended, or said nothing for so long. */
  next(limitSeconds: number): Promise<Message>;
  end(): void;
}

function start<Message>(prefix: readonly string[], file: string, job: Job): Process<Message> {
  const [program, ...words] = [...prefix, process.execPath, join(import.meta.dirname, file), JSON.stringify(job)];
  const child = spawn(program, words, { stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
  const end = undoAtEnd(() => void child.kill("SIGKILL"));
  return {
    child,
    end,
    next: (limitSeconds) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`${file} did not report within ${limitSeconds} s`)), limitSeconds * 1_000);
        const onExit = (code: number | null): void => settle(() => reject(new Error(`${file} ended with ${code} before it reported`)));
        const settle = (how: () => void): void => {
          clearTimeout(limit);
          child.off("exit", onExit);
          how();
        };
        child.once("exit", onExit);
        child.once("error", reject);
        child.once("message", (message: Message) => settle(() => resolve(message)));
      }),
  };
}

export async function runSide(road: Road, job: Omit<Job, "hosts" | "listenOn" | "port">): Promise<Side> {
  const whole = { ...job, hosts: road.hosts, listenOn: road.listenOn, port: 0 };
  const server = start<ServerReport>(road.server, "server-process.ts", whole);
  try {
    const listening = await server.next(START_LIMIT_SECONDS);
    if (listening.type !== "listening") throw new Error("the server reported before it listened");
    const callers = start<CallerReport>(road.callers, "caller-process.ts", { ...whole, port: listening.port });
    try {
      const { samples, traces, broken, shaperLatenessUs } = await callers.next(START_LIMIT_SECONDS + job.limitSeconds);
      server.child.send({ type: "report" });
      const heard = await server.next(START_LIMIT_SECONDS);
      if (heard.type !== "samples") throw new Error("the server listened twice");
      return { samples: { ...heard.samples, ...samples }, traces: { up: heard.traces.up, down: traces.down }, broken, shaperLatenessUs };
    } finally {
      callers.end();
    }
  } finally {
    server.end();
  }
}
