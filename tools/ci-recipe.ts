// Runs the steps of docs/ci.md as they stand in its workflow, against two reference targets in place of two builds: the same build
// passes every gate, and one that is slower fails the one that is there for it.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { githubCommands, pageCommands } from "./ci-recipe/commands.ts";

const TRIES = 4;
const earshot = `"${process.execPath}" "${join(import.meta.dirname, "..", "src", "cli", "main.ts")}"`;
const folder = mkdtempSync(join(tmpdir(), "earshot-ci-"));
const servers: ChildProcess[] = [];

/** A build's server, on a port of the system's choice. */
async function startServer(): Promise<string> {
  const server = spawn("sh", ["-c", `exec ${earshot} target --port 0 --profile exact`], { stdio: ["ignore", "pipe", "inherit"] });
  servers.push(server);
  for await (const data of server.stdout) {
    const url = /ws:\/\/127\.0\.0\.1:\d+\/v1\/realtime/.exec(String(data))?.[0];
    if (url !== undefined) return url;
  }
  throw new Error("the server ended before it listened");
}

const scenario = (name: string, url: string, more = ""): void =>
  writeFileSync(
    join(folder, "ci", `${name}.yaml`),
    `version: 1
name: ${name}
target: { provider: compatible, url: "${url}", auth: { bearer: "\${env:OPENAI_API_KEY:-any}" } }
session: { frameMs: 100 ${more} }
caller: { thinkMs: 0, turns: [{ say: "yes" }] }
load: { sessions: 24, startOver: 1s }
`,
  );

/** Steps that a busy machine left open; with EARSHOT_REQUIRE=ci-recipe that is a failure. */
const undecided: string[] = [];

/** Runs it in a shell, and again where the machine was too busy to measure. */
function expectCode(expected: number, what: string, command: string): void {
  const line = command.replaceAll("npx earshot", earshot);
  for (let left = TRIES; left > 0; left--) {
    const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", line], { cwd: folder, encoding: "utf8", env: { ...process.env, GITHUB_STEP_SUMMARY: "" } });
    // Busy with other things, it can't tell 200 ms either, and says so.
    const isBusy = status === 6 || (status !== expected && stdout.includes("three times the instrument's own error"));
    if (isBusy && left > 1) {
      console.log(`again   exit ${status}  ${what}: the machine was too busy to measure`);
      continue;
    }
    if (isBusy) {
      undecided.push(what);
      console.log(`open    exit ${status}  ${what}: the machine was too busy to measure, ${TRIES} times`);
      return;
    }
    console.log(`${status === expected ? "ok    " : "FAILED"}  exit ${status}  ${what}`);
    if (status !== expected) console.log(`${command}\n${stdout}\n${stderr}`);
    if (status !== expected) process.exitCode = 1;
    return;
  }
}

function step(name: string): string {
  const command = githubCommands().get(name);
  if (command === undefined) throw new Error(`docs/ci/github.yml has no step ${name}`);
  return command;
}

try {
  mkdirSync(join(folder, "ci"));
  const [base, head] = [await startServer(), await startServer()];
  scenario("voice", head);
  scenario("base", base);
  scenario("head", head);
  scenario("real", head);
  expectCode(0, "thresholds that are met", step("thresholds"));
  expectCode(3, "a threshold that is missed", step("thresholds").replace("2500ms", "500ms"));
  expectCode(0, "the same build twice, interleaved", step("interleave"));
  scenario("head", head, ", turnDetection: { type: server, silenceMs: 700 }");
  expectCode(4, "a build that answers 200 ms later, interleaved", step("interleave"));
  if (undecided.length === 0 && !readFileSync(join(folder, "comparison.md"), "utf8").includes("# regression"))
    throw new Error("comparison.md does not tell of the regression");
  expectCode(0, "three runs", step("three runs"));
  const save = pageCommands().find((line) => line.includes("--save")) ?? "";
  expectCode(0, "a baseline of them", save.replaceAll(/reports\/voice\/RUN(\d)/g, "reports/$1/latest"));
  expectCode(0, "three runs against the baseline", step("baseline"));
  expectCode(0, "a server that bills, within a budget", step("real"));
  if (undecided.length > 0) {
    console.log(`not tried on this machine at this hour: ${undecided.join("; ")}`);
    if (process.env["EARSHOT_REQUIRE"]?.includes("ci-recipe")) process.exitCode = 1;
  }
} finally {
  for (const server of servers) server.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
