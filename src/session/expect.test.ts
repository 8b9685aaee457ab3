// Whether a turn was right, against a server that the test plays itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Expectation } from "../scenario/expectations.ts";
import type { Scenario, Tool } from "../scenario/scenario.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, expectValues } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";
import { foldTrace, type TraceStep } from "./trace.ts";

const lookUp: Tool = { name: "look_up", parameters: { type: "object" }, answers: { value: "yes", delayMs: 100, errorRate: 0 } };

const expecting = (expect: Expectation, tools: readonly Tool[] = [lookUp]): Scenario =>
  scenarioWith({ session: { tools, transcription: { model: "m" } }, caller: { turns: [{ say: "hello", expect }] } });

const heard = (call: FakeCall, itemId: string, ms: number, transcript: string): void => {
  call.say(at(ms), { type: "input_audio_buffer.committed", item_id: itemId });
  call.say(at(ms + 1), { type: "conversation.item.input_audio_transcription.completed", item_id: itemId, transcript });
};
const called = (call: FakeCall, ms: number, callId: string, given: string): void =>
  call.say(at(ms), { type: "response.function_call_arguments.done", response_id: "r1", call_id: callId, name: "look_up", arguments: given });
function answered(call: FakeCall, ms: number, responseId: string, transcript: string): void {
  call.say(at(ms), created(responseId));
  call.speak(at(ms + 100), { responseId, silenceMs: 0, soundMs: 300 });
  call.say(at(ms + 110), { type: "response.output_audio_transcript.done", response_id: responseId, transcript });
  call.say(at(ms + 120), done(responseId));
}

const all: Expectation = {
  transcript: { wer: 0.25 },
  tool: { name: "look_up", arguments: { id: "A1" } },
  answer: { contains: "shipped" },
  answeredWithinMs: 2_000,
};

/** A turn with everything: two pieces of speech, a call, and the answer to its output. */
function play(expect: Expectation, given = '{"id":"A1"}', transcript = "It has shipped."): FakeCall {
  const call = fakeCall(expecting(expect));
  call.ready();
  heard(call, "u1", 10, "Hello,");
  heard(call, "u2", 400, "is it he?");
  call.say(at(541), created("r1"));
  called(call, 800, "c1", given);
  call.say(at(820), done("r1"));
  call.clock.advanceTo(at(950));
  answered(call, 1_000, "r2", transcript);
  call.clock.advanceTo(at(9_000));
  return call;
}

test("a turn that came to all that was expected is right; its transcript's errors are counted over all pieces of its speech", () => {
  const [row] = play(all).rows;
  assert.deepEqual(
    row?.expectations?.map(({ what, met }) => [what, met]),
    [
      ["transcript", true],
      ["tool", true],
      ["answer", true],
      ["answeredWithinMs", true],
    ],
  );
  assert.equal(row?.transcripts?.caller, "Hello, is it he?");
  expectValues(row, { accuracy: 1, tool_correct: 1, wer: 1 / 4, cer: 1 / 11 });
});

test("one thing that is wrong makes the turn wrong, and the function only if it is the function", () => {
  expectValues(play(all, '{"id":"A2"}').rows[0], { accuracy: 0, tool_correct: 0 });
  expectValues(play(all, undefined, "It is lost.").rows[0], { accuracy: 0, tool_correct: 1 });
  expectValues(play({ ...all, answeredWithinMs: 1_000 }).rows[0], { accuracy: 0, tool_correct: 1 });
  expectValues(play({ answer: { contains: "shipped" } }).rows[0], { accuracy: 1, tool_correct: undefined });
});

test("what the model says before a function that is never answered is no answer, and the turn is unanswered and wrong", () => {
  const never: Tool = { ...lookUp, answers: { ...lookUp.answers, timeoutRate: 1 } };
  const call = fakeCall(expecting({ answer: { contains: "moment" }, tool: { name: "look_up" } }, [never]));
  call.ready();
  call.say(at(541), created("r1"));
  call.say(at(600), { type: "response.output_audio_transcript.done", response_id: "r1", transcript: "One moment." });
  called(call, 800, "c1", "{}");
  call.say(at(820), done("r1"));
  call.clock.advanceTo(at(20_000));
  const [row] = call.rows;
  assert.equal(row?.outcome, "unanswered");
  expectValues(row, { accuracy: 0, tool_correct: 1, wer: undefined, tool_round_trip: undefined });
  assert.deepEqual(
    call.toolCalls.map(({ result, delayMs, output }) => [result, delayMs, output]),
    [["timeout", undefined, undefined]],
  );
  assert.equal(
    call.sent.some(({ type }) => type === "conversation.item.create" || type === "response.create"),
    false,
  );
});

