import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { usageFaults } from "../protocol/usage.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";
import type { Script } from "./script.ts";
import { checkScript } from "./script.ts";

const exact = orThrow(readProfile("exact"));
const id = { id: "A1" };
const script = (...rules: Script["rules"]): Script =>
  orThrow(checkScript({ version: 1, name: "s", about: "", rules: [...rules], otherwise: ["otherwise"] }, "s.json"));
const single = script({ when: { turn: 0 }, call: [{ name: "look", arguments: id }], say: "told" }, { when: { turn: 0 }, say: "plain" });
const pair = script({
  when: { textContains: "ORDER" },
  call: [
    { name: "look", arguments: id },
    { name: "send", arguments: {} },
  ],
  say: "told",
});

const tool = (name: string): object => ({ type: "function", name, parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] } });
const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);
const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const create = (item: object): object => ({ type: "conversation.item.create", item });
const ask = create({ type: "message", role: "user", content: [{ type: "input_text", text: "Where is my order?" }] });

function asked(rules: Script, session: object, response?: object): ConversationSession {
  const opened = openSession({ profile: exact, speech: plainSpeech(exact, rules) });
  send(opened, 0, update(session));
  send(opened, 1, ask);
  send(opened, 1, { type: "response.create", ...(response ? { response } : {}) });
  opened.until(3_000);
  return opened;
}

/** Everything but repeated deltas. */
const order = (session: ConversationSession, from: number): string[] =>
  session
    .types()
    .slice(from)
    .filter((type, index, all) => !(type.endsWith(".delta") && all[index - 1] === type));
const calls = (session: ConversationSession): string[] => session.only("response.function_call_arguments.done").map((event) => event.name);
const outputsOf = (session: ConversationSession, ms: number): void => {
  for (const { call_id } of session.only("response.function_call_arguments.done"))
    send(session, ms, create({ type: "function_call_output", call_id, output: "{}" }));
};

const opening = ["response.output_item.added", "conversation.item.added"];
const ending = ["conversation.item.done", "response.output_item.done"];
const call = [...opening, "response.function_call_arguments.delta", "response.function_call_arguments.done", ...ending];

test("a call is told without content parts, completed when it is done, and its answer follows the output after a wait of its own", () => {
  const session = asked(single, { tools: [tool("look")] });
  assert.deepEqual(order(session, 4), ["response.created", ...call, "response.done", "rate_limits.updated"]);
  const [added] = session.only("response.output_item.added");
  const [done] = session.only("response.output_item.done");
  const [given] = session.only("response.function_call_arguments.done");
  assert.ok(added?.item.type === "function_call" && done?.item.type === "function_call" && given);
  assert.deepEqual([added.item.status, added.item.arguments, added.item.name], ["in_progress", "", "look"]);
  assert.deepEqual([done.item.status, done.item.arguments, done.item.call_id], ["completed", '{"id":"A1"}', given.call_id]);
  assert.match(given.call_id, /^call_[0-9A-Za-z]{16}$/);
  const deltas = session.only("response.function_call_arguments.delta").map(({ delta }) => delta);
  assert.deepEqual([deltas.length > 1, deltas.join("")], [true, given.arguments]);
  const asOf = session.said.length;
  outputsOf(session, 4_000);
  send(session, 4_000, { type: "response.create" });
  session.until(9_000);
  assert.deepEqual(order(session, asOf).slice(0, 3), ["conversation.item.added", "conversation.item.done", "response.created"]);
  assert.equal(session.only("response.output_audio.delta").length > 0, true);
  assert.deepEqual(
    session.truth.map((row) => [row.cause, row.outcome, row.planned.thinkMs]),
    [
      ["text", "called", 300],
      ["tool", "answered", 300],
    ],
  );
  for (const { response } of session.only("response.done")) assert.deepEqual(response.usage && usageFaults(response.usage), []);
});

test("parallel calls are items of one response, in order, and one answer follows all their outputs", () => {
  const session = asked(pair, { tools: [tool("look"), tool("send")] });
  assert.deepEqual(order(session, 4), ["response.created", ...call, ...call, "response.done", "rate_limits.updated"]);
  assert.deepEqual(
    session.only("response.output_item.done").map((event) => event.output_index),
    [0, 1],
  );
  assert.equal(session.only("response.done")[0]?.response.output.length, 2);
  outputsOf(session, 4_000);
  send(session, 4_000, { type: "response.create" });
  session.until(9_000);
  assert.equal(calls(session).length, 2);
  assert.equal(session.only("response.done").length, 2);
});

