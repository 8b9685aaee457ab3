// The caller against a server that is not ours: aimock speaks the GA protocol in text, hears nothing and never says a sound.
// In real time, over a real socket.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LLMock } from "@copilotkit/aimock";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { noNetwork } from "../faults/profile.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import type { ClientEvent } from "../protocol/client-event.ts";
import { readServerMessage } from "../protocol/codec.ts";
import { cellsOf } from "../plan/matrix.ts";
import { providers } from "../protocol/providers.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { openConnection } from "../transport/open.ts";
import { readyMessage, type ReadyMessage } from "../transport/ready-message.ts";
import { sessionUpdate, type SessionUpdate } from "../session/configure.ts";
import { startCall } from "../session/driver.ts";
import { knownServerEvents } from "../session/known-events.ts";

const instructions = "You are a CRM agent.";
const model = "gpt-realtime-2";

const mock = new LLMock({ port: 0, host: "127.0.0.1", strict: true });
before(async () => {
  mock.on({ toolCallId: "call_1" }, { content: "It has shipped." });
  mock.on({ userMessage: /order/ }, { toolCalls: [{ id: "call_1", name: "lookup_order", arguments: '{"id":"A1042"}' }] });
  mock.on({ userMessage: "Hello" }, { content: "Hello, how can I help?" });
  mock.on({ systemMessage: instructions }, { content: "Nobody hears this." });
  await mock.start();
});
after(() => mock.stop());

const clock = createSystemClock();
const wire = () => ({
  ...providers.compatible.endpoint({ baseUrl: `${mock.url.replace("http", "ws")}/v1/realtime`, model, callKey: "1/all/0/0" }),
  clock,
  masking: "random" as const,
  network: noNetwork,
  random: () => stream(1, "network"),
});

test("a call is configured, commits its turns, changes its effort, and waits in vain for a sound", async () => {
  const scenario = scenarioWith({
    session: { instructions, frameMs: 100, turnDetection: { type: "manual" } },
    caller: { patienceMs: 300, thinkMs: 0, turns: [{ say: "hello" }, { say: "hello", effort: "high" }] },
  });
  const message = (sound: number): ReadyMessage =>
    readyMessage(Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio: Buffer.alloc(4_800, sound).toString("base64") })), "random");
  const rows: TurnRow[] = [];
  const { ended } = startCall({
    run: "test",
    runStartUs: clock.nowUs(),
    clock,
    call: callOf(scenario),
    connect: (handlers) => openConnection({ ...wire(), handlers }),
    frames: () => ({ messages: Array.from({ length: 10 }, () => message(0x20)), silence: message(0) }),
    plannedUs: clock.nowUs(),
    onRow: (row) => rows.push(row),
    onToolCall: () => undefined,
    onFrame: () => undefined,
  });
  const { state, close } = await ended;
  assert.deepEqual([state.failure, state.lastError, close.code], [undefined, undefined, 1000]);
  assert.deepEqual(state.unknownEvents, {});
  assert.deepEqual(
    rows.map(({ outcome, effort, committedUs, responseCreatedUs, responseDoneUs, firstDeltaUs }) => [
      outcome,
      effort,
      [committedUs, responseCreatedUs, responseDoneUs, firstDeltaUs].map((us) => us !== undefined),
    ]),
    [
      ["unanswered", "low", [true, true, true, false]],
      ["unanswered", "high", [true, true, true, false]],
    ],
  );
});

