// What the conversation is made to hold: documents before the first turn, only the last turns, instructions that nobody has read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { leastCapabilities } from "../protocol/providers/compatible.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { READY_US } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";

const within = (session: Partial<Scenario["session"]>, turns = 1): Scenario =>
  scenarioWith({ session, caller: { turns: Array.from({ length: turns }, () => ({ say: "hello" })) } });

const added = (id: string): Readonly<Record<string, unknown>> => ({ type: "conversation.item.added", item: { id, type: "message" } });
const updateOf = (call: FakeCall): Readonly<Record<string, unknown>> =>
  call.sent.find(({ type }) => type === "session.update")?.event["session"] as Readonly<Record<string, unknown>>;

test("turn detection is asked for in the server's words, today's and the beta's", () => {
  const asked = (turnDetection: Scenario["session"]["turnDetection"], events?: "beta"): unknown => {
    const target = { provider: "compatible", model: "m", url: "ws://h", capabilities: { ...leastCapabilities, events: "beta" } } as const;
    const call = fakeCall({ ...within({ turnDetection }), ...(events ? { target } : {}) });
    call.ready();
    const session = updateOf(call) as { readonly audio?: { readonly input: { readonly turn_detection: unknown } }; readonly turn_detection?: unknown };
    return session.audio ? session.audio.input.turn_detection : session.turn_detection;
  };
  const semantic = { type: "semantic", eagerness: "low", interruptResponse: false } as const;
  const words = { type: "semantic_vad", eagerness: "low", create_response: true, interrupt_response: false };
  assert.deepEqual([asked(semantic), asked(semantic, "beta"), asked({ type: "manual" })], [words, words, null]);
  assert.deepEqual(asked({ type: "server", silenceMs: 200, prefixMs: 100, threshold: 0.4, interruptResponse: true }), {
    type: "server_vad",
    threshold: 0.4,
    prefix_padding_ms: 100,
    silence_duration_ms: 200,
    create_response: true,
    interrupt_response: true,
  });
});

test("documents are in the conversation before the caller speaks", () => {
  const call = fakeCall(within({ documents: [{ text: "One." }, { text: "Two." }] }), { documents: ["One.", "Two."] });
  call.ready();
  assert.deepEqual(
    call.sent.filter(({ type }) => type === "conversation.item.create").map(({ event }) => event["item"]),
    ["One.", "Two."].map((text) => ({ type: "message", role: "user", content: [{ type: "input_text", text }] })),
  );
  call.say(READY_US + 100_000, added("d1"));
  call.say(READY_US + 100_000, added("d1"));
  call.clock.advanceTo(READY_US + 2_000_000);
  assert.equal(
    call.sent.some(({ type }) => type === "input_audio_buffer.append"),
    false,
  );
  call.say(READY_US + 2_000_000, { type: "conversation.item.created", item: { id: "d2" } });
  call.clock.advanceTo(READY_US + 3_000_000);
  assert.ok(call.sent.some(({ type }) => type === "input_audio_buffer.append"));
});

test("a document that the server refuses, or never takes, ends the session and says so", () => {
  const refused = fakeCall(within({ documents: [{ text: "One." }] }), { documents: ["One."] });
  refused.ready();
  refused.say(READY_US + 10_000, { type: "error", error: { code: "invalid_value", message: "too long" } });
  assert.deepEqual(
    refused.rows.map(({ outcome, failure }) => [outcome, failure]),
    [["failed", "the server refused a document of session.documents: invalid_value: too long"]],
  );
  const ignored = fakeCall(within({ documents: [{ text: "One." }] }), { documents: ["One."] });
  ignored.ready();
  ignored.clock.advanceTo(READY_US + 60_000_000);
  assert.match(ignored.rows[0]?.failure ?? "", /waited in vain for conversation\.item\.added for each document/);
});

test("with keepTurns the items of older turns are deleted as a turn begins, each once, and documents stay", () => {
  const call = fakeCall(within({ context: { keepTurns: 1 }, documents: [{ text: "One." }] }, 4), { documents: ["One."] });
  call.ready();
  call.say(READY_US, added("document"));
  for (const turn of [0, 1, 2, 3]) {
    const fromUs = READY_US + turn * 2_900_000 + 500_000;
    call.say(fromUs + 1_400_000, { type: "input_audio_buffer.speech_stopped", item_id: "u", audio_end_ms: 0 });
    call.say(fromUs + 1_400_000, added(`user ${turn}`));
    call.say(fromUs + 1_400_000, { type: "response.created", response: { id: `r${turn}` } });
    call.say(fromUs + 1_400_000, added(`answer ${turn}`));
    call.speak(fromUs + 1_900_000, { responseId: `r${turn}`, silenceMs: 100, soundMs: 400 });
    call.say(fromUs + 1_950_000, { type: "response.done", response: { id: `r${turn}`, status: "completed" } });
  }
  call.clock.advanceTo(READY_US + 20_000_000);
  assert.deepEqual(
    call.rows.map(({ outcome }) => outcome),
    ["answered", "answered", "answered", "answered"],
  );
  const deleted = call.sent.filter(({ type }) => type === "conversation.item.delete");
  assert.deepEqual(
    deleted.map(({ event }) => event["item_id"]),
    ["user 0", "answer 0", "user 1", "answer 1"],
  );
  assert.deepEqual(
    [...new Set(deleted.map(({ atUs }) => atUs))],
    [2, 3].map((turn) => READY_US + turn * 2_900_000 + 500_000),
  );
});

test("a cold cache has instructions that begin like no other session's, nor like the same one's of another run", () => {
  const instructionsOf = (plannedUs: number, session: Partial<Scenario["session"]>): unknown => {
    const call = fakeCall(within(session), { plannedUs });
    call.ready();
    return updateOf(call)["instructions"];
  };
  assert.equal(instructionsOf(0, {}), "Answer.");
  const [one, again, other] = [0, 0, 1].map((plannedUs) => instructionsOf(plannedUs, { cache: "cold" }));
  assert.match(String(one), /^\[session [0-9a-f]{16}\] Answer\.$/);
  assert.equal(again, one);
  assert.notEqual(other, one);
});

const wishes: readonly (readonly [Scenario["session"]["truncation"], unknown])[] = [
  ["auto", "auto"],
  ["disabled", "disabled"],
  [{ retentionRatio: 0.8 }, { type: "retention_ratio", retention_ratio: 0.8 }],
  [
    { retentionRatio: 0.5, tokenLimit: 8_000 },
    { type: "retention_ratio", retention_ratio: 0.5, token_limits: { post_instructions: 8_000 } },
  ],
];
for (const [truncation, sent] of wishes) {
  test(`the wish for truncation ${JSON.stringify(truncation)} goes out as the API has it`, () => {
    const call = fakeCall(within(truncation === undefined ? {} : { truncation }));
    call.ready();
    assert.deepEqual(updateOf(call)["truncation"], sent);
  });
}

test("without a wish for truncation nothing is said of it", () => {
  const call = fakeCall(within({}));
  call.ready();
  assert.equal("truncation" in updateOf(call), false);
});
