import assert from "node:assert/strict";
import type { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import * as ws from "ws";
import { createAudioDecoder } from "./append.ts";
import { createAppendLane } from "./append-lane.ts";
import { readMessage } from "./connection.ts";

/** The library's own reader; its published types leave it out. */
const { Receiver } = ws as unknown as { readonly Receiver: new (options: object) => Writable };

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly mask: number;
}

function frameBytes({ first, payload, mask }: Frame): Buffer {
  const { length } = payload;
  const key = Buffer.alloc(4);
  key.writeUInt32BE(mask);
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const more = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
  if (short >= 126) more.writeUIntBE(length, more.length === 2 ? 0 : 4, more.length === 2 ? 2 : 4);
  return Buffer.concat([Buffer.from([first, 0x80 | short]), more, key, payload.map((byte, index) => byte ^ (key[index & 3] as number))]);
}

/** What a session takes of a stream in pieces, by the library alone or with the lane before it. */
async function taken(pieces: readonly Buffer[], withLane: boolean): Promise<{ readonly seen: unknown[]; readonly byLane: number }> {
  const seen: unknown[] = [];
  let byLane = 0;
  const decoder = createAudioDecoder();
  const receiver = new Receiver({ isServer: true, maxPayload: 100_000 });
  const ended = new Promise<void>((resolve) => void receiver.once("close", resolve));
  receiver.on("message", (data: Buffer, isBinary: boolean) => {
    const input = isBinary ? { type: "binary" } : readMessage(data, decoder);
    seen.push(input.type === "audio" && "bytes" in input ? { type: "audio", bytes: [...input.bytes] } : input);
  });
  receiver.on("ping", (data: Buffer) => seen.push(["ping", [...data]]));
  receiver.on("conclude", (code: number) => seen.push(["closed", code]));
  receiver.on("error", (error: Error & { readonly code?: string }) => seen.push(["error", error.code]));
  const passOn = (bytes: Buffer): void => void receiver.write(bytes);
  const hear = (audio: Uint8Array): void => {
    byLane++;
    seen.push({ type: "audio", bytes: [...audio] });
  };
  const lane = createAppendLane({ type: "input_audio_buffer.append", hear, passOn });
  for (const piece of pieces) {
    // The library reads from a socket no more once it has refused the stream or seen its end.
    if (receiver.destroyed || receiver.writableEnded) break;
    const copy = Buffer.from(piece);
    if (withLane) lane.take(copy);
    else passOn(copy);
    // It says what it refuses in a later tick, and the next piece comes later still.
    await new Promise((resolve) => setImmediate(resolve));
  }
  receiver.destroy();
  await ended;
  return { seen, byLane };
}

const append = (audio: string, more: object = {}): Buffer => Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio, ...more }));
/** Silence too, which is known again once it was read. */
const sound = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ minLength: 40, maxLength: 1_000 }) },
  { weight: 1, arbitrary: fc.constant(new Uint8Array(960)) },
);
const base64 = sound.map((bytes) => Buffer.from(bytes).toString("base64"));
const usual = base64.map((text) => append(text));
/** An append with a byte of its text changed: to no base64, an escape, a quote, padding in the wrong place, broken UTF-8. */
const spoilt = fc.tuple(usual, fc.nat(), fc.constantFrom(0x21, 0x5c, 0x22, 0x3d, 0x2d, 0x5f, 0x20, 0x0a, 0xc3, 0xff)).map(([message, place, byte]) => {
  const changed = Buffer.from(message);
  changed[place % changed.length] = byte;
  return changed;
});
const mask = fc.oneof(fc.constant(0), fc.nat(0xffff_ffff));
const text = (payload: fc.Arbitrary<Buffer>): fc.Arbitrary<Frame[]> =>
  fc.tuple(payload, mask).map(([bytes, key]) => [{ first: 0x81, payload: bytes, mask: key }]);
