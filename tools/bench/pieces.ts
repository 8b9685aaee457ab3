// The hot pieces, each beside a yardstick that does the same work the plain way: a time belongs to one machine at one
// moment, a ratio within one run does not.

import { Deadlines } from "../../src/core/deadlines.ts";
import { createRecorder } from "../../src/metrics/histogram.ts";
import { planOf } from "../../src/plan/plan.ts";
import { audioByteLength, readServerMessage } from "../../src/protocol/codec.ts";
import { createReceiver } from "../../src/session/received.ts";
import type { Input, SessionState } from "../../src/session/state.ts";
import { beginSession, step } from "../../src/session/step.ts";
import { callOf, clips, scenarioWith } from "../../src/testing/scenario.ts";

const receive = createReceiver("pcm24k");

export interface Way {
  readonly how: string;
  readonly run: () => unknown;
}

export interface Pair {
  /** Its key in the baseline, too. */
  readonly name: string;
  /** The obvious way to do it, ratio 1. */
  readonly plain: Way;
  readonly ours: Way;
}

const ids = {
  event_id: "event_Cj2vQ3xYbD1fG7hJkLmN4",
  response_id: "resp_Cj2vQ3xYbD1fG7hJkLmN4",
  item_id: "item_Cj2vQ3xYbD1fG7hJkLmN4",
  output_index: 0,
  content_index: 0,
};
const delta = Buffer.from(JSON.stringify({ type: "response.output_audio.delta", ...ids, delta: Buffer.alloc(4_800, 7).toString("base64") }));
const recorder = createRecorder("us");
/** As often as this in one go, where once is too short for the clock to see. */
const FRAMES = 1_000;

function recordPlainly(): number {
  const values: number[] = [];
  for (let index = 0; index < FRAMES; index++) values.push(index);
  return values.length;
}

function recordAll(): number {
  for (let index = 0; index < FRAMES; index++) recorder.record(index);
  return recorder.count;
}

function withHeap(): number {
  const deadlines = new Deadlines();
  for (let index = 0; index < FRAMES; index++) deadlines.add((index * 7_919) % FRAMES, () => undefined);
  return deadlines.fireDue(FRAMES);
}

function withSortedArray(): number {
  const pending: { readonly atUs: number; readonly fire: () => void }[] = [];
  for (let index = 0; index < FRAMES; index++) {
    pending.push({ atUs: (index * 7_919) % FRAMES, fire: () => undefined });
    if (index % 50 === 0) pending.sort((a, b) => a.atUs - b.atUs);
  }
  pending.sort((a, b) => a.atUs - b.atUs).forEach(({ fire }) => fire());
  return pending.length;
}

const CALLERS = 200;
const manyCallers = scenarioWith({ load: { model: "closed", sessions: CALLERS, calls: 1 } });

/** The same callers and turns without a seed, a matrix or blocks. */
function planPlainly(): number {
  const calls = Array.from({ length: CALLERS }, (_, session) => ({
    session,
    framePhaseUs: Math.random() * 20_000,
    turns: manyCallers.caller.turns.map((_, turn) => ({ turn, clip: "hello", thinkUs: 500_000, ...clips.get("hello") })),
  }));
  return calls.sort(() => Math.random() - 0.5).length;
}

/** A session in the middle of an answer, which is where nearly all deltas find it. */
function answeringSession(): SessionState {
  let atUs = 1_000_000;
  let state = beginSession(callOf(scenarioWith()), { plannedUs: atUs });
  const take = (input: Input): void => {
    const stepped = step(state, input);
    state = stepped.state;
    const turn = stepped.commands.find((command) => command.type === "timer" && command.timer === "turn");
    if (turn?.type === "timer") {
      atUs = turn.atUs;
      take({ type: "timer", timer: "turn", atUs });
    }
  };
  take({ type: "opened", atUs });
  take({ type: "event", atUs, name: "session.created", fields: { session: { id: "sess_1" } } });
  take({ type: "event", atUs, name: "session.updated", fields: {} });
  atUs += 2_000_000;
  take({ type: "event", atUs, name: "response.created", fields: { response: { id: ids.response_id } } });
  take(receive({ data: delta, atUs, isBinary: false, openResponse: undefined }));
  if (state.turn?.firstAudibleUs === undefined) throw new Error("the session should hear an answer by now");
  return state;
}

const answering = answeringSession();
const deltaAtUs = (answering.turn?.speechEndUs ?? 0) + 3_000_000;
const heard = { audioUs: 0, lastUs: 0 };

function stepPlainly(): number {
  const event = JSON.parse(delta.toString()) as { delta: string };
  heard.audioUs += Buffer.from(event.delta, "base64").length / 0.048;
  heard.lastUs = deltaAtUs;
  return heard.audioUs;
}

export const pairs: readonly Pair[] = [
  {
    name: "read an audio delta",
    plain: { how: "JSON.parse and decode", run: () => Buffer.from((JSON.parse(delta.toString()) as { delta: string }).delta, "base64").length },
    ours: {
      how: "scan for its place and length",
      run: () => {
        const received = readServerMessage(delta);
        return received.kind === "audio" ? audioByteLength(received) : 0;
      },
    },
  },
  {
    name: "step over a delta",
    plain: { how: "JSON.parse, decode, add to an object", run: stepPlainly },
    ours: { how: "read, then a pure step", run: () => step(answering, receive({ data: delta, atUs: deltaAtUs, isBinary: false, openResponse: undefined })) },
  },
  {
    name: "record 1,000 latenesses",
    plain: { how: "push to an array", run: recordPlainly },
    ours: { how: "HDR histogram, guarded", run: recordAll },
  },
  { name: "1,000 deadlines", plain: { how: "an array, sorted now and then", run: withSortedArray }, ours: { how: "a binary heap", run: withHeap } },
  {
    name: `plan ${CALLERS} callers`,
    plain: { how: "objects and Math.random", run: planPlainly },
    ours: { how: "seeded, cells in blocks", run: () => planOf(manyCallers, clips).turnsPlanned },
  },
];
