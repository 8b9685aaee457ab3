import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeALaw, encodeMuLaw } from "../audio/g711.ts";
import { openClipStore } from "../audio/clip-store.ts";
import { bytesToInt16, int16ToBytes } from "../audio/pcm.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { stream } from "../core/random.ts";
import type { Bed } from "../testing/noise-bed.ts";
import { bedOf } from "../testing/noise-bed.ts";
import { toneBetween } from "../testing/conversation-session.ts";
import { sungNote } from "../testing/sung-note.ts";
import type { VadEvent } from "./vad.ts";
import { createVad } from "./vad.ts";

const settings = { threshold: 0.5, prefixMs: 300, silenceMs: 500 };

/** A sung note between the instants, ms, over noise; both as peak amplitudes of full scale 1. */
function sound(lengthMs: number, bursts: readonly (readonly [number, number])[], rateHz: number, note = 0.3, noise = 0): Int16Array {
  const random = stream(1, "noise");
  return Int16Array.from({ length: (lengthMs * rateHz) / 1_000 }, (_, index) => {
    const ms = (index * 1_000) / rateHz;
    const voiced = bursts.some(([from, to]) => ms >= from && ms < to) ? note * sungNote(index / rateHz) : 0;
    return Math.round(32_767 * (voiced + noise * (2 * random.uniform() - 1)));
  });
}

/** The power of full scale, dB of squared 16-bit units. */
const DB_OF_FULL_SCALE = 20 * Math.log10(32_768);

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

/** Speech over a bed that begins with it, so that every part of the detector has something to decide. */
const hardToHear = (): Uint8Array => {
  const clean = sound(
    4_000,
    [
      [400, 1_000],
      [1_250, 1_400],
      [2_600, 3_300],
    ],
    24_000,
  );
  const noise = bedOf("pink", clean.length, DB_OF_FULL_SCALE - 45);
  return bytesOf(clean.map((sample, at) => sample + (at > 9_600 ? (noise[at] as number) : 0)));
};

test("where the frames are cut, even inside a sample, changes nothing", () => {
  const bytes = hardToHear();
  const expected = hear(bytes, bytes.length);
  assert.equal(expected.length, 4);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 9_999 })), { minLength: 1, maxLength: 40 }), (pieces) => {
      const vad = createVad("pcm24k");
      const events: VadEvent[] = [];
      for (let at = 0, index = 0; at < bytes.length; index++) {
        const end = at + (pieces[index % pieces.length] as number);
        vad.hear(bytes.subarray(at, end), settings, (event) => events.push(event));
        at = end;
      }
      vad.close();
      assert.deepEqual(events, expected);
    }),
    { numRuns: 30 },
  );
});

test("silence that is known for silence changes nothing but the cost", () => {
  const noise = bedOf("pink", 24_000 * 2, DB_OF_FULL_SCALE - 42);
  const note = sound(1_200, [[100, 1_000]], 24_000);
  const kind = fc.constantFrom("silence", "silence", "noise", "note", "odd", "restart");
  const part = fc.record({ kind, ms: fc.constantFrom(20, 40, 100, 700, 1_500, 6_000) });
  const aFractionThenSpeech = ["odd", "restart", "note", "silence", "noise"].map((name) => ({ kind: name, ms: name === "noise" ? 1_500 : 20 }));
  let events = 0;
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
      const heard = [true, false].map((isTold) => {
        const vad = createVad("pcm24k");
        const told: VadEvent[] = [];
        let atMs = 0;
        for (const { kind, ms } of parts) {
          if (kind === "restart") vad.restart(atMs);
          const audio = kind === "noise" ? noise.subarray(0, ms * 24) : kind === "note" ? note : new Int16Array(kind === "odd" ? 77 : ms * 24);
          const bytes = bytesOf(audio.slice());
          atMs += bytes.length / 48;
          for (let at = 0; at < bytes.length; at += 960) {
            const piece = bytes.subarray(at, at + 960);
            vad.hear(piece, settings, (event) => told.push(event), isTold && piece.every((byte) => byte === 0));
          }
        }
        vad.close();
        return told;
      });
      events += heard[0]?.length ?? 0;
      assert.deepEqual(heard[0], heard[1]);
    }),
    { numRuns: 100, examples: [[aFractionThenSpeech]] },
  );
  assert.ok(events > 20, `only ${events} events`);
});

for (const bed of ["white", "pink", "hum"] as const) {
  for (const dbfs of [-55, -48, -40]) {
    test(`a steady bed of ${bed} noise at ${dbfs} dBFS is not speech, from the start or from the middle of a call`, () => {
      const noise = bedOf(bed, 20 * 24_000, DB_OF_FULL_SCALE + dbfs);
      assert.deepEqual(hear(bytesOf(noise), 960), []);
      assert.deepEqual(hear(Buffer.concat([Buffer.alloc(6_000 * 48), bytesOf(noise)]), 960), []);
    });
  }

  test(`a bed of ${bed} noise that begins with the speech does not hold the turn open when it ends`, () => {
    const noise = bedOf(bed, 8 * 24_000, DB_OF_FULL_SCALE - 40);
    const audio = sound(8_000, [[1_000, 2_000]], 24_000).map((sample, at) => sample + (at >= 24_000 ? (noise[at] as number) : 0));
    const [started, stopped, ...others] = hear(bytesOf(audio), 960);
    assert.deepEqual([started, others], [{ type: "started", startMs: 700 }, []]);
    assert.ok(stopped?.type === "stopped" && stopped.speechEndMs >= 2_000 && stopped.speechEndMs <= 2_500, JSON.stringify(stopped));
  });
}

