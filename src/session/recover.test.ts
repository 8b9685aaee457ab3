// Turns whose connection is lost in them, against a server that the test plays itself on the virtual clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCall } from "../testing/fake-call.ts";
import { at, created, done, READY_US, TURN_US } from "../testing/known-turn.ts";
import { answer, calling, clipFrames, items, one, reset, sentOn, stand } from "../testing/lost-call.ts";
import { scenarioWith } from "../testing/scenario.ts";
import { foldTrace, type TraceStep } from "./trace.ts";

test("without reconnect a lost connection fails the call, and nobody dials again", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.clock.advanceTo(at(100));
  call.drop(reset);
  call.clock.advanceTo(at(60_000));
  assert.deepEqual([call.dialledUs.length, call.recoveries.length], [1, 0]);
  assert.deepEqual(
    call.rows.map(({ outcome }) => outcome),
    ["failed", "failed"],
  );
});

test("a reset while the caller speaks: the words go to the new session from the first, what was due at once, and are answered once", () => {
  const call = calling({ backoffMs: 1 });
  call.clock.advanceTo(TURN_US + 400_000);
  call.drop(reset);
  const switchedUs = stand(call);
  assert.ok(switchedUs < TURN_US + 500_000);
  call.clock.advanceTo(at(400));
  assert.deepEqual(
    clipFrames(call, 1),
    Array.from({ length: 50 }, (_, index) => `clip ${index}`),
  );
  const burst = sentOn(call, 1).filter(({ type, atUs }) => type === "input_audio_buffer.append" && atUs <= switchedUs);
  assert.equal(burst.length, Math.floor((switchedUs - TURN_US) / 20_000));
  answer(call, 540, "r1");
  const row = one(call);
  call.clock.advanceTo(at(2_000));
  assert.deepEqual(
    [row.cause, row.recovered, row.turn, row.turnsLost, row.turnsDoubled, row.audioLostUpMs, row.modalityKept, row.contextRestored],
    ["reset", true, 0, 0, 0, 0, true, true],
  );
  assert.equal(row.audioReplayedMs, (switchedUs - TURN_US) / 1_000);
  assert.equal(row.firstAudibleUs, at(540 + 300 + 60) - READY_US);
  assert.ok(row.lostUs <= row.detectedUs && row.detectedUs <= (row.dialledUs ?? 0) && (row.sessionUs ?? 0) <= (row.contextUs ?? 0));
});

test("a turn that was committed and not answered is told and asked for, not said again; its wait is the caller's whole wait", () => {
  const call = calling();
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(541), created("r0"));
  call.clock.advanceTo(at(700));
  call.drop(reset);
  stand(call);
  assert.deepEqual(items(call, 1), [["user", "Hello, is it me?"]]);
  assert.equal(sentOn(call, 1).filter(({ type }) => type === "response.create").length, 1);
  assert.deepEqual(clipFrames(call, 1), []);
  call.say(at(2_000), created("r1"));
  call.speak(at(3_000), { responseId: "r1", silenceMs: 60, soundMs: 140 });
  call.say(at(3_010), done("r1"));
  call.clock.advanceTo(at(5_000));
  const [row] = call.rows;
  assert.equal(((row?.firstAudibleUs ?? 0) - (row?.speechEndUs ?? 0)) / 1_000, 3_060);
  assert.deepEqual([row?.outcome, row?.sessionId, row?.responseIds, row?.flags], ["answered", "sess_2", ["r1"], ["recovered"]]);
  assert.equal(one(call).itemsReplayed, 1);
});

test("a reset in the middle of an answer: what came is heard, the next turn is the new session's, which is told of the half", () => {
  const call = calling();
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(541), created("r0"));
  call.say(at(800), { type: "response.output_audio_transcript.delta", response_id: "r0", delta: "It is on" });
  call.speak(at(840), { responseId: "r0", silenceMs: 60, soundMs: 400 });
  call.clock.advanceTo(at(900));
  call.drop(reset);
  stand(call);
  assert.deepEqual(items(call, 1), [
    ["user", "Hello, is it me?"],
    ["assistant", "It is on"],
  ]);
  call.clock.advanceTo(at(3_000));
  const [row] = call.rows;
  assert.deepEqual([row?.outcome, row?.sessionId, row?.flags], ["answered", "sess_1", ["recovered"]]);
  assert.equal(clipFrames(call, 1).length, 50);
  const [kept] = call.recoveries;
  assert.equal(kept, undefined, "nothing was heard of the new session yet");
  call.running.cut("the test is over");
  assert.deepEqual([one(call).recovered, one(call).audioLostDownMs, one(call).turnsLost], [true, undefined, 0]);
});

