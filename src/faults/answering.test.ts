import assert from "node:assert/strict";
import { test } from "node:test";
import type { Came } from "./answering.ts";
import { Answering } from "./answering.ts";

/** The next one, of a talking sender's usual size. */
const next: Came = { atUs: 0, isPushed: true, sizeBytes: 1_350, isDuplicate: false, inOrder: 1 };

function talking(): Answering {
  const answering = new Answering();
  answering.note(next);
  answering.talk(1_000);
  answering.said(1);
  return answering;
}

test("who talks holds an answer back for its next words, and two of them until the reader has taken what came", () => {
  const answering = talking();
  assert.equal(answering.note({ ...next, atUs: 20_000 }), false);
  assert.equal(answering.heldUntilUs, 60_000);
  assert.equal(answering.note({ ...next, atUs: 40_000 }), false);
  assert.equal(answering.heldUntilUs, 40_100);
});

test("while anything is missing nothing is held back, not even what fills one gap of two", () => {
  const answering = talking();
  assert.equal(answering.note({ ...next, atUs: 20_000, inOrder: 0 }), true);
  assert.equal(answering.hasGap, true);
  assert.equal(answering.note({ ...next, atUs: 30_000 }), true);
  assert.equal(answering.note({ ...next, atUs: 40_000, inOrder: 2 }), true);
  assert.equal(answering.hasGap, false);
});

test("after three answers to one gap, those of a millisecond go together", () => {
  const answering = talking();
  const atOnce = [1, 2, 3, 4].map((ms) => answering.note({ ...next, atUs: ms * 1_000, inOrder: 0 }));
  assert.deepEqual(atOnce, [true, true, true, false]);
});

test("what was overtaken by a later millisecond's segment that moved the window on is thrown away", () => {
  const answering = new Answering();
  answering.said(4);
  assert.equal(answering.isOutdated(6, 9_900), false, "it came ahead of a gap and moves nothing");
  assert.equal(answering.isOutdated(4, 9_100), false, "the gap's own");
  assert.equal(answering.isOutdated(5, 9_050), false, "of the same millisecond");
  assert.equal(answering.isOutdated(5, 8_950), true);
});

test("a copy of what was said to have come moves nothing on, however late it was sent, so what it overtook is taken", () => {
  const answering = new Answering();
  answering.said(4);
  assert.equal(answering.isOutdated(2, 50_000), false);
  assert.equal(answering.isOutdated(4, 9_000), false);
  assert.equal(answering.isOutdated(3, 60_000), false, "the last that was said ends at the edge itself");
  assert.equal(answering.isOutdated(4, 9_000), true);
});
