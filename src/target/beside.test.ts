import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import { usageFaults } from "../protocol/usage.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";
import { expectedSemanticWaitMs, semanticWaitMs } from "./semantic-vad.ts";

const exact = orThrow(readProfile("exact"));
const script = {
  version: 1,
  name: "s",
  about: "",
  rules: [{ when: { textContains: "order" }, preamble: "a", call: [{ name: "look", arguments: { id: "A1" } }] }],
  otherwise: ["a"],
} as const;
const open = (): ConversationSession => openSession({ profile: exact, speech: plainSpeech(exact, script) });
const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);
const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const detection = (turn_detection: object): object => update({ audio: { input: { turn_detection } } });
const create = (item: object): object => ({ type: "conversation.item.create", item });
const message = (text: string, id?: string): object => ({ type: "message", role: "user", content: [{ type: "input_text", text }], ...(id ? { id } : {}) });

test("a response outside the conversation runs beside the conversation's own, unmirrored, and leaves no trace in it", () => {
  const session = open();
  send(session, 0, create(message("Hello", "hello")));
  send(session, 0, { type: "response.create" });
  const input = [{ type: "item_reference", id: "hello" }, message("Classify this.")];
  send(session, 100, { type: "response.create", response: { conversation: "none", metadata: { topic: "class" }, input, output_modalities: ["text"] } });
  session.until(5_000);
  assert.deepEqual(session.only("error"), []);
  const done = session.only("response.done").map(({ response }) => response);
  const aside = done.find((response) => response.conversation_id === null);
  assert.deepEqual([done.length, aside?.status, aside?.metadata], [2, "completed", { topic: "class" }]);
  const asideItem = aside?.output[0]?.id;
  assert.ok(asideItem);
  assert.ok(!session.only("conversation.item.added").some(({ item }) => item.id === asideItem));
  assert.ok(!session.only("conversation.item.done").some(({ item }) => item.id === asideItem));
  send(session, 5_001, { type: "conversation.item.retrieve", item_id: asideItem });
  assert.equal(session.only("error")[0]?.error.code, "item_retrieve_invalid_item_id");
  assert.equal(session.truth.length, 1);
});

test("a response with an empty input reads nothing of the conversation, and one beside it can be cancelled by its id alone", () => {
  const session = open();
  send(session, 0, create(message("one two three four five")));
  send(session, 1, { type: "response.create", response: { conversation: "none", input: [] } });
  send(session, 2, { type: "response.create", response: { conversation: "none" } });
  send(session, 3, { type: "response.cancel", event_id: "c" });
  const [, second] = session.only("response.created");
  send(session, 4, { type: "response.cancel", response_id: second?.response.id });
  session.until(5_000);
  assert.equal(session.only("error")[0]?.error.code, "response_cancel_not_active");
  const [cancelled, completed] = session.only("response.done").map(({ response }) => response);
  assert.deepEqual([cancelled?.id, cancelled?.status, completed?.status], [second?.response.id, "cancelled", "completed"]);
  assert.equal((cancelled?.usage?.input_tokens ?? 0) - (completed?.usage?.input_tokens ?? 0), 7);
});

test("silence after an answer has been played is told as a timeout, committed and answered", () => {
  const session = open();
  send(session, 0, detection({ type: "server_vad", idle_timeout_ms: 5_000 }));
  send(session, 0, create(message("Hello")));
  send(session, 0, { type: "response.create" });
  session.speak(1_000, toneBetween(6_000, 0, 0));
  session.until(8_000);
  const doneMs = session.said.find(({ event }) => event.type === "response.done")?.atMs ?? 0;
  const at = session.said.findIndex(({ event }) => event.type === "input_audio_buffer.timeout_triggered");
  // 100 ms of silence and 350 of answer play, then five seconds pass.
  assert.equal(session.said[at]?.atMs, doneMs + 450 + 5_000);
  assert.deepEqual(session.types().slice(at, at + 5), [
    "input_audio_buffer.timeout_triggered",
    "input_audio_buffer.committed",
    "conversation.item.added",
    "conversation.item.done",
    "response.created",
  ]);
  const [timeout] = session.only("input_audio_buffer.timeout_triggered");
  assert.equal(timeout?.item_id, session.only("input_audio_buffer.committed")[0]?.item_id);
  assert.ok((timeout?.audio_end_ms ?? 0) > (timeout?.audio_start_ms ?? 0));
});

test("a caller who speaks in time, or a client that asks, breaks the silence", () => {
  const session = open();
  send(session, 0, detection({ type: "server_vad", idle_timeout_ms: 5_000, create_response: false }));
  send(session, 0, create(message("Hello")));
  send(session, 0, { type: "response.create" });
  session.speak(1_000, toneBetween(1_000, 100, 500));
  session.until(20_000);
  assert.equal(session.only("input_audio_buffer.committed").length, 1);
  assert.equal(session.only("input_audio_buffer.timeout_triggered").length, 0);
  assert.equal(session.only("response.created").length, 1);
});

