// Callers who answer what they hear, against a server that the test plays.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallerScript } from "../scenario/caller-turn.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { READY_US } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";
import { isHeard } from "./cues.ts";

const heard: readonly (readonly [pattern: string, text: string, found: boolean])[] = [
  ["order number", "What's your Order-Number, please?", true],
  ["order number", "Which reorder numbers?", false],
  ["what's", "Whats that", true],
  ["größe", "Welche GRÖSSE? Die Größe!", true],
  ["/order (number|id)/", "Your ORDER id?", true],
  ["/^yes/", "Oh yes", false],
];
for (const [pattern, text, found] of heard) test(`${pattern} is ${found ? "" : "not "}heard in: ${text}`, () => assert.equal(isHeard(pattern, text), found));

/** Plays answers until the call is over: each turn gets the next text, and where it is a function's name in brackets, a call of it first. */
function conversation(caller: Partial<CallerScript>, texts: readonly string[]): FakeCall {
  const call = fakeCall(scenarioWith({ caller }));
  call.ready();
  let atUs = READY_US;
  for (const [index, text] of texts.entries()) {
    if (call.closed.code !== undefined) break;
    // A written turn is sent when half a second of thinking is over, a spoken one ends a good second later.
    atUs += 2_000_000;
    const id = `r${index}`;
    const [, name] = /^\[(\w+)\]/.exec(text) ?? [];
    if (name !== undefined) {
      call.say(atUs, { type: "response.created", response: { id: `c${index}` } });
      call.say(atUs, { type: "response.function_call_arguments.done", response_id: `c${index}`, call_id: `call${index}`, name, arguments: "{}" });
      call.say(atUs, { type: "response.done", response: { id: `c${index}`, status: "completed" } });
      call.clock.advanceTo(atUs + 10_000);
    }
    call.say(atUs + 20_000, { type: "response.created", response: { id } });
    call.say(atUs + 20_000, { type: "response.output_audio_transcript.done", response_id: id, transcript: text });
    call.speak(atUs + 30_000, { responseId: id, silenceMs: 0, soundMs: 200 });
    call.say(atUs + 40_000, { type: "response.done", response: { id, status: "completed" } });
    call.clock.advanceTo(atUs + 300_000);
    atUs += 300_000;
  }
  return call;
}
const wordsOf = ({ rows }: FakeCall): readonly unknown[] => rows.map(({ turn, text, outcome }) => `${turn} ${text} ${outcome}`);
const answered = (...texts: readonly string[]): readonly string[] => texts.map((text, turn) => `${turn} ${text} answered`);

const turns = [{ text: "one" }, { text: "two" }] as const;
const when = (words: string, text: string, times = 1) => ({ when: { heard: words }, text, times });

test("the first reaction that fits takes the place of the next turn, as often as it may; then the script goes on", () => {
  const reactions = [when("number", "a number"), when("number please", "never"), when("name", "a name", 2)];
  const call = conversation({ turns, reactions }, ["Your name?", "Number please.", "Number and name?", "A name?", "Fine.", "too many"]);
  assert.deepEqual(wordsOf(call), answered("one", "a name", "a number", "a name", "two"));
  assert.equal(call.closed.code, 1000);
});

test("a call of a function is reacted to like words, and a caller who has what they wanted hangs up", () => {
  const reactions = [{ when: { called: "lookup" }, text: "thanks", times: 1 }];
  const call = conversation({ turns, reactions, endedBy: { heard: "bye" } }, ["[lookup] Found it.", "Bye.", "too many"]);
  assert.deepEqual(wordsOf(call), answered("one", "thanks"));
});

test("no call has more turns than it may, and none that was not begun is owed", () => {
  const call = conversation(
    { turns, reactions: [when("more", "more", 100)], mostTurns: 4 },
    Array.from({ length: 9 }, () => "More?"),
  );
  assert.deepEqual(wordsOf(call), answered("one", "more", "more", "more"));
});

test("a session that breaks between turns costs the reaction that it kept from beginning", () => {
  const call = conversation({ turns, reactions: [when("name", "a name")] }, ["Your name?"]);
  call.drop({});
  assert.deepEqual(wordsOf(call), ["0 one answered", "1 a name failed"]);
});
