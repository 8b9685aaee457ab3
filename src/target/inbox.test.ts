import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createInbox, SLICE_BYTES } from "./inbox.ts";

/** Inboxes of two sessions on one clock, and the order in which their inputs were taken. */
function twoInboxes() {
  const clock = createVirtualClock();
  const taken: string[] = [];
  const reads: boolean[] = [];
  const open = (name: string) =>
    createInbox({
      clock,
      step: (input) => void taken.push(`${name} ${input.type === "audio" ? input.bytes.length : input.type}`),
      read: (isReading) => void reads.push(isReading),
    });
  return { clock, taken, reads, long: open("long"), other: open("other") };
}

const audio = (length: number) => ({ type: "audio", bytes: new Uint8Array(length) }) as const;
const event = { type: "event", event: { type: "x" } } as const;

test("what is short is taken at once, and the socket is read on", () => {
  const { taken, reads, other } = twoInboxes();
  other.take(audio(SLICE_BYTES), 0);
  other.take(event, 0);
  assert.deepEqual([taken, reads], [[`other ${SLICE_BYTES}`, "other event"], []]);
});

test("a long append is taken slice by slice, another session between any two, and what came behind it keeps its place", () => {
  const { clock, taken, reads, long, other } = twoInboxes();
  long.take(audio(3 * SLICE_BYTES + 7), 0);
  long.take(event, 0);
  long.take(audio(5), 0);
  for (let us = 1; us < 10; us++) {
    other.take(event, us);
    clock.advanceTo(us);
  }
  const slice = `long ${SLICE_BYTES}`;
  const rest = ["long 7", "long event", "long 5"].flatMap((input) => ["other event", input]);
  assert.deepEqual(taken.slice(0, 11), [slice, "other event", slice, "other event", slice, ...rest]);
  assert.deepEqual([reads, long.isWaiting], [[false, true], false]);
});

test("audio that waits is a copy, and a session that is over hears no more of it", () => {
  const clock = createVirtualClock();
  const heard: number[] = [];
  const inbox = createInbox({ clock, step: (input) => void (input.type === "audio" && heard.push(input.bytes[0] as number)), read: () => {} });
  const { bytes } = audio(3 * SLICE_BYTES);
  bytes.fill(1);
  inbox.take({ type: "audio", bytes }, 0);
  bytes.fill(2);
  clock.advanceTo(1);
  inbox.clear();
  clock.runAll();
  assert.deepEqual(heard, [1, 1]);
});
