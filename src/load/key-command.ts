// A program that prints the key: run once in the life of this process, however many scenarios and calls want its key.

import { spawn } from "node:child_process";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";

const asked = new Map<string, Promise<Result<string>>>();

/** The first line that the program prints. A list is a program and its words; a text is a line for the shell. */
export function keyFromCommand(command: string | readonly string[], limitMs: number = limits.keyCommandMs): Promise<Result<string>> {
  const name = JSON.stringify(command);
  const known = asked.get(name);
  if (known) return known;
  const answer = runCommand(command, limitMs);
  asked.set(name, answer);
  return answer;
}

/** Only the end of what a program complains of is of use. */
const SHOWN_CHARS = 400;

function runCommand(command: string | readonly string[], limitMs: number): Promise<Result<string>> {
  const [program = "", ...words] = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], timeout: limitMs, killSignal: "SIGKILL" });
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => {
    if (out.length < limits.keyBytes) out += data.toString("utf8");
  });
  child.stderr.on("data", (data: Buffer) => {
    err = (err + data.toString("utf8")).slice(-SHOWN_CHARS);
  });
  const issue = (what: string): Issue => {
    const complaint = err.trim();
    return {
      source: "scenario",
      path: "target.auth.command",
      message: `${what}${complaint === "" ? "; it said nothing on stderr" : `; it said: ${complaint}`}`,
    };
  };
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(failed(issue(`the program can't be started: ${error.message}`))));
    child.on("close", (code, signal) => {
      const key = out.split("\n", 1)[0]?.trim() ?? "";
      if (signal === "SIGKILL" && child.killed) return resolve(failed(issue(`the program had printed no key after ${limitMs / 1_000} s and was ended`)));
      if (code !== 0) return resolve(failed(issue(`the program ended with ${signal ?? `exit ${code}`}`)));
      resolve(key === "" ? failed(issue("the program printed no key")) : ok(key));
    });
  });
}
