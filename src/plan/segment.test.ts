import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PlannedCall } from "./plan.ts";
import { partOf } from "./segment.ts";

test("parts of a group hold every call and every start once, each call where its lane is", () => {
  const numbers = fc.record({ calls: fc.integer({ min: 0, max: 60 }), lanes: fc.integer({ min: 1, max: 20 }), parts: fc.integer({ min: 1, max: 8 }) });
  fc.assert(
    fc.property(numbers, ({ calls: count, lanes, parts }) => {
      const calls = Array.from({ length: count }, (_, order) => ({ order }) as PlannedCall);
      const startOffsetsUs = Array.from({ length: Math.min(lanes, count) }, (_, lane) => lane * 10);
      const group = { calls, startOffsetsUs, concurrency: startOffsetsUs.length };
      const split = Array.from({ length: parts }, (_, index) => partOf(group, index, parts));
      const all = split.flatMap((part) => part.calls.map((call) => call.order)).toSorted((a, b) => a - b);
      assert.deepEqual(
        all,
        calls.map((call) => call.order),
      );
      assert.equal(
        split.reduce((sum, part) => sum + part.concurrency, 0),
        group.concurrency,
      );
      // The first calls keep their instants, however many threads there are.
      for (const part of split) part.startOffsetsUs.forEach((offsetUs, lane) => assert.equal(part.calls[lane]?.order, offsetUs / 10));
    }),
  );
});
