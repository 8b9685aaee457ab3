// One scenario against three servers, of which only its target section knows: the embedded target, the same over TLS with a
// key through a proxy, and a server that is not ours and answers in text.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LLMock } from "@copilotkit/aimock";
import type { TurnRow } from "../metrics/turn-row.ts";
import { readToolCallLog, readTurnLog } from "../result/turn-log.ts";
import { startConnectProxy, type ConnectProxy } from "../testing/connect-proxy.ts";
import { runEarshot } from "../testing/earshot-process.ts";
import { startTestTarget, type TestTarget } from "../testing/target-server.ts";

const KEY = "sk-of-three-4711";
const INSTRUCTIONS = "You are a CRM agent.";
const SCENARIO = `version: 1
name: three
target: { provider: embedded, profile: exact, script: crm }
session:
  effort: low
  instructions: ${INSTRUCTIONS}
  tools:
    - name: lookup_order
      parameters: { type: object, properties: { id: { type: string } }, required: [id] }
      answers: { template: { order: "{{arguments.id}}", status: shipped }, delayMs: 20 }
caller:
  thinkMs: 100
  patienceMs: 2500
  turns:
    - text: Where is my order?
      expect: { tool: { name: lookup_order, arguments: { id: A1042 } } }
    - text: Thank you, hello and goodbye.
load: { sessions: 2, startOver: 100ms }
`;

let folder: string;
let target: TestTarget;
let proxy: ConnectProxy;
const mock = new LLMock({ port: 0, host: "127.0.0.1", strict: true });
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-three-"));
  target = await startTestTarget({ tls: true, requireKey: KEY });
  proxy = await startConnectProxy();
  mock.on({ toolCallId: "call_1" }, { content: "It has shipped." });
  mock.on({ userMessage: /order/ }, { toolCalls: [{ id: "call_1", name: "lookup_order", arguments: '{"id":"A1042"}' }] });
  mock.on({ userMessage: /goodbye/ }, { content: "Goodbye!" });
  await mock.start();
  writeFileSync(join(folder, "three.yaml"), SCENARIO);
  writeFileSync(join(folder, "ca.pem"), target.ca ?? "");
  writeFileSync(join(folder, "key"), KEY);
});
after(async () => {
  await target.close();
  await proxy.close();
  await mock.stop();
  rmSync(folder, { recursive: true });
});

interface Answered {
  readonly rows: readonly TurnRow[];
  /** Name, arguments, output and whether it was a value, of every call of a function. */
  readonly toolCalls: readonly (readonly unknown[])[];
}

/** The run with that target section laid over the scenario's. */
async function against(...section: readonly string[]): Promise<Answered> {
  const sets = section.flatMap((pair) => ["--set", `target.${pair}`]);
  const { code, out, err } = await runEarshot(folder, ["run", "three.yaml", "--no-canary", ...sets]);
  // A busy machine may call its own figures invalid; what was answered is there all the same.
  assert.ok(code === 0 || code === 6, err + out);
  const file = (name: string): string => readFileSync(join(folder, "reports", "latest", name), "utf8");
  const { rows } = readTurnLog(file("turns.ndjson"));
  const toolCalls = readToolCallLog(file("tool-calls.ndjson")).map(({ name, arguments: given, output, result }) => [name, given, output, result]);
  return { rows: rows.toSorted((a, b) => a.session - b.session || a.turn - b.turn), toolCalls };
}

/** Turn, kind, whether the function was called as expected, and whether there was an answer in words. */
const told = ({ rows }: Answered): readonly (readonly unknown[])[] =>
  rows.map(({ turn, kind, input, expectations, transcripts }) => [
    turn,
    kind,
    input,
    expectations?.every(({ met }) => met),
    (transcripts?.answer ?? "") !== "",
  ]);

const eachCaller = [
  [0, "tool", "text", true, true],
  [1, "plain", "text", undefined, true],
];
const everybody = [...eachCaller, ...eachCaller];
const shipped = ["lookup_order", '{"id":"A1042"}', '{"order":"A1042","status":"shipped"}', "value"];
const outcomesOf = ({ rows }: Answered): ReadonlySet<string> => new Set(rows.map(({ outcome }) => outcome));

test("the embedded target answers aloud and gets the function's output", async () => {
  const embedded = await against();
  assert.deepEqual([told(embedded), embedded.toolCalls, outcomesOf(embedded)], [everybody, [shipped, shipped], new Set(["answered"])]);
});

test("a compatible server does so over TLS, with a key, through a proxy", async () => {
  const other = await against(
    "provider=compatible",
    `url=wss://localhost:${target.port}/v1/realtime`,
    "ca=ca.pem",
    "auth.file=key",
    "capabilities.efforts=[low]",
    `proxy=http://127.0.0.1:${proxy.port}`,
  );
  assert.deepEqual([told(other), other.toolCalls, outcomesOf(other)], [everybody, [shipped, shipped], new Set(["answered"])]);
  assert.equal(proxy.asked.length, 2);
});

test("a server that is not ours answers in text: the same words and outputs, and nobody hears them", async () => {
  const mocked = await against("provider=compatible", `url=${mock.url.replace("http", "ws")}/v1/realtime`, "capabilities.efforts=[low]");
  assert.deepEqual([told(mocked), mocked.toolCalls, outcomesOf(mocked)], [everybody, [shipped, shipped], new Set(["unanswered"])]);
  assert.deepEqual(new Set(mocked.rows.map(({ transcripts }) => transcripts?.answer)), new Set(["It has shipped.", "Goodbye!"]));
});
