import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createTurnAudio } from "./turn-audio.ts";

test("whatever is added, dropped and asked for, it gives the bytes of that time as far as it kept them", () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant("add" as const), ms: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ type: fc.constant("silence" as const), ms: fc.integer({ min: 1, max: 1_200 }) }),
    fc.record({ type: fc.constant("drop" as const), ms: fc.integer({ min: 0, max: 1_500 }) }),
    fc.record({ type: fc.constant("ask" as const), ms: fc.integer({ min: 0, max: 1_500 }), lengthMs: fc.integer({ min: 0, max: 900 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const mostMs = 1_000;
      const audio = createTurnAudio("pcmu", mostMs);
      const all: number[] = [];
      let droppedMs = 0;
      for (const [index, { type, ms, ...rest }] of steps.entries()) {
        const nowMs = all.length / 8;
        if (type === "add") {
          const bytes = Uint8Array.from({ length: ms * 8 }, (_, at) => (at * 7 + index) % 251);
          all.push(...bytes);
          audio.add(bytes, all.length / 8);
        } else if (type === "silence") {
          for (let byte = 0; byte < ms * 8; byte++) all.push(0);
          audio.addSilence(ms * 8, all.length / 8);
        } else if (type === "drop") {
          audio.dropBefore(nowMs - ms);
          droppedMs = Math.max(droppedMs, nowMs - ms);
        } else {
          const lengthMs = "lengthMs" in rest ? rest.lengthMs : 0;
          const fromMs = Math.min(nowMs, Math.max(nowMs - ms, droppedMs, nowMs - mostMs, 0));
          const toMs = Math.min(nowMs, Math.max(fromMs, nowMs - ms + lengthMs));
          const found = audio.between(nowMs - ms, nowMs - ms + lengthMs);
          assert.deepEqual([found.startMs, [...found.audio]], [fromMs, all.slice(fromMs * 8, toMs * 8)]);
        }
      }
    }),
  );
});

test("it never holds more than four times what it may keep, and gives back what a long turn took", () => {
  const audio = createTurnAudio("pcm24k", 10_000);
  const frame = new Uint8Array(960);
  let endMs = 0;
  let most = 0;
  for (let index = 0; index < 5_000; index++) {
    audio.add(frame, (endMs += 20));
    most = Math.max(most, audio.heldBytes);
  }
  assert.ok(most <= 4 * 10_000 * 48, `${most} bytes`);
  audio.add(new Uint8Array(60_000 * 48), (endMs += 60_000));
  assert.equal(audio.between(0, endMs).audio.length, 10_000 * 48);
  for (let index = 0; index < 5_000; index++) {
    audio.add(frame, (endMs += 20));
    audio.dropBefore(endMs - 500);
  }
  assert.ok(audio.heldBytes <= 8 * 500 * 48, `${audio.heldBytes} bytes`);
});
