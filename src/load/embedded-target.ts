// The reference target beside us, in a process of its own, so that the measured thing and the measure share no event loop.

import { fork, type ChildProcess } from "node:child_process";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { modulePath } from "../core/package-files.ts";

export interface EmbeddedTargetOptions {
  readonly seed: number;
  readonly profile: string;
  readonly script: string;
  readonly truthPath: string;
  readonly fixtureRoots: readonly string[];
}

export interface EmbeddedTarget {
  readonly url: string;
  /** What is wrong with it, once it has ended without being asked to. */
  lost(): string | undefined;
  /** Flushes the truth log and ends the process. */
  stop(): Promise<void>;
}

type Answer =
  | { readonly type: "listening"; readonly url: string }
  | { readonly type: "failed"; readonly issues: readonly Issue[] }
  | { readonly type: "stopped" };

/** Starts the target; resolves once it listens on a loopback port of the system's choice. */
export function startEmbeddedTarget(options: EmbeddedTargetOptions): Promise<Result<EmbeddedTarget>> {
  const child = fork(modulePath("target", "process"), [], { execPath: process.execPath, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let stopping = false;
  let lost: string | undefined;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      if (stopping) return;
      lost = `the embedded target ended by itself (${signal ?? `exit ${code}`})`;
      resolve(failed({ source: "target", message: lost }));
    });
    child.on("message", (answer: Answer) => {
      if (answer.type === "failed") {
        stopping = true;
        child.disconnect();
        resolve(failed(...answer.issues));
      }
      if (answer.type !== "listening") return;
      const stop = async (): Promise<void> => {
        stopping = true;
        askToStop(child);
        await exited;
      };
      resolve(ok({ url: answer.url, lost: () => lost, stop }));
    });
    child.send({ type: "start", host: "127.0.0.1", port: 0, ...options });
  });
}

/** A target that is already gone can't be asked, and need not be. */
function askToStop(child: ChildProcess): void {
  if (child.connected) child.send({ type: "stop" });
}
