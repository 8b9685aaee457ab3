import assert from "node:assert/strict";
import { test } from "node:test";
import { createSessionMemory, type SessionMemory, takenUp } from "./session-memory.ts";

const message = (role: string, text?: string): object => ({ type: "message", role, content: text === undefined ? [{ type: "input_audio" }] : [{ text }] });
const frame = (value: number): Uint8Array => Uint8Array.of(0, value, 1, value);
let nextId = 0;

/** A client puts an item in and the target takes it. */
function create(memory: SessionMemory, role: string, text?: string): void {
  const item = message(role, text);
  memory.hear({ type: "event", event: { type: "conversation.item.create", item } });
  memory.say({ type: "conversation.item.added", item: { id: `i${nextId++}`, ...item } });
}

const ask = (memory: SessionMemory): void => memory.hear({ type: "event", event: { type: "response.create" } });

function answer(memory: SessionMemory, text: string, status?: string): void {
  const item = { id: `i${nextId++}`, ...message("assistant", text) };
  memory.say({ type: "response.created" });
  memory.say({ type: "conversation.item.added", item: { ...item, content: [] } });
  memory.say({ type: "response.output_audio_transcript.delta", item_id: item.id, delta: text });
  if (status === undefined) return;
  memory.say({ type: "conversation.item.done", item });
  memory.say({ type: "response.done", response: { status } });
}

function speak(memory: SessionMemory, values: readonly number[]): void {
  for (const value of values) memory.hear({ type: "audio", bytes: frame(value) });
  memory.hear({ type: "audio", bytes: Uint8Array.of(0, 0, 0, 0) });
  memory.say({ type: "input_audio_buffer.committed" });
  memory.say({ type: "conversation.item.added", item: { id: `i${nextId++}`, ...message("user") } });
}

function session(...steps: readonly ((memory: SessionMemory) => void)[]): SessionMemory {
  const memory = createSessionMemory();
  for (const step of steps) step(memory);
  return memory;
}
const judge = (lost: SessionMemory, next: SessionMemory) => takenUp(lost.known, next.known);

const lost = (): SessionMemory =>
  session(
    (m) => create(m, "user", "Where is my order?"),
    ask,
    (m) => answer(m, "On its way.", "completed"),
    (m) => create(m, "user", "When?"),
    ask,
    (m) => answer(m, "It should arrive on"),
  );

test("a client that puts everything back and asks again has restored all, and doubled nothing", () => {
  const next = session(
    (m) => create(m, "user", "Where is my order?"),
    (m) => create(m, "assistant", "On its way."),
    (m) => create(m, "user", "When?"),
    ask,
    (m) => answer(m, "Tomorrow.", "completed"),
  );
  assert.deepEqual(judge(lost(), next), { items: 3, itemsRestored: 3, itemsOther: 0, halfAnswer: "left out", isAskedAgain: true, isDoubled: false });
});

test("a client that begins anew has restored nothing", () => {
  const next = session((m) => create(m, "user", "Hello?"), ask);
  assert.deepEqual(judge(lost(), next), { items: 3, itemsRestored: 0, itemsOther: 1, halfAnswer: "left out", isAskedAgain: false, isDoubled: false });
});

test("what is put in after the first response is no restored history", () => {
  const next = session(
    ask,
    (m) => answer(m, "Hello.", "completed"),
    (m) => create(m, "assistant", "On its way."),
  );
  assert.equal(judge(lost(), next).itemsRestored, 0);
});

test("an item that the target refused was not restored", () => {
  const next = session((m) => m.hear({ type: "event", event: { type: "conversation.item.create", item: message("assistant", "On its way.") } }));
  assert.equal(judge(lost(), next).itemsRestored, 0);
});

const halves = { "It should arrive on": "as far as it was sent", "It should": "shortened", "It should arrive on Monday.": "changed" };
for (const [text, halfAnswer] of Object.entries(halves)) {
  test(`a half answer put back as "${text}" is told as ${halfAnswer}`, () => {
    const next = session(
      (m) => create(m, "assistant", "On its way."),
      (m) => create(m, "assistant", text),
    );
    assert.deepEqual([judge(lost(), next).halfAnswer, judge(lost(), next).itemsOther], [halfAnswer, 0]);
  });
}

test("a written turn that stands in the history twice is doubled, and so is one that had been answered", () => {
  const twice = session(
    (m) => create(m, "user", "When?"),
    (m) => create(m, "user", "When?"),
    ask,
  );
  assert.equal(judge(lost(), twice).isDoubled, true);
  const answered = session(
    (m) => create(m, "user", "When?"),
    ask,
    (m) => answer(m, "Tomorrow.", "completed"),
  );
  const again = session((m) => create(m, "user", "When?"), ask);
  assert.deepEqual([judge(answered, again).isAskedAgain, judge(answered, again).isDoubled], [true, true]);
});

test("a spoken turn is known again by its pieces, though its ends are others, and silence is none of them", () => {
  const before = (): SessionMemory => session((m) => speak(m, [1, 2, 3, 4]));
  assert.equal(
    judge(
      before(),
      session((m) => speak(m, [3, 4, 5])),
    ).isAskedAgain,
    true,
  );
  assert.equal(
    judge(
      before(),
      session((m) => speak(m, [5, 6, 7])),
    ).isAskedAgain,
    false,
  );
  assert.equal(
    judge(
      before(),
      session((m) => speak(m, [])),
    ).isAskedAgain,
    false,
  );
  const restored = session(
    (m) => create(m, "user", "as the client heard it"),
    (m) => speak(m, [1, 2, 3, 4]),
  );
  assert.deepEqual([judge(before(), restored).itemsRestored, judge(before(), restored).isDoubled], [1, true]);
});

test("answers that a client stopped are counted, and those of them that it cut to what was heard", () => {
  const memory = session((m) => answer(m, "One two three", "cancelled"));
  const itemId = [...memory.known.items.keys()].at(-1);
  assert.deepEqual([memory.known.interrupted, memory.known.truncated], [1, 0]);
  for (let time = 0; time < 2; time++) memory.hear({ type: "event", event: { type: "conversation.item.truncate", item_id: itemId } });
  assert.deepEqual([memory.known.interrupted, memory.known.truncated], [1, 1]);
});
