import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeALaw, encodeMuLaw } from "../audio/g711.ts";
import { stream } from "../core/random.ts";
import type { VadEvent } from "./vad.ts";
import { createVad } from "./vad.ts";

const settings = { threshold: 0.5, prefixMs: 300, silenceMs: 500 };

/** A 400 Hz tone between the instants, ms, over noise; both as peak amplitudes of full scale 1. */
function sound(lengthMs: number, bursts: readonly (readonly [number, number])[], rateHz: number, tone = 0.2, noise = 0): Int16Array {
  const random = stream(1, "noise");
  return Int16Array.from({ length: (lengthMs * rateHz) / 1_000 }, (_, index) => {
    const ms = (index * 1_000) / rateHz;
    const voiced = bursts.some(([from, to]) => ms >= from && ms < to) ? tone * Math.sin((index / rateHz) * 2 * Math.PI * 400 + 1) : 0;
    return Math.round(32_767 * (voiced + noise * (2 * random.uniform() - 1)));
  });
}

const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.buffer);

function hear(bytes: Uint8Array, pieceBytes: number, vad = createVad("pcm24k"), with_ = settings): VadEvent[] {
  const events: VadEvent[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) vad.hear(bytes.subarray(at, at + pieceBytes), with_, (event) => events.push(event));
  return events;
}

const table: readonly (readonly [string, readonly (readonly [number, number])[], readonly VadEvent[]])[] = [
  [
    "a burst is found at its edges, prefix and silence included",
    [[1_000, 1_800]],
    [
      { type: "started", startMs: 700 },
      { type: "stopped", speechEndMs: 1_800, endMs: 2_300 },
    ],
  ],
  ["a click of 20 ms is not speech", [[1_000, 1_020]], []],
  [
    "a pause shorter than the silence does not end a turn",
    [
      [500, 900],
      [1_300, 1_700],
    ],
    [
      { type: "started", startMs: 200 },
      { type: "stopped", speechEndMs: 1_700, endMs: 2_200 },
    ],
  ],
  [
    "the prefix does not reach before the audio began",
    [[100, 600]],
    [
      { type: "started", startMs: 0 },
      { type: "stopped", speechEndMs: 600, endMs: 1_100 },
    ],
  ],
  [
    "nor into the turn before",
    [
      [500, 900],
      [1_500, 2_000],
    ],
    [
      { type: "started", startMs: 200 },
      { type: "stopped", speechEndMs: 900, endMs: 1_400 },
      { type: "started", startMs: 1_400 },
      { type: "stopped", speechEndMs: 2_000, endMs: 2_500 },
    ],
  ],
];

for (const [name, bursts, expected] of table) test(name, () => assert.deepEqual(hear(bytesOf(sound(3_000, bursts, 24_000)), 960), expected));

test("speech is found alike in linear, mu-law and A-law audio", () => {
  const samples = sound(3_000, [[1_000, 1_800]], 8_000);
  const expected = [
    { type: "started", startMs: 700 },
    { type: "stopped", speechEndMs: 1_800, endMs: 2_300 },
  ];
  assert.deepEqual(hear(Uint8Array.from(samples, encodeMuLaw), 160, createVad("pcmu")), expected);
  assert.deepEqual(hear(Uint8Array.from(samples, encodeALaw), 160, createVad("pcma")), expected);
});

test("where the frames are cut, even inside a sample, changes nothing", () => {
  const bytes = bytesOf(sound(1_800, [[400, 1_000]], 24_000));
  const expected = hear(bytes, bytes.length);
  assert.equal(expected.length, 2);
  fc.assert(
    fc.property(fc.integer({ min: 37, max: 5_000 }), (piece) => assert.deepEqual(hear(bytes, piece), expected)),
    { numRuns: 30 },
  );
});

test("steady noise is learnt: it is not speech, and speech above it still is", () => {
  const bytes = bytesOf(sound(6_000, [[4_000, 4_800]], 24_000, 0.3, 0.004));
  const events = hear(bytes, 960);
  assert.equal(events.length, 2);
  const [started, stopped] = events as [VadEvent & { type: "started" }, VadEvent & { type: "stopped" }];
  assert.equal(started.startMs, 3_700);
  assert.equal(stopped.speechEndMs, 4_800);
});

test("a higher threshold wants louder speech", () => {
  const quiet = bytesOf(sound(2_000, [[500, 1_000]], 24_000, 0.01));
  assert.equal(hear(quiet, 960, createVad("pcm24k"), { ...settings, threshold: 0.5 }).length, 2);
  assert.equal(hear(quiet, 960, createVad("pcm24k"), { ...settings, threshold: 0.9 }).length, 0);
});

test("a restart forgets the speech in progress and counts on from where it was told", () => {
  const vad = createVad("pcm24k");
  assert.equal(hear(bytesOf(sound(600, [[300, 600]], 24_000)), 960, vad).length, 1);
  vad.restart(600);
  assert.deepEqual(hear(bytesOf(sound(1_500, [[200, 500]], 24_000)), 960, vad), [
    { type: "started", startMs: 600 },
    { type: "stopped", speechEndMs: 1_100, endMs: 1_600 },
  ]);
});