test("a preamble is spoken before the call, as an item of the same response", () => {
  const rules = script({ when: { turn: 0 }, preamble: "one moment", call: [{ name: "look", arguments: id }], say: "told" });
  const session = asked(rules, { tools: [tool("look")], output_modalities: ["text"] });
  const message = [
    ...opening,
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    ...ending,
  ];
  assert.deepEqual(order(session, 4), ["response.created", ...message, ...call, "response.done", "rate_limits.updated"]);
  assert.deepEqual(
    session.truth.map((row) => row.outcome),
    ["answered"],
  );
});

const choices: readonly (readonly [string, object, readonly string[]])[] = [
  ["without tools the rule is passed over", {}, []],
  ["a tool that is not declared is not called", { tools: [tool("look")] }, []],
  ["none calls nothing", { tools: [tool("look"), tool("send")], tool_choice: "none" }, []],
  ["a named function is the only one called", { tools: [tool("look"), tool("send")], tool_choice: { type: "function", name: "send" } }, ["send"]],
  ["a named function is called though the script does not", { tools: [tool("other")], tool_choice: { type: "function", name: "other" } }, ["other"]],
  ["a call that is required is made", { tools: [tool("other")], tool_choice: "required" }, ["other"]],
  ["one at a time without parallel calls", { tools: [tool("look"), tool("send")], parallel_tool_calls: false }, ["look"]],
];

for (const [what, settings, called] of choices) {
  test(`choice of tools, by session and by response: ${what}`, () => {
    assert.deepEqual(calls(asked(pair, settings)), called);
    assert.deepEqual(calls(asked(pair, {}, settings)), called);
  });
}

test("calls that may not be parallel are made one after the other's output", () => {
  const session = asked(pair, { tools: [tool("look"), tool("send")], parallel_tool_calls: false });
  for (const ms of [4_000, 6_000]) {
    const last = session.only("response.function_call_arguments.done").at(-1)?.call_id;
    send(session, ms, create({ type: "function_call_output", call_id: last, output: "{}" }));
    send(session, ms, { type: "response.create" });
    session.until(ms + 1_500);
  }
  assert.deepEqual(calls(session), ["look", "send"]);
  assert.equal(session.only("response.output_audio.done").length, 1);
});

test("a rule by tool calls on from that tool's output, and a tool turn counts as one turn of the script", () => {
  const rules = script(
    { when: { turn: 0 }, call: [{ name: "look", arguments: id }] },
    { when: { turn: 0, tool: "send" }, say: "sent" },
    { when: { turn: 0, tool: "look" }, call: [{ name: "send", arguments: {} }] },
    { when: { turn: 1 }, call: [{ name: "look", arguments: { id: "B2" } }] },
  );
  const session = asked(rules, { tools: [tool("look"), tool("send")] });
  for (const ms of [4_000, 6_000]) {
    outputsOf(session, ms);
    send(session, ms, { type: "response.create" });
    session.until(ms + 1_500);
  }
  send(session, 8_000, ask);
  send(session, 8_000, { type: "response.create" });
  session.until(9_000);
  assert.deepEqual(
    session.only("response.function_call_arguments.done").map((event) => [event.name, event.arguments]),
    [
      ["look", '{"id":"A1"}'],
      ["send", "{}"],
      ["look", '{"id":"B2"}'],
    ],
  );
});

test("the truth of an answer after a tool holds the frames of the caller's turn", () => {
  const session = openSession({ profile: exact, speech: plainSpeech(exact, single) });
  send(session, 0, update({ tools: [tool("look")] }));
  session.speak(0, toneBetween(1_500, 200, 800));
  session.until(3_000);
  outputsOf(session, 3_000);
  send(session, 3_000, { type: "response.create" });
  session.until(5_000);
  const [called, answered] = session.truth;
  assert.deepEqual([called?.outcome, answered?.outcome, answered?.cause], ["called", "answered", "tool"]);
  assert.deepEqual(answered?.frames, called?.frames);
  assert.equal(answered?.itemId, called?.itemId);
  assert.equal(answered?.firstDeltaSentUs, 3_300_000);
});

test("an answer cut by max_output_tokens inside a call is incomplete and stays within its tokens", () => {
  const session = asked(single, { tools: [tool("look")], max_output_tokens: 2 });
  const [done] = session.only("response.done");
  assert.deepEqual([done?.response.status, done?.response.output[0]?.status, done?.response.usage?.output_tokens], ["incomplete", "incomplete", 2]);
});