test("of calls made at once only the one that is never answered keeps the model waiting; the others get their outputs", () => {
  const tools: readonly Tool[] = [lookUp, { ...lookUp, name: "slow", answers: { ...lookUp.answers, timeoutRate: 1 } }];
  const call = fakeCall(expecting({ tool: [{ name: "slow" }, { name: "look_up" }] }, tools));
  call.ready();
  call.say(at(541), created("r1"));
  called(call, 800, "c1", "{}");
  call.say(at(810), { type: "response.function_call_arguments.done", response_id: "r1", call_id: "c2", name: "slow", arguments: "{}" });
  call.say(at(820), done("r1"));
  call.clock.advanceTo(at(20_000));
  assert.deepEqual(
    call.sent.filter(({ type }) => type === "conversation.item.create").map(({ event, atUs }) => [(event["item"] as { call_id: string }).call_id, atUs]),
    [["c1", at(900)]],
  );
  expectValues(call.rows[0], { tool_correct: 1, answered: 0 });
});

test("turns that a broken session took with it came to nothing; one that earshot cut is not judged", () => {
  const scenario = scenarioWith({ caller: { turns: Array.from({ length: 3 }, () => ({ say: "hello", expect: { answer: { contains: "a" } } })) } });
  const broken = fakeCall(scenario);
  broken.ready();
  broken.clock.advanceTo(at(100));
  broken.drop({ code: 1006 });
  assert.deepEqual(
    broken.rows.map(({ outcome, expectations }) => [outcome, expectations?.map(({ met }) => met)]),
    Array.from({ length: 3 }, () => ["failed", [false]]),
  );
  const cut = fakeCall(scenario);
  cut.ready();
  cut.clock.advanceTo(at(100));
  cut.running.cut("stopped");
  assert.deepEqual(
    cut.rows.map(({ outcome, expectations }) => [outcome, expectations]),
    [
      ["interrupted", undefined],
      ["dropped", undefined],
      ["dropped", undefined],
    ],
  );
});

const templates: readonly (readonly [template: unknown, given: string, output: string, result: string])[] = [
  ["order {{arguments.id}} of {{ arguments.deep.a }}", '{"id":"A1","deep":{"a":[2]}}', "order A1 of [2]", "value"],
  [
    { id: "{{arguments.id}}", count: "{{arguments.count}}", list: ["{{arguments.id}}!"], none: null },
    '{"id":"A1","count":2}',
    '{"id":"A1","count":2,"list":["A1!"],"none":null}',
    "value",
  ],
  [{ id: "{{arguments.id}}", text: "of {{arguments.id}}" }, "{}", '{"id":null,"text":"of "}', "value"],
  ["{{arguments.id}}", "{not json", '{"error":"the arguments are not valid JSON"}', "error"],
];
for (const [template, given, output, result] of templates) {
  test(`the template ${JSON.stringify(template)} with ${given} gives back ${output}`, () => {
    const call = fakeCall(expecting({ answeredWithinMs: 1 }, [{ ...lookUp, answers: { template, delayMs: 0, errorRate: 0 } }]));
    call.ready();
    call.say(at(541), created("r1"));
    called(call, 800, "c1", given);
    call.clock.advanceTo(at(20_000));
    assert.deepEqual(
      call.toolCalls.map((row) => [row.output, row.result]),
      [[output, result]],
    );
  });
}

test("a call's raw inputs make the same judgements again", () => {
  const steps: TraceStep[] = [];
  const call = fakeCall(expecting(all), { onTrace: (step) => steps.push(step) });
  call.ready();
  heard(call, "u1", 10, "Hello, is it me?");
  answered(call, 600, "r1", "It has shipped.");
  call.clock.advanceTo(at(9_000));
  const head = { v: 1, run: "test", runStartUs: 1_000_000, plannedUs: 1_000_000, call: call.call } as const;
  assert.deepEqual(foldTrace(head, structuredClone(steps)).rows, call.rows);
  expectValues(call.rows[0], { accuracy: 0, tool_correct: 0, wer: 0, cer: 0 });
});
