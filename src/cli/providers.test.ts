// One scenario against the embedded target and, unchanged, against a server over TLS with a key, behind a proxy.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunResult } from "../result/run-result.ts";
import { startConnectProxy, type ConnectProxy } from "../testing/connect-proxy.ts";
import { runEarshot } from "../testing/earshot-process.ts";
import { startTestTarget, type TestTarget } from "../testing/target-server.ts";

const KEY = "sk-never-to-be-seen-4711";
const PASSWORD = "swordfish-of-the-proxy";

const scenario = `version: 1
name: pair
target: { provider: embedded, profile: exact }
session: { effort: low, instructions: Answer. }
caller: { thinkMs: 100, patienceMs: 5000, turns: [{ say: yes }] }
load: { sessions: 2, startOver: 100ms }
`;

let folder: string;
let target: TestTarget;
let proxy: ConnectProxy;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-providers-"));
  target = await startTestTarget({ tls: true, requireKey: KEY });
  proxy = await startConnectProxy({ authorization: `Basic ${Buffer.from(`me:${PASSWORD}`).toString("base64")}` });
  writeFileSync(join(folder, "pair.yaml"), scenario);
  writeFileSync(join(folder, "ca.pem"), target.ca ?? "");
  writeFileSync(join(folder, "key"), `${KEY}\n`);
});
after(async () => {
  await target.close();
  await proxy.close();
  rmSync(folder, { recursive: true });
});

const compatible = (): string[] =>
  [
    "target.provider=compatible",
    `target.url=wss://localhost:${target.port}/v1/realtime`,
    "target.ca=ca.pem",
    "target.auth.file=key",
    "target.capabilities.efforts=[low]",
    `target.proxy=http://me:${PASSWORD}@127.0.0.1:${proxy.port}`,
  ].flatMap((pair) => ["--set", pair]);

/** The run of that name in reports, and every file of it. */
function runIn(reports: string): { readonly result: RunResult; readonly files: readonly (readonly [name: string, text: string])[] } {
  const root = join(folder, reports, "pair");
  const [run = ""] = readdirSync(root).filter((name) => name !== "latest");
  const names = readdirSync(join(root, run), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = names.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "latin1")] as const);
  return { result: JSON.parse(files.find(([name]) => name === "run.json")?.[1] ?? "") as RunResult, files };
}

test("the scenario is answered by both, and its files hold neither key nor password", async () => {
  const words = ["run", "pair.yaml", "--no-canary", "--trace", "all"];
  const embedded = await runEarshot(folder, [...words, "--out", "embedded"]);
  // A busy machine may call its own figures invalid; the answers are there all the same.
  assert.ok([0, 6].includes(embedded.code ?? 1), embedded.err + embedded.out);
  const other = await runEarshot(folder, [...words, "--out", "other", ...compatible()]);
  assert.ok([0, 6].includes(other.code ?? 1), other.err + other.out);
  const [ours, theirs] = [runIn("embedded"), runIn("other")];
  for (const { result } of [ours, theirs]) assert.equal(result.cells[0]?.outcomes.answered, 2);
  const { provider, metrics } = theirs.result.cells[0] as RunResult["cells"][number];
  assert.equal(provider, "compatible");
  assert.deepEqual(
    [metrics.connect_proxy?.count, metrics.connect_tls?.count, metrics.connect_dns?.count, ours.result.cells[0]?.metrics.connect_proxy],
    [2, 2, undefined, undefined],
  );
  assert.deepEqual(
    proxy.asked.map(({ place }) => place),
    [`localhost:${target.port}`, `localhost:${target.port}`],
  );
  assert.ok(theirs.files.length > 8, `${theirs.files.length} files`);
  const secrets = [KEY, PASSWORD, Buffer.from(`me:${PASSWORD}`).toString("base64")];
  for (const [name, text] of [...theirs.files, ["the terminal", other.out + other.err] as const]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${name} holds ${secret}`);
  }
});

test("a key that can't be had ends the run before a call, with what its program said", async () => {
  const auth = ["--set", "target.auth={command: 'echo locked vault >&2; exit 1'}"];
  const { code, err } = await runEarshot(folder, ["run", "pair.yaml", "--out", "locked", ...compatible(), ...auth]);
  assert.equal(code, 7, err);
  assert.match(err, /target\.auth\.command: the program ended with exit 1; it said: locked vault/);
});

test("more than is declared is exit 2, by the flag that asked", async () => {
  const { code, err } = await runEarshot(folder, ["run", "pair.yaml", ...compatible(), "--effort", "high", "--input-format", "pcmu"]);
  assert.equal(code, 2, err);
  assert.match(err, /--effort session\.effort: asks for the reasoning effort high, and target\.capabilities declares low/);
  assert.match(err, /--input-format session\.inputFormat: asks for the audio format pcmu/);
});
