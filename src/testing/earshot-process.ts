// The command line as a user has it, in a process of its own: what it prints, and how it ends.

import { spawn, type ChildProcess } from "node:child_process";
import { modulePath } from "../core/package-files.ts";

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

const TRIES = 3;

/** Runs earshot in `folder`, and again where it found that it was late: a machine that is busy with other tests proves nothing. */
export async function runUnhurried(folder: string, words: readonly string[]): Promise<Finished> {
  for (let left = TRIES - 1; ; left--) {
    const finished = await runEarshot(folder, words);
    if (finished.code !== 6 || left === 0 || !/frames left [\d.]+ ms late/.test(finished.out)) return finished;
  }
}

interface Surroundings {
  /** Words before it, of a program that runs others under a limit or in a place of their own. */
  readonly within?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs earshot in `folder`; `onError` sees all of its progress so far whenever more comes. */
export function runEarshot(
  folder: string,
  words: readonly string[],
  onError: (text: string, child: ChildProcess) => void = () => undefined,
  { within = [], env = {} }: Surroundings = {},
): Promise<Finished> {
  const [program = "", ...rest] = [...within, process.execPath, modulePath("cli", "main"), ...words];
  const child = spawn(program, rest, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    err += data.toString();
    onError(err, child);
  });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, out, err })));
}
