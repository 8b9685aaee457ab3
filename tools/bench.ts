// What the hot pieces cost, as ratios to a yardstick of the same run: a number of one machine at one moment says nothing,
// a ratio does. Each pair does the same work, the plain way and ours.

import { Bench } from "tinybench";
import { appendMessage } from "../src/audio/frame.ts";
import { createDeadlines } from "../src/core/deadlines.ts";
import { createRecorder } from "../src/metrics/histogram.ts";
import { audioByteLength, readServerMessage } from "../src/protocol/codec.ts";

interface Pair {
  readonly name: string;
  /** The obvious way to do it, ratio 1. */
  readonly plain: { readonly how: string; readonly run: () => unknown };
  readonly ours: { readonly how: string; readonly run: () => unknown };
}

const frame = Buffer.alloc(960, 7);
const message = appendMessage(frame);
const ids = {
  event_id: "event_Cj2vQ3xYbD1fG7hJkLmN4",
  response_id: "resp_Cj2vQ3xYbD1fG7hJkLmN4",
  item_id: "item_Cj2vQ3xYbD1fG7hJkLmN4",
  output_index: 0,
  content_index: 0,
};
const delta = Buffer.from(JSON.stringify({ type: "response.output_audio.delta", ...ids, delta: Buffer.alloc(4_800, 7).toString("base64") }));
const recorder = createRecorder("us");
const values: number[] = [];
const FRAMES = 1_000;

function withHeap(): number {
  const deadlines = createDeadlines();
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

const pairs: readonly Pair[] = [
  {
    name: "make a frame's message",
    plain: {
      how: "JSON.stringify and base64 for every frame",
      run: () => Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio: frame.toString("base64") })),
    },
    ours: { how: "made once, shared by all callers", run: () => message },
  },
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
    name: "record a lateness",
    plain: { how: "push to an array", run: () => (values.length > 100_000 ? (values.length = 0) : values.push(512)) },
    ours: { how: "HDR histogram, guarded", run: () => recorder.record(512) },
  },
  { name: "1,000 deadlines", plain: { how: "an array, sorted now and then", run: withSortedArray }, ours: { how: "a binary heap", run: withHeap } },
];

const bench = new Bench({ time: 300, warmupTime: 100 });
for (const { name, plain, ours } of pairs) {
  bench.add(`${name}/plain`, plain.run);
  bench.add(`${name}/ours`, ours.run);
}
await bench.run();

const medianNs = (task: string): number => {
  const result = bench.getTask(task)?.result;
  if (!result || !("latency" in result)) throw new Error(`${task} gave no result`);
  return result.latency.p50 * 1e6;
};

console.log(`Node ${process.version}, median time an operation; the ratio is ours to the plain way, in this run\n`);
for (const { name, plain, ours } of pairs) {
  const plainNs = medianNs(`${name}/plain`);
  const oursNs = medianNs(`${name}/ours`);
  console.log(`${name.padEnd(24)} ${(oursNs / plainNs).toFixed(2).padStart(6)}   ${plain.how}: ${plainNs.toFixed(0)} ns; ${ours.how}: ${oursNs.toFixed(0)} ns`);
}
recorder.destroy();