test("a written turn, a call of a function and what follows it go through the whole caller", async () => {
  const tools = [
    { name: "lookup_order", parameters: { type: "object", properties: {} }, answers: { value: { status: "shipped" }, delayMs: 20, errorRate: 0 } },
  ];
  const scenario = scenarioWith({
    session: { instructions, frameMs: 100, tools },
    caller: { patienceMs: 1_000, thinkMs: 0, turns: [{ text: "Hello" }, { text: "Where is my order?" }] },
  });
  const rows: TurnRow[] = [];
  const toolCalls: ToolCallRow[] = [];
  const silence = readyMessage(Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio: Buffer.alloc(4_800).toString("base64") })), "random");
  const { ended } = startCall({
    run: "test",
    runStartUs: clock.nowUs(),
    clock,
    call: callOf(scenario),
    connect: (handlers) => openConnection({ ...wire(), handlers }),
    frames: () => ({ messages: [], silence }),
    plannedUs: clock.nowUs(),
    onRow: (row) => rows.push(row),
    onToolCall: (row) => toolCalls.push(row),
    onFrame: () => undefined,
  });
  const { state } = await ended;
  assert.deepEqual([state.failure, state.lastError, state.unknownEvents], [undefined, undefined, {}]);
  // It answers in text, which nobody hears: the turns are unanswered, and their words are kept.
  assert.deepEqual(
    rows.map(({ input, kind, outcome, transcripts, responseIds }) => [input, kind, outcome, transcripts?.answer, responseIds?.length]),
    [
      ["text", "plain", "unanswered", "Hello, how can I help?", 1],
      ["text", "tool", "unanswered", "It has shipped.", 2],
    ],
  );
  assert.deepEqual(
    toolCalls.map(({ name, arguments: given, output, result }) => [name, given, output, result]),
    [["lookup_order", '{"id":"A1042"}', '{"status":"shipped"}', "value"]],
  );
});

/** What the session and its protocol are made of, without a plan. */
async function connected() {
  const events: { readonly type: string; readonly [field: string]: unknown }[] = [];
  const closed = Promise.withResolvers<number>();
  let noticed = (): void => undefined;
  const connection = openConnection({
    ...wire(),
    handlers: {
      onOpen: () => undefined,
      onMessage(data) {
        const received = readServerMessage(data);
        assert.equal(received.kind, "event");
        if (received.kind === "event") events.push(received.event);
        noticed();
      },
      onClose: ({ code }) => closed.resolve(code),
    },
  });
  let taken = 0;
  /** The next event of the type that nobody took yet. */
  async function next(type: string): Promise<(typeof events)[number]> {
    for (;;) {
      const found = events.findIndex((event, index) => index >= taken && event.type === type);
      if (found >= 0) {
        taken = found + 1;
        return events[found] as (typeof events)[number];
      }
      await new Promise<void>((resolve) => {
        noticed = resolve;
      });
    }
  }
  await next("session.created");
  return { events, next, connection, closed: closed.promise, send: (event: ClientEvent | SessionUpdate) => connection.send(JSON.stringify(event)) };
}

test("our client events lead it through a text turn, a function call and the answer to its output", async () => {
  const { events, next, send, connection, closed } = await connected();
  const [cell] = cellsOf(scenarioWith({ session: { instructions } }));
  assert.ok(cell);
  send(sessionUpdate(cell.settings));
  const updated = (await next("session.updated"))["session"] as { readonly instructions: string; readonly reasoning: unknown; readonly type: string };
  assert.deepEqual([updated.instructions, updated.reasoning, updated.type], [instructions, { effort: "low" }, "realtime"]);

  const say = (text: string): void => {
    send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
    send({ type: "response.create" });
  };
  const textOf = (from: number): string =>
    events
      .slice(from)
      .filter(({ type }) => type === "response.output_text.delta")
      .map(({ delta }) => delta)
      .join("");
  say("Hello");
  await next("response.done");
  assert.equal(textOf(0), "Hello, how can I help?");

  say("Where is my order?");
  const call = await next("response.function_call_arguments.done");
  assert.deepEqual([call["call_id"], call["arguments"]], ["call_1", '{"id":"A1042"}']);
  await next("response.done");
  const from = events.length;
  send({ type: "conversation.item.create", item: { type: "function_call_output", call_id: "call_1", output: '{"status":"shipped"}' } });
  send({ type: "response.create" });
  await next("response.done");
  assert.equal(textOf(from), "It has shipped.");

  const told = mock.getLastRequest()?.body as {
    readonly messages: readonly { readonly role: string; readonly tool_call_id?: string; readonly content: unknown }[];
  };
  assert.deepEqual(
    told.messages.map(({ role }) => role),
    ["system", "user", "assistant", "user", "assistant", "tool"],
  );
  assert.deepEqual([told.messages.at(-1)?.tool_call_id, told.messages.at(-1)?.content], ["call_1", '{"status":"shipped"}']);
  const unknown = events.map(({ type }) => type).filter((type) => !knownServerEvents.has(type) && !type.startsWith("session."));
  assert.deepEqual(unknown, []);
  connection.close(1000, "");
  assert.equal(await closed, 1000);
});