test("the first turn's words are told to the session that takes over in the second", () => {
  const call = calling({}, { session: { documents: [{ text: "The code word is heron." }] } } as never, { documents: ["The code word is heron."] });
  call.say(call.clock.nowUs(), { type: "conversation.item.added", item: { id: "doc" } });
  const firstTurn = call.clock.nowUs();
  assert.equal(firstTurn, READY_US);
  answer(call, 540, "r1");
  call.clock.advanceTo(at(1_600));
  call.drop({ code: 1001, reason: "Your session hit the maximum duration of 60 minutes." });
  stand(call);
  assert.deepEqual(items(call, 1).slice(0, 3), [
    ["user", "The code word is heron."],
    ["user", "Hello, is it me?"],
    ["assistant", "Answer r1."],
  ]);
  call.clock.advanceTo(at(4_000));
  assert.equal(clipFrames(call, 1).length, 50);
});

test("the server's own word for the end of a session is the cause", () => {
  const call = calling();
  call.say(at(100), { type: "error", error: { type: "invalid_request_error", code: "session_expired", message: "over" } });
  call.drop({ code: 1001, reason: "over" });
  stand(call);
  answer(call, 900, "r1");
  assert.deepEqual([one(call).cause, one(call).failureClass, one(call).recovered], ["expired", "expired", true]);
});

test("a half-open connection is found within 25 s by a ping without a pong, and any byte is a sign of life", () => {
  const call = calling({ silenceMs: 0 }, { caller: { patienceMs: 60_000 } } as never);
  call.clock.advanceTo(READY_US + 15_000_000);
  call.pong();
  const lastByteUs = call.clock.nowUs();
  stand(call);
  assert.ok(call.clock.nowUs() <= lastByteUs + 25_000_000 + 600_000);
  assert.deepEqual(
    call.pings.map((us) => us - READY_US),
    [15_000_000, 30_000_000],
  );
  call.clock.advanceTo(call.clock.nowUs() + 500_000);
  call.running.cut("over");
  const row = one(call);
  assert.deepEqual([row.cause, row.failureClass, row.lostUs, row.detectedUs], ["half_open", "timeout", 15_000_000, 40_000_000]);
});

test("no event where an answer is due is silence; a function that takes its time is not", () => {
  const quiet = calling({}, { caller: { patienceMs: 20_000 } } as never);
  quiet.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  quiet.clock.advanceTo(at(8_539));
  assert.equal(quiet.closed.code, undefined);
  quiet.clock.advanceTo(at(8_541));
  assert.equal(quiet.closed.code, 1006);
  stand(quiet);
  answer(quiet, 12_000, "r1");
  assert.deepEqual([one(quiet).cause, one(quiet).detectedUs], ["silent", at(8_540) - READY_US]);

  const answers = { value: { status: "shipped" }, delayMs: 12_000, errorRate: 0 };
  const tools = [{ name: "look_up", parameters: {}, answers }];
  const busy = calling({}, { session: { tools }, caller: { patienceMs: 60_000 } } as never);
  busy.say(at(540), created("r0"));
  busy.say(at(600), { type: "response.function_call_arguments.done", response_id: "r0", call_id: "c1", name: "look_up", arguments: "{}" });
  busy.say(at(610), done("r0"));
  for (const ms of [15_000, 30_000]) {
    if (ms * 1_000 > busy.clock.nowUs() - READY_US) busy.clock.advanceTo(READY_US + ms * 1_000 + 1);
    busy.pong();
    if (ms === 15_000) assert.equal(busy.dialledUs.length, 1, "the function had not answered yet");
  }
});

