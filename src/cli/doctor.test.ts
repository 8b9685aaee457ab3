// The doctor as a user has it: against our own target, a server that is not ours, and everything that can be wrong.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LLMock } from "@copilotkit/aimock";
import { modulePath } from "../core/package-files.ts";
import { parseScenario } from "../scenario/parse.ts";
import { runEarshot, type Finished } from "../testing/earshot-process.ts";
import { startOddServer } from "../testing/odd-server.ts";
import { startTestTarget, type TestTarget } from "../testing/target-server.ts";

const KEY = "sk-of-the-doctor-4711";
const BAD_KEY = "sk-of-nobody-0815";

let folder: string;
let target: TestTarget;
const mock = new LLMock({ port: 0, host: "127.0.0.1" });
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-doctor-test-"));
  target = await startTestTarget({ tls: true, requireKey: KEY, models: "known", rateLimits: { tokensPerMinute: 50_000 } });
  writeFileSync(join(folder, "ca.pem"), target.ca ?? "");
  await mock.start();
  process.env["DOCTOR_KEY"] = KEY;
  process.env["DOCTOR_BAD_KEY"] = BAD_KEY;
});
after(async () => {
  await target.close();
  await mock.stop();
  rmSync(folder, { recursive: true });
});

async function doctor(...words: readonly string[]): Promise<Finished & { readonly statusOf: (check: string) => string | undefined }> {
  const finished = await runEarshot(folder, ["doctor", ...words]);
  const { out, err } = finished;
  for (const key of [KEY, BAD_KEY]) assert.ok(!(out + err).includes(key), `the key is shown:\n${out}`);
  const statuses = new Map(out.split("\n").map((line) => [line.slice(10, 26).trim(), line.slice(0, 9).trim()] as const));
  return { ...finished, statusOf: (check) => statuses.get(check) };
}

const secured = (keyVariable: string): string[] => [
  "--url",
  `wss://localhost:${target.port}/v1/realtime`,
  "--key-env",
  keyVariable,
  "--set",
  "target.ca=ca.pem",
];

/** What the printed YAML means as a scenario's target. */
function targetPrinted(out: string) {
  const yaml = out.slice(out.indexOf("target:\n"), out.lastIndexOf("\n\n"));
  const text = `version: 1\nname: t\ncaller: {turns: [{say: yes}]}\nsession: {effort: low}\n${yaml}\n`;
  return parseScenario({ text, source: "printed.yaml", overrides: [], env: {} });
}

test("against our target over TLS all is fine, and what it takes is ready for a scenario", async () => {
  const { code, out, err, statusOf } = await doctor(...secured("DOCTOR_KEY"), "--yes");
  assert.equal(code, 0, out + err);
  for (const check of ["dns", "tcp", "tls", "key", "model", "session", "session.update", "turn", "quota", "events", "usage", "metrics"])
    assert.equal(statusOf(check), "ok", `${check}\n${out}`);
  assert.match(out, /certificate from earshot target, (29|30) days left/);
  assert.match(out, /taken \(from target\.auth\.bearer, as bearer\)/);
  assert.match(out, /[\d,]+ of 50,000 tokens left/);
  assert.match(out, /all of an audio turn\n/);
  const parsed = targetPrinted(out);
  assert.ok(parsed.ok, out);
  assert.deepEqual(parsed.value.scenario.target.provider === "compatible" && parsed.value.scenario.target.capabilities, {
    kinds: ["conversation"],
    turnDetection: ["server", "semantic", "manual"],
    formats: ["pcm24k", "pcmu", "pcma"],
    efforts: ["minimal", "low", "medium", "high", "xhigh"],
    usage: true,
    errors: "either",
    events: "ga",
  });
});

test("as openai it asks for no turn on a pipe, and says so", async () => {
  const { code, out, statusOf } = await doctor("--provider", "openai", ...secured("DOCTOR_KEY"));
  assert.equal(code, 0, out);
  assert.deepEqual([statusOf("key"), statusOf("model"), statusOf("turn"), statusOf("quota")], ["ok", "ok", "left out", "left out"]);
  assert.match(out, /turn +nobody could be asked whether it may cost money; --yes takes it/);
});

const needsScript = { skip: spawnSync("script", ["--version"]).status === 0 ? false : "no script command (util-linux) to make a terminal with" };