test("clicks and a pure tone of any length are not speech", () => {
  const tone = Int16Array.from({ length: 5 * 24_000 }, (_, at) => 6_000 * Math.sin((2 * Math.PI * 400 * at) / 24_000));
  assert.deepEqual(hear(bytesOf(tone), 960), []);
  const clicks = Array.from({ length: 20 }, (_, click) => [click * 150, click * 150 + 20] as const);
  assert.deepEqual(hear(bytesOf(sound(3_000, clicks, 24_000)), 960), []);
});

const store = orThrow(await openClipStore([packagePath("fixtures")]));
const LEAD_MS = 2_370;

/** The first start and the last end of speech heard in a clip amid silence, less those of the manifest, ms. */
async function edgeErrors(id: string, bed?: Bed): Promise<readonly number[]> {
  const wire = orThrow(await store.wire(id, "pcm24k"));
  const samples = bytesToInt16(Buffer.concat([Buffer.alloc(LEAD_MS * 48), wire, Buffer.alloc(2_000 * 48)]));
  const speech = bytesToInt16(wire);
  const power = speech.reduce((sum, sample) => sum + sample * sample, 0) / speech.length;
  const noise = bed && bedOf(bed, samples.length, 10 * Math.log10(power) - 20);
  const events = hear(int16ToBytes(noise ? samples.map((sample, at) => sample + (noise[at] as number)) : samples), 960);
  const segments = store.find(id)?.segments ?? [];
  const [started, stopped] = [events[0], events.at(-1)];
  if (started?.type !== "started" || stopped?.type !== "stopped") return [Infinity];
  return [started.startMs + settings.prefixMs - LEAD_MS - (segments[0]?.startMs ?? NaN), stopped.speechEndMs - LEAD_MS - (segments.at(-1)?.endMs ?? NaN)];
}

test("every shipped clip begins and ends where the manifest says, to a hop", async () => {
  assert.ok(store.clips.length > 40);
  for (const { id } of store.clips) for (const error of await edgeErrors(id)) assert.ok(Math.abs(error) < 10, `${id} ${error} ms`);
});

test("over a bed of noise 20 dB below them the callers' clips begin and end within some hops of it", async () => {
  const beds = ["white", "pink", "hum"] as const;
  for (const [index, { id }] of store.clips.filter(({ role }) => role === "caller").entries()) {
    const bed = beds[index % beds.length] as Bed;
    for (const error of await edgeErrors(id, bed)) assert.ok(Math.abs(error) < 200, `${id} over ${bed} ${error} ms`);
  }
});

test("a bed that begins after speech, wherever in a hop, is no second turn", async () => {
  for (const bed of ["white", "pink", "hum"] as const) {
    for (const dbfs of [-48, -40]) {
      const noise = bytesOf(bedOf(bed, 6 * 24_000, DB_OF_FULL_SCALE + dbfs));
      for (const { id } of store.clips.filter(({ role }) => role === "caller")) {
        const events = hear(Buffer.concat([orThrow(await store.wire(id, "pcm24k")), Buffer.alloc(600 * 48), noise]), 4_800);
        assert.equal(events.length, 2, `${id} and ${bed} at ${dbfs} dBFS`);
      }
    }
  }
});

test("a closed detector gives its memory back and hears nothing any more", () => {
  const voice = bytesOf(sound(200, [[0, 200]], 24_000));
  // Twice as many as the compiled detector has room for.
  for (let count = 0; count < 45_000; count++) {
    const vad = createVad("pcm24k");
    vad.hear(voice.subarray(0, 480), settings, () => assert.fail("10 ms are no speech"));
    vad.close();
    if (count % 5_000 === 0) assert.deepEqual(hear(voice, 960, vad), []);
  }
  assert.equal(hear(voice, 960).length, 1);
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
  const quiet = bytesOf(sound(2_000, [[500, 1_000]], 24_000, 0.08));
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

test("silence that is known to be silence is heard as if it were looked at", () => {
  const piece = fc.record({ isSound: fc.boolean(), hops: fc.integer({ min: 1, max: 90 }), isOdd: fc.boolean() });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 3, maxLength: 20 }), (pieces) => {
      const events: [VadEvent[], VadEvent[]] = [[], []];
      const [plain, told] = [createVad("pcm24k"), createVad("pcm24k")];
      for (const { isSound, hops, isOdd } of pieces) {
        const bytes = isSound ? toneBetween(hops * 10, 0, hops * 10) : Buffer.alloc(hops * 480 + (isOdd ? 2 : 0));
        plain.hear(bytes, settings, (event) => events[0].push(event));
        told.hear(bytes, settings, (event) => events[1].push(event), !isSound);
      }
      plain.close();
      told.close();
      assert.deepEqual(events[1], events[0]);
    }),
    { numRuns: 60 },
  );
});