test("a function call in progress is told with its answer, which is asked on once", () => {
  const answers = { value: { status: "shipped" }, delayMs: 2_000, errorRate: 0 };
  const call = calling({}, { session: { tools: [{ name: "look_up", parameters: {}, answers }] } } as never);
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(545), created("r0"));
  call.say(at(600), { type: "response.function_call_arguments.done", response_id: "r0", call_id: "c1", name: "look_up", arguments: "{}" });
  call.say(at(610), done("r0"));
  call.clock.advanceTo(at(700));
  call.drop(reset);
  stand(call);
  call.clock.advanceTo(at(4_000));
  assert.deepEqual(items(call, 1), [
    ["user", "Hello, is it me?"],
    ["function_call", ""],
    ["function_call_output", '{"status":"shipped"}'],
  ]);
  assert.equal(sentOn(call, 1).filter(({ type }) => type === "response.create").length, 1);
  assert.equal(call.sent.filter(({ type, line }) => type === "response.create" && line === 0).length, 0);
});

test("a written turn is written again; with push to talk the words come with one commit and one wish", () => {
  const written = calling({}, { caller: { turns: [{ text: "Where is it?" }] } } as never);
  written.clock.advanceTo(TURN_US + 100_000);
  written.drop(reset);
  stand(written);
  assert.deepEqual(items(written, 1), [["user", "Where is it?"]]);
  assert.equal(sentOn(written, 1).filter(({ type }) => type === "response.create").length, 1);

  const pushed = calling({}, { session: { turnDetection: { type: "manual" } } } as never);
  pushed.clock.advanceTo(TURN_US + 400_000);
  pushed.drop(reset);
  stand(pushed);
  pushed.clock.advanceTo(at(1_000));
  const counts = ["input_audio_buffer.append", "input_audio_buffer.commit", "response.create"].map(
    (name) => sentOn(pushed, 1).filter(({ type }) => type === name).length,
  );
  assert.deepEqual(counts, [46, 1, 1]);
});

test("drop gives the turn up and goes on with the next; repeat says the words anew", () => {
  const dropped = calling({ lostTurn: "drop" });
  dropped.clock.advanceTo(at(100));
  dropped.drop(reset);
  stand(dropped);
  dropped.clock.advanceTo(at(4_000));
  assert.deepEqual([dropped.rows[0]?.outcome, dropped.rows[0]?.flags], ["failed", ["recovered"]]);
  assert.equal(clipFrames(dropped, 1).length, 50);
  dropped.running.cut("over");
  assert.equal(one(dropped).turnsLost, 1);

  const repeated = calling({ lostTurn: "repeat" });
  repeated.clock.advanceTo(at(100));
  repeated.drop(reset);
  const switchedUs = stand(repeated);
  repeated.clock.advanceTo(switchedUs + 1_500_000);
  assert.equal(clipFrames(repeated, 1).length, 50);
  const first = sentOn(repeated, 1).find(({ event }) => event["audio"] === "clip 0");
  assert.ok(first && first.atUs > switchedUs);
});

test("audio that is older than what is kept is lost, and said to be", () => {
  const call = calling({ keepAudioMs: 200, backoffMs: 1 });
  call.clock.advanceTo(TURN_US + 600_000);
  call.drop(reset);
  stand(call);
  call.clock.advanceTo(at(300));
  assert.equal(clipFrames(call, 1)[0], "clip 21");
  call.running.cut("over");
  assert.ok(one(call).audioLostUpMs >= 300 && one(call).audioLostUpMs <= 320);
});

test("rows made again from a kept trace are the rows that were recorded, losses and all", () => {
  const steps: TraceStep[] = [];
  const call = calling({}, {}, { onTrace: (step) => steps.push(step) });
  call.clock.advanceTo(at(100));
  call.drop(reset);
  stand(call);
  answer(call, 1_500, "r1");
  call.clock.advanceTo(at(5_000));
  call.running.cut("over");
  const head = { v: 1, run: "test", runStartUs: READY_US, plannedUs: READY_US, call: call.call } as const;
  assert.deepEqual(JSON.parse(JSON.stringify(foldTrace(head, steps).rows)), JSON.parse(JSON.stringify(call.rows)));
});
