// A turn's recording against what the row of the same turn says: where it is heard is where it was measured to be.

import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeMuLaw } from "../audio/g711.ts";
import { appendMessage, cutFrames, silentFrame } from "../audio/frame.ts";
import type { AudioFormat } from "../audio/format.ts";
import { toInt16 } from "../audio/pcm.ts";
import { decodeWav } from "../audio/wav.ts";
import { limits } from "../core/limits.ts";
import { orThrow } from "../core/issues.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, READY_US, TURN_US } from "../testing/known-turn.ts";
import { answer, reconnecting, reset, stand } from "../testing/lost-call.ts";
import { scenarioWith } from "../testing/scenario.ts";
import { readyMessage } from "../transport/ready-message.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { createCallSound, createSoundRoom } from "./call-sound.ts";
import type { SpokenFrames } from "./speak.ts";

const VOICE = 0x3000;
/** fake-call.ts speaks in this sample. */
const ANSWER = 0x4040;

/** The clip of the tests: a second, voiced from 100 to 905 ms. */
function framesOf(format: AudioFormat, frameMs = 20): SpokenFrames {
  const rateHz = format === "pcm24k" ? 24_000 : 8_000;
  const samples = Int16Array.from({ length: rateHz }, (_, index) => (index >= 0.1 * rateHz && index < 0.905 * rateHz ? VOICE : 0));
  const wire = format === "pcm24k" ? Buffer.from(samples.buffer) : Buffer.from(samples.map((sample) => encodeMuLaw(sample)));
  const ready = (message: Buffer) => readyMessage(message, "random");
  return {
    messages: cutFrames(wire, format, frameMs)
      .map((frame) => appendMessage(frame))
      .map(ready),
    silence: ready(silentFrame(format, frameMs)),
  };
}