/** What the doctor shows on a terminal whose user answers its question. */
function answering(answer: string): Promise<string> {
  const command = [process.execPath, modulePath("cli", "main"), "doctor", "--provider", "openai", ...secured("DOCTOR_KEY")]
    .map((word) => `'${word}'`)
    .join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  let out = "";
  let isAsked = false;
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
    if (isAsked || !out.includes("[y/N]")) return;
    isAsked = true;
    child.stdin.write(`${answer}\n`);
  });
  return new Promise((resolve) => child.on("close", () => resolve(out)));
}

test("on a terminal it asks before the turn, and only a yes takes it", needsScript, async () => {
  const refused = await answering("n");
  assert.match(refused, /One short turn with gpt-realtime-2, a cent or two at list price\. Take it\? \[y\/N\]/);
  assert.match(refused, /left out +turn +not wanted/);
  assert.match(await answering("y"), /ok +turn +answered \d+ ms after/);
});

test("a bad key, a model that is not there and a missing key are named", async () => {
  const bad = await doctor(...secured("DOCTOR_BAD_KEY"));
  assert.deepEqual([bad.code, bad.statusOf("tls"), bad.statusOf("key"), bad.statusOf("turn")], [7, "ok", "failed", "left out"], bad.out);
  assert.match(bad.out, /invalid_api_key: Incorrect API key provided.*closed with 3000.*\n +-> check that the key is the right one/);
  const missing = await doctor(...secured("DOCTOR_KEY"), "--model", "no-such-model");
  assert.deepEqual([missing.code, missing.statusOf("key"), missing.statusOf("model")], [7, "ok", "failed"], missing.out);
  const none = await doctor("--provider", "openai", "--key-env", "NO_SUCH_KEY");
  assert.equal(none.code, 2);
  assert.match(none.err, /the environment variable NO_SUCH_KEY is not set/);
});

test("a certificate that nobody vouches for and a closed port end where they stand", async () => {
  const untrusted = await doctor("--url", `wss://localhost:${target.port}/v1/realtime`, "--key-env", "DOCTOR_KEY");
  assert.deepEqual(
    [untrusted.code, untrusted.statusOf("tcp"), untrusted.statusOf("tls"), untrusted.statusOf("key")],
    [7, "ok", "failed", "left out"],
    untrusted.out,
  );
  assert.match(untrusted.out, /self-signed certificate[^]*--set target\.ca=FILE\.pem/);
  const closed = await doctor("--url", "ws://127.0.0.1:9/v1/realtime");
  assert.deepEqual([closed.code, closed.statusOf("dns"), closed.statusOf("tcp"), closed.statusOf("turn")], [7, "left out", "failed", "left out"], closed.out);
  assert.match(closed.out, /nothing listens there \(ECONNREFUSED\)\n +-> check the port/);
});

test("of a server that is not ours it says what it takes, and that its turn makes no sound", async () => {
  const words = ["--url", `${mock.url.replace("http", "ws")}/v1/realtime`, "--set", "caller.patienceMs=500", "--yes"];
  const { code, out, statusOf } = await doctor(...words);
  assert.equal(code, 7, out);
  assert.deepEqual([statusOf("session"), statusOf("session.update"), statusOf("turn"), statusOf("metrics")], ["ok", "ok", "failed", "left out"], out);
  assert.match(out, /no sound came within 0\.5 s of the end of speech/);
  assert.match(out, /events +\d+ kinds: lacks input_audio_buffer\.speech_started/);
  assert.ok(targetPrinted(out).ok, out);
});

test("a server of the beta that refuses today's session is spoken to in the beta's words", async (t) => {
  const refusal = { type: "error", error: { code: "unknown_parameter", message: "Unknown parameter: 'session.type'." } };
  const server = await startOddServer({ beta: true, refusal });
  t.after(() => server.close());
  const { code, out, statusOf } = await doctor("--url", server.url);
  assert.deepEqual([code, statusOf("session.update")], [0, "ok"], out);
  assert.match(out, /the beta's form; formats pcm24k; turn detection server, manual; efforts none/);
  assert.match(out, /efforts: \[\]\n +usage: true\n +errors: either\n +events: beta/);
  assert.deepEqual(
    server.received.slice(0, 2).map(({ session }) => session?.["type"] ?? session?.["modalities"]),
    ["realtime", ["audio", "text"]],
  );
});