test("semantic VAD ends a turn by its drawn wait, the eager never later, and within the longest wait of its eagerness", () => {
  for (let turn = 0; turn < 200; turn++) {
    const key = { seed: 1, session: 0, call: 0, turn };
    const [low, medium, auto, high] = (["low", "medium", "auto", "high"] as const).map((eagerness) => semanticWaitMs(eagerness, key)) as [
      number,
      number,
      number,
      number,
    ];
    assert.ok(300 <= high && high <= medium && medium <= low, `${turn}`);
    assert.ok(high <= 2_000 && medium <= 4_000 && low <= 8_000 && medium === auto);
  }
  for (const eagerness of ["low", "medium", "high"] as const) {
    const waits = Array.from({ length: 20_000 }, (_, turn) => semanticWaitMs(eagerness, { seed: 1, session: 0, call: 0, turn })).toSorted((a, b) => a - b);
    const { median, mean } = expectedSemanticWaitMs(eagerness);
    assert.ok(Math.abs(waits.reduce((sum, ms) => sum + ms, 0) / waits.length / mean - 1) < 0.03, `${eagerness} ${mean}`);
    assert.ok(Math.abs((waits[10_000] ?? 0) / median - 1) < 0.03, `${eagerness} ${median}`);
  }
  const session = open();
  send(session, 0, detection({ type: "semantic_vad", eagerness: "high", interrupt_response: false }));
  session.speak(0, toneBetween(4_000, 500, 1_500));
  session.until(10_000);
  const waitMs = semanticWaitMs("high", { seed: 1, session: 0, call: 0, turn: 0 });
  assert.equal(session.only("input_audio_buffer.speech_stopped")[0]?.audio_end_ms, Math.ceil((1_500 + waitMs) / 10) * 10);
  assert.equal(session.only("response.done")[0]?.response.status, "completed");
});

test("a server of tools is accepted once and its listing fails, since nobody is asked", () => {
  const session = open();
  const tools = [{ type: "mcp", server_label: "docs", server_url: "https://example.com/mcp" }];
  send(session, 0, update({ tools }));
  send(session, 1, update({ tools }));
  const listing = ["conversation.item.added", "mcp_list_tools.in_progress", "mcp_list_tools.failed", "conversation.item.done"];
  assert.deepEqual(session.types(), ["session.created", "session.updated", ...listing, "session.updated"]);
});

test("items of every kind are taken, and each kind of content is counted as its own", () => {
  const session = open();
  const audio = Buffer.alloc(48 * 1_000).toString("base64");
  send(session, 0, create({ type: "message", role: "system", content: [{ type: "input_text", text: "Be kind." }] }));
  send(session, 0, create({ type: "message", role: "assistant", content: [{ type: "output_text", text: "Hi." }] }));
  send(session, 0, create({ type: "function_call", name: "look", call_id: "call_mine", arguments: "{}" }));
  send(session, 0, create({ type: "function_call_output", call_id: "call_mine", output: "{}" }));
  const content = [
    { type: "input_audio", audio },
    { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "low" },
  ];
  send(session, 0, create({ type: "message", role: "user", content }));
  send(session, 1, { type: "response.create" });
  session.until(5_000);
  assert.deepEqual(session.only("error"), []);
  const user = session.only("conversation.item.added")[4]?.item;
  assert.deepEqual(user?.type === "message" && user.content[0], { type: "input_audio", transcript: null });
  const usage = session.only("response.done")[0]?.response.usage;
  assert.deepEqual([usage?.input_token_details.audio_tokens, usage?.input_token_details.image_tokens], [10, 85]);
  assert.deepEqual(usage && usageFaults(usage), []);
});

const step = fc.record({
  waitMs: fc.nat(1_500),
  event: fc.constantFrom<object>(
    create(message("Where is my order?")),
    create({ type: "message", role: "user", content: [{ type: "input_image", image_url: "data:image/png;base64,AAAA" }] }),
    { type: "response.create" },
    { type: "response.create", response: { conversation: "none", input: [message("order")] } },
    { type: "response.create", response: { max_output_tokens: 5 } },
    { type: "response.cancel" },
    { type: "outputs" },
    { type: "delete" },
    update({ tools: [] }),
  ),
});

test("whatever clients do, usage adds up, every response ends once and every opened item closes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const session = open();
      send(session, 0, update({ tools: [{ type: "function", name: "look" }] }));
      let ms = 0;
      for (const { waitMs, event } of steps) {
        ms += waitMs;
        session.until(ms);
        const { type } = event as { type: string };
        if (type === "outputs") {
          for (const { call_id } of session.only("response.function_call_arguments.done"))
            send(session, ms, create({ type: "function_call_output", call_id, output: "{}" }));
        } else if (type === "delete")
          send(session, ms, { type: "conversation.item.delete", item_id: session.only("conversation.item.added")[0]?.item.id ?? "none" });
        else send(session, ms, event);
      }
      session.until(ms + 10_000);
      const done = session.only("response.done").map(({ response }) => response);
      for (const { usage } of done) assert.deepEqual(usage && usageFaults(usage), []);
      assert.deepEqual(
        done.map((response) => response.id).toSorted(),
        session
          .only("response.created")
          .map(({ response }) => response.id)
          .toSorted(),
      );
      assert.equal(session.only("response.output_item.added").length, session.only("response.output_item.done").length);
      assert.equal(session.only("conversation.item.added").length, session.only("conversation.item.done").length);
    }),
    { numRuns: 60 },
  );
});