interface Heard {
  readonly row: TurnRow;
  readonly rateHz: number;
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** The recordings of a call's turns; undefined where one was not kept. */
function recordingsOf(scenario: Parameters<typeof scenarioWith>[0], play: (call: FakeCall) => void, roomBytes = 1e9): (Heard | undefined)[] {
  const { session } = scenarioWith(scenario);
  const { inputFormat, outputFormat, frameMs } = session;
  const room = createSoundRoom(roomBytes);
  const sound = createCallSound({ runStartUs: READY_US, frameUs: frameMs * 1_000, inputFormat, outputFormat, room });
  const heard: (Heard | undefined)[] = [];
  const onRow = (row: TurnRow): void => {
    const wav = sound.wavOf(row, call.clock.nowUs());
    sound.forget(row.turn, call.clock.nowUs());
    const read = wav && orThrow(decodeWav(wav, "turn.wav"));
    const [left = new Int16Array(), right = new Int16Array()] = read?.channels.map(toInt16) ?? [];
    heard.push(read && { row, rateHz: read.sampleRateHz, left, right });
  };
  const call = fakeCall(scenarioWith(scenario), { sound, onRow, frames: () => framesOf(inputFormat, frameMs) });
  play(call);
  call.clock.advanceTo(at(60_000));
  sound.close();
  assert.ok(room.take(roomBytes), "all that was held was given back");
  return heard;
}

const isHeard = (sample: number): boolean => Math.abs(sample) > 0x800;
/** Where the channel is heard, ms: the first and just behind the last audible sample of each stretch. */
function stretchesMs(samples: Int16Array, rateHz: number): number[] {
  const edges: number[] = [];
  for (let index = 0; index <= samples.length; index++) {
    if (isHeard(samples[index] ?? 0) !== isHeard(samples[index - 1] ?? 0)) edges.push((index * 1_000) / rateHz);
  }
  return edges;
}

/** Both to within a sample, and the rounding of an instant to a microsecond. */
function assertMs(found: readonly number[], expected: readonly number[], rateHz: number): void {
  const isNear = found.length === expected.length && found.every((ms, index) => Math.abs(ms - (expected[index] as number)) <= 1_000 / rateHz + 0.002);
  assert.ok(isNear, `heard at ${found.join(" ")}, expected ${expected.join(" ")}`);
}

const since = (row: TurnRow, us: number | undefined): number => ((us ?? NaN) - (row.startedUs ?? NaN)) / 1_000;
const kept = (heard: readonly (Heard | undefined)[], turn: number): Heard =>
  heard.find((one) => one?.row.turn === turn) ?? assert.fail(`turn ${turn} has no recording`);
const once = { caller: { turns: [{ say: "hello" }] } as never };

test("both sides lie where the row says: the end of speech, the first audible sample, the stall, the end", () => {
  const [heard] = recordingsOf(once, (call) => {
    call.ready();
    call.say(at(545), created("r"));
    call.speak(at(840.013), { responseId: "r", silenceMs: 60, soundMs: 140 });
    call.speak(at(1_090.5), { responseId: "r", silenceMs: 0, soundMs: 100 });
    call.say(at(1_415), done("r"));
  });
  assert.ok(heard);
  const { row, rateHz, left, right } = heard;
  assertMs(stretchesMs(left, rateHz), [since(row, row.speechStartUs), since(row, row.speechEndUs)], rateHz);
  const firstMs = since(row, row.firstAudibleUs);
  assert.equal(firstMs, 905 + 900.013);
  assertMs(stretchesMs(right, rateHz), [firstMs, firstMs + 140, 905 + 1_090.5, 905 + 1_190.5], rateHz);
  assert.ok(Math.abs((left.length * 1_000) / rateHz - since(row, row.playoutEndUs)) < 1, "it ends with what was played");
  assert.ok(
    left.every((sample) => sample === 0 || sample === VOICE) && right.every((sample) => sample === 0 || sample === ANSWER),
    "samples are as they were sent",
  );
});

test("a turn without an answer is heard until its wait is over, and nobody speaks on the right", () => {
  const [heard] = recordingsOf(once, (call) => call.ready());
  assert.ok(heard);
  const { row, rateHz, left, right } = heard;
  assert.equal(row.outcome, "unanswered");
  assertMs(stretchesMs(left, rateHz), [100, 905], rateHz);
  assert.deepEqual(stretchesMs(right, rateHz), []);
  assert.ok(Math.abs((left.length * 1_000) / rateHz - (905 + 8_000)) < 1);
});

test("an interrupted answer stops where the player stopped, and both turns have both voices", () => {
  const scenario = { caller: { turns: [{ say: "hello", interrupt: { say: "hello", atAnswerMs: 300 } }] } as never };
  const heard = recordingsOf(scenario, (call) => {
    call.ready();
    call.say(at(545), created("r"));
    call.speak(at(840), { responseId: "r", silenceMs: 0, soundMs: 3_000 });
    call.say(at(1_300), { type: "input_audio_buffer.speech_started", item_id: "v", audio_start_ms: 3_000 });
    // What was on its way comes, and is not played.
    call.speak(at(1_310), { responseId: "r", silenceMs: 0, soundMs: 500 });
    call.say(at(1_320), done("r", "cancelled"));
    call.say(at(2_900), created("s"));
    call.speak(at(3_000), { responseId: "s", silenceMs: 0, soundMs: 200 });
    call.say(at(3_100), done("s"));
  });
  const [old, next] = [kept(heard, 0), kept(heard, 1)];
  assertMs(stretchesMs(old.right, old.rateHz), [905 + 840, 905 + 1_300], old.rateHz);
  const offsetMs = since(old.row, next.row.startedUs);
  assertMs(stretchesMs(next.left, next.rateHz), [100, 905], next.rateHz);
  assertMs(stretchesMs(next.right, next.rateHz), [0, since(next.row, next.row.playerStoppedUs), 905 + 3_000 - offsetMs, 905 + 3_200 - offsetMs], next.rateHz);
  assert.equal(stretchesMs(old.left, old.rateHz).length, 4, "the interrupter is heard over the answer");
});

test("telephone formats, push to talk and a server with a rate of its own", () => {
  const phone = { inputFormat: "pcmu", outputFormat: "pcmu" } as const;
  const [silent] = recordingsOf({ ...once, session: phone }, (call) => call.ready());
  assert.ok(silent && silent.rateHz === 8_000);
  assertMs(stretchesMs(silent.left, 8_000), [100, 905], 8_000);

  const manual = { turnDetection: { type: "manual" }, frameMs: 100 } as const;
  const [pushed] = recordingsOf({ ...once, session: manual }, (call) => {
    call.ready();
    call.say(at(545), created("r"));
    // 100 ms at half the rate.
    call.say(at(546), { type: "session.updated", session: { audio: { output: { format: { type: "audio/pcm", rate: 12_000 } } } } });
    call.speak(at(840), { responseId: "r", silenceMs: 0, soundMs: 50 });
    call.say(at(1_415), done("r"));
  });
  assert.ok(pushed && pushed.rateHz === 24_000);
  assert.equal(since(pushed.row, pushed.row.firstAudibleUs), 905 + 840);
  assertMs(stretchesMs(pushed.right, 24_000), [905 + 840, 905 + 940], 24_000);
});

test("a session that was lost and found: words that were begun anew are heard where they were, with the answer to them", () => {
  const scenario = reconnecting({ backoffMs: 1, lostTurn: "repeat" }, once);
  const [heard] = recordingsOf(scenario, (call) => {
    call.ready();
    call.clock.advanceTo(TURN_US + 400_000);
    call.drop(reset);
    stand(call);
    answer(call, 2_000, "r1");
  });
  assert.ok(heard);
  const { row, rateHz, left, right } = heard;
  assert.ok((row.startedUs ?? 0) + READY_US > TURN_US + 400_000, "it was begun anew");
  assertMs(stretchesMs(left, rateHz), [100, 905], rateHz);
  const firstMs = since(row, row.firstAudibleUs);
  assertMs(stretchesMs(right, rateHz), [firstMs, firstMs + 140], rateHz);
});

test("a call that is cut is heard until then", () => {
  const [heard] = recordingsOf(once, (call) => {
    call.ready();
    call.clock.advanceTo(TURN_US + 400_000);
    call.running.cut("SIGINT, twice");
  });
  assert.ok(heard);
  assertMs(stretchesMs(heard.left, heard.rateHz), [100, 400], heard.rateHz);
});

test("a turn whose sound did not fit is not kept in part, the next one is", () => {
  const play = (call: FakeCall): void => {
    call.ready();
    call.say(at(545), created("r"));
    call.speak(at(840), { responseId: "r", silenceMs: 0, soundMs: 3_000 });
    call.say(at(1_415), done("r"));
    call.say(at(3_840 + 500 + 905 + 600), created("s"));
    call.speak(at(3_840 + 500 + 905 + 700), { responseId: "s", silenceMs: 0, soundMs: 300 });
    call.say(at(3_840 + 500 + 905 + 800), done("s"));
  };
  const two = { caller: { turns: [{ say: "hello" }, { say: "hello" }] } as never };
  assert.equal(recordingsOf(two, play).filter((heard) => heard).length, 2);
  const [first, second] = recordingsOf(two, play, 3_000 * 48 - 1);
  assert.equal(first, undefined);
  assert.equal(second?.row.outcome, "answered");
});

test("an endless answer fills no memory", () => {
  const [heard] = recordingsOf(once, (call) => {
    call.ready();
    call.say(at(545), created("r"));
    for (let piece = 0; piece < 100; piece++) call.speak(at(840 + piece), { responseId: "r", silenceMs: 0, soundMs: 1_000 });
    call.say(at(1_415), done("r"));
  });
  assert.ok(limits.keptSoundOfCallBytes < 100_000 * 48);
  assert.equal(heard, undefined);
});
