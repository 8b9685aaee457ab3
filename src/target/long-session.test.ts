// Sessions that grow for long and clients that make much of little: what an item costs must not grow with those before it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import { createAgenda } from "./agenda.ts";
import { createItems } from "./items.ts";
import { readProfile } from "./profile.ts";
import { sampleOf } from "./sample-arguments.ts";

const profile = orThrow(readProfile("exact"));
const open = (): ConversationSession => openSession({ profile, speech: plainSpeech(profile) });
const message = (id: string, text = "x"): object => ({ id, type: "message", role: "user", content: [{ type: "input_text", text }] });
const create = (item: object): Record<string, unknown> => ({ type: "conversation.item.create", item });
const remove = (item_id: string): Record<string, unknown> => ({ type: "conversation.item.delete", item_id });

test("ten thousand items come, are found, read and deleted in one session, and the chain holds", () => {
  const session = open();
  for (let index = 0; index < 10_000; index++) session.send(index, create(message(`i${index}`)));
  session.send(10_000, create(message("more")));
  assert.deepEqual(
    session.only("error").map(({ error }) => error.code),
    ["invalid_value"],
  );
  session.send(10_001, { type: "response.create" });
  session.until(12_000);
  assert.equal(session.only("response.done")[0]?.response.status, "completed");
  for (let index = 0; index < 10_000; index += 2) session.send(12_000, remove(`i${index}`));
  session.send(12_001, { ...create(message("behind")), previous_item_id: "i1" });
  session.send(12_002, { ...create(message("front")), previous_item_id: "root" });
  assert.deepEqual(
    session
      .only("conversation.item.added")
      .slice(-2)
      .map((event) => event.previous_item_id),
    ["i1", null],
  );
  assert.equal(session.only("conversation.item.deleted").length, 5_000);
});

test("what is deleted counts against no bound any more, and its id begins anew", () => {
  const session = open();
  const megabyte = "word ".repeat(200_000);
  for (let round = 0; round < 20; round++) {
    session.send(round * 2, create(message("same", megabyte)));
    session.send(round * 2 + 1, remove("same"));
  }
  assert.deepEqual([session.only("error"), session.only("conversation.item.deleted").length], [[], 20]);
  const items = createItems();
  const entry = { item: { id: "a", type: "mcp_list_tools", server_label: "s", tools: [] }, tokens: { text: 1, audio: 0 } } as const;
  items.add(entry);
  items.leaveOut("a");
  items.remove("a");
  items.add(entry);
  assert.deepEqual(items.read, [entry]);
});

test("an input of thousands of outputs of one call is read without looking through all of it for each", () => {
  const session = open();
  const outputs = Array.from({ length: 9_999 }, () => ({ type: "function_call_output", call_id: "c", output: "" }));
  const fillers = outputs.map((_, index) => ({ type: "function_call", name: "f", call_id: `c${index}`, arguments: "" }));
  const input = [{ type: "function_call", name: "f", call_id: "c", arguments: "" }, ...outputs];
  session.send(0, { type: "response.create", response: { conversation: "none", input } });
  session.send(1, { type: "response.create", response: { conversation: "none", input: [...fillers, { ...outputs[0], call_id: "c9998" }] } });
  session.until(5_000);
  assert.deepEqual(
    session.only("response.done").map(({ response }) => response.status),
    ["completed", "completed"],
  );
});

test("a response beside the conversation that must leave items out does so for itself alone", () => {
  const session = open();
  session.send(0, create(message("old", "word ".repeat(30_000))));
  session.send(1, create(message("new", "word ".repeat(30_000))));
  const inputs = (): number | undefined => session.only("response.done").at(-1)?.response.usage?.input_tokens;
  session.send(2, { type: "response.create", response: { conversation: "none", instructions: "rule ".repeat(20_000) } });
  session.until(2_000);
  assert.equal(inputs(), 26_000 + 39_000);
  session.send(2_000, { type: "response.create", response: { instructions: "" } });
  session.until(4_000);
  assert.equal(inputs(), 39_000 + 39_000);
});

test("tasks of one instant keep their order, and each stands where its instant is", () => {
  const agenda = createAgenda<string>();
  for (const [dueUs, task] of [
    [5, "c"],
    [1, "a"],
    [5, "d"],
    [3, "b"],
    [9, "e"],
  ] as const)
    agenda.add(dueUs, task);
  assert.deepEqual(Array.from({ length: 5 }, () => agenda.take()?.task).join(""), "abcde");
});

test("a schema that requires one name a thousand times at every level is sampled once at each", () => {
  let schema: object = { type: "string" };
  for (let depth = 0; depth < 8; depth++) schema = { type: "object", properties: { a: schema }, required: Array.from({ length: 1_000 }, () => "a") };
  assert.match(JSON.stringify(sampleOf(schema)), /^(\{"a":){8}""\}+$/);
});
