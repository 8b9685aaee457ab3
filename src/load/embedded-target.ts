// The reference target beside us, in a process of its own, so that the measured thing and the measure share no event loop.

import { fork, type ChildProcess } from "node:child_process";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { modulePath } from "../core/package-files.ts";
import type { Cell } from "../plan/matrix.ts";

/** What a scenario says of the target, but for the model, which each session asks for. */
export type ServedTarget = Omit<Extract<Cell["settings"]["target"], { readonly provider: "embedded" }>, "provider" | "model">;

export interface EmbeddedTargetOptions extends ServedTarget {
  readonly clock: Clock;
  readonly seed: number;
  readonly truthPath: string;
  readonly fixtureRoots: readonly string[];
}

export interface EmbeddedTarget {
  readonly url: string;
  /** How it ended, once it has ended otherwise than it was asked to; known for certain after `stop`. */
  lost(): string | undefined;
  /** Flushes the truth log and ends the process, by force if it does not follow. */
  stop(): Promise<void>;
}

type Answer =
  | { readonly type: "listening"; readonly url: string }
  | { readonly type: "failed"; readonly issues: readonly Issue[] }
  | { readonly type: "stopped" };

/** How long the target may take to end when asked to, before it is killed. */
const STOP_US = 5_000_000;

/** Starts the target; resolves once it listens on a loopback port of the system's choice. */
export function startEmbeddedTarget({ clock, ...options }: EmbeddedTargetOptions): Promise<Result<EmbeddedTarget>> {
  const child = fork(modulePath("target", "process"), [], { execPath: process.execPath, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let lost: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal !== null || code !== 0) lost = `the embedded target ended by itself (${signal ?? `exit ${code}`})`;
      resolve();
    });
  });
  // A target that died can't be spoken to; its exit says so, and that is heard above.
  child.on("error", () => undefined);

  async function stop(): Promise<void> {
    const cancel = clock.at(clock.nowUs() + STOP_US, () => child.kill("SIGKILL"));
    tell(child, { type: "stop" });
    await exited;
    cancel();
  }

  return new Promise((resolve) => {
    void exited.then(() => resolve(failed({ source: "target", message: lost ?? "the embedded target ended before it listened" })));
    child.on("message", (answer: Answer) => {
      if (answer.type === "failed") resolve(failed(...answer.issues));
      if (answer.type === "listening") resolve(ok({ url: answer.url, lost: () => lost, stop }));
    });
    tell(child, { type: "start", host: "127.0.0.1", port: 0, ...options });
  });
}

/** A target that is already gone can't be told, and need not be. */
function tell(child: ChildProcess, message: Readonly<Record<string, unknown>>): void {
  if (child.connected) child.send(message, () => undefined);
}