const otherText = fc.constantFrom(
  Buffer.from('{"type":"input_audio_buffer.commit"}'),
  Buffer.from("{"),
  append("", {}),
  append("AAAA", { event_id: "e" }),
  append("!".repeat(200), { event_id: "e" }),
  append(Buffer.alloc(60_000, 7).toString("base64")),
  Buffer.concat([append("AAAA".repeat(50)), Buffer.from(" ")]),
);
const frames: fc.Arbitrary<readonly Frame[]> = fc.oneof(
  { weight: 24, arbitrary: text(usual) },
  { weight: 2, arbitrary: text(spoilt) },
  { weight: 2, arbitrary: text(otherText) },
  fc.tuple(fc.uint8Array({ maxLength: 125 }), mask).map(([bytes, key]) => [{ first: 0x89, payload: Buffer.from(bytes), mask: key }]),
  fc.tuple(usual, mask).map(([bytes, key]) => [{ first: 0x82, payload: bytes, mask: key }]),
  // An append in two fragments, and whole ones where only the rest of a fragmented message may come.
  fc.tuple(usual, mask).map(([bytes, key]) => [
    { first: 0x01, payload: bytes.subarray(0, 30), mask: key },
    { first: 0x80, payload: bytes.subarray(30), mask: key },
  ]),
  fc.tuple(usual, mask).map(([bytes, key]) => [{ first: 0x01, payload: bytes, mask: key }]),
  fc.constant([{ first: 0xc1, payload: append("AAAA".repeat(50)), mask: 7 }]),
  fc.constant([{ first: 0x88, payload: Buffer.from([0x03, 0xe8]), mask: 7 }]),
);

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

test("a session takes the same of any stream, however it is cut, with the lane and without", async () => {
  let byLane = 0;
  const stream = fc.tuple(fc.array(frames, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(200_000), { maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(stream, async ([groups, places]) => {
      const pieces = cut(Buffer.concat(groups.flat().map(frameBytes)), places);
      const [plain, laned] = [await taken(pieces, false), await taken(pieces, true)];
      assert.deepEqual(laned.seen, plain.seen);
      byLane += laned.byLane;
    }),
    { numRuns: 500 },
  );
  assert.ok(byLane > 300, `the lane took only ${byLane} appends`);
});

test("an append as clients write it never reaches the library, in frames of 10 to 100 ms of any format", () => {
  for (const bytes of [80, 160, 800, 480, 960, 961, 962, 4_800]) {
    const audio = Buffer.alloc(bytes, 0x5a);
    const heard: Buffer[] = [];
    const passed: Buffer[] = [];
    const lane = createAppendLane({
      type: "input_audio_buffer.append",
      hear: (piece) => void heard.push(Buffer.from(piece)),
      passOn: (rest) => void passed.push(rest),
    });
    const frame = frameBytes({ first: 0x81, payload: append(audio.toString("base64")), mask: 0x0102_0304 });
    lane.take(Buffer.concat([frame, frame]));
    assert.deepEqual([heard, passed], [[audio, audio], []], `${bytes} bytes`);
  }
});

test("silence is known again by its frame, whatever its mask, and only by the whole of it", () => {
  const heard: (readonly [number, boolean])[] = [];
  const hear = (audio: Uint8Array, isSilent: boolean): void => {
    assert.equal(isSilent && audio.some((byte) => byte !== 0), false);
    heard.push([audio.length, isSilent]);
  };
  const lane = createAppendLane({ type: "input_audio_buffer.append", hear, passOn: () => assert.fail("nothing is passed on") });
  const frame = (audio: Buffer, mask: number): Buffer => frameBytes({ first: 0x81, payload: append(audio.toString("base64")), mask });
  const silence = Buffer.alloc(960);
  const nearly = Buffer.alloc(960);
  nearly[959] = 1;
  // What other tests of this thread left as the latest silence is pushed out.
  lane.take(frame(silence, 9));
  heard.length = 0;
  for (const bytes of [frame(silence, 0), frame(silence, 0), frame(nearly, 0), frame(silence, 0), frame(silence, 7), frame(silence, 7)]) lane.take(bytes);
  assert.deepEqual(
    heard.map(([, isSilent]) => isSilent),
    [false, true, false, true, false, true],
  );
  assert.ok(heard.every(([bytes]) => bytes === 960));
});
