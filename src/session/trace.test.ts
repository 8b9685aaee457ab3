import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { scenarioWith } from "../testing/scenario.ts";
import { foldTrace, readTrace, traceText, type TraceStep } from "./trace.ts";

const RUN_START_US = 1_000_000;
const lookUp = { name: "look_up", parameters: { type: "object" }, answers: { value: "yes", delayMs: { uniform: [100, 300] }, errorRate: 0.5 } };
const done = (id: string): Readonly<Record<string, unknown>> => ({
  type: "response.done",
  response: { id, usage: { output_token_details: { audio_tokens: 7 } } },
});

/** The call's rows as they were recorded, and as its trace, read back from text, makes them. */
function bothWays(play: (call: FakeCall) => void): void {
  const steps: TraceStep[] = [];
  const turns = [{ say: "hello", interrupt: { say: "hello", atAnswerMs: 300 } }, { say: "hello" }, { say: "hello" }];
  const call = fakeCall(scenarioWith({ caller: { turns } as never, session: { tools: [lookUp] } as never }), { onTrace: (step) => steps.push(step) });
  play(call);
  const read = readTrace(traceText({ v: 1, run: "test", runStartUs: RUN_START_US, plannedUs: RUN_START_US, call: call.call }, steps));
  assert.ok(read);
  const folded = foldTrace(read.head, read.steps);
  assert.ok(call.rows.length > 0);
  assert.deepEqual(folded.rows, call.rows);
  assert.deepEqual(folded.toolCalls, call.toolCalls);
}

const END_US = RUN_START_US + 500_000 + 905_000;

function wholeCall(call: FakeCall): void {
  call.ready();
  call.say(END_US + 500_000, { type: "response.created", response: { id: "r1" } });
  call.speak(END_US + 700_000, { responseId: "r1", silenceMs: 20, soundMs: 80 });
  call.say(END_US + 800_000, { type: "response.function_call_arguments.done", response_id: "r1", call_id: "c1", name: "look_up", arguments: "{}" });
  call.say(END_US + 810_000, done("r1"));
  call.clock.advanceTo(END_US + 1_200_000);
  call.say(END_US + 1_300_000, { type: "response.created", response: { id: "r2" } });
  call.speak(END_US + 1_500_000, { responseId: "r2", silenceMs: 33, soundMs: 1_967 });
  call.say(END_US + 2_200_000, { type: "input_audio_buffer.speech_started", item_id: "v", audio_start_ms: 3_000 });
  call.say(END_US + 2_250_000, { type: "conversation.item.truncated", item_id: "item_r2", audio_end_ms: 699 });
  call.say(END_US + 2_260_000, done("r2"));
  call.say(END_US + 3_300_000, { type: "response.created", response: { id: "r3" } });
  call.speak(END_US + 3_500_000, { responseId: "r3", silenceMs: 0, soundMs: 500 });
  call.say(END_US + 3_600_000, done("r3"));
  call.clock.advanceTo(END_US + 5_000_000);
}

test("rows made again from a kept trace are the rows that were recorded: tools, an interruption, a turn without an answer", () => {
  bothWays((call) => {
    wholeCall(call);
    call.clock.advanceTo(END_US + 60_000_000);
    assert.deepEqual(
      call.rows.map((row) => [row.kind, row.outcome]),
      [
        ["tool", "answered"],
        ["plain", "answered"],
        ["plain", "unanswered"],
        ["plain", "unanswered"],
      ],
    );
    assert.ok(call.rows[1]?.truncateSentMs !== undefined);
  });
});

test("the same for calls that broke, were cut, or were never answered by anybody", () => {
  bothWays((call) => {
    wholeCall(call);
    call.drop({ code: 1006, failure: { phase: "open", class: "network", message: "the connection broke" } });
  });
  bothWays((call) => {
    wholeCall(call);
    call.running.cut("SIGINT, twice");
  });
  bothWays((call) => {
    call.open();
    call.clock.advanceTo(END_US + 60_000_000);
  });
});

test("a torn trace is no trace", () => {
  assert.equal(readTrace('{"v":1,"run":"r"}\n{"type":"ev'), undefined);
  assert.equal(readTrace('{"v":99}\n'), undefined);
});
