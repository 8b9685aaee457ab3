import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Queue } from "./queue.ts";

test("a queue is an array that is pushed to and shifted from", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(99)), { maxLength: 400 }), (steps) => {
      const queue = new Queue<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) assert.equal(queue.shift(), model.shift());
        else {
          queue.push(step);
          model.push(step);
        }
        assert.equal(queue.length, model.length);
        for (const index of [0, 1, -1, -2, -model.length - 1]) assert.equal(queue.at(index), model.at(index));
      }
      queue.clear();
      assert.deepEqual([queue.length, queue.at(0), queue.at(-1), queue.shift()], [0, undefined, undefined, undefined]);
    }),
  );
});

test("an item is inserted in front of the later ones", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 100 }), fc.nat(20), (items, shifts) => {
      const queue = new Queue<number>();
      queue.push(-1);
      queue.push(-1);
      queue.shift();
      for (const item of items) queue.insert(item, (other) => other > item);
      const sorted = [-1, ...items.toSorted((a, b) => a - b)];
      for (let count = 0; count < shifts; count++) assert.equal(queue.shift(), sorted.shift());
      assert.deepEqual(
        sorted.map((_, index) => queue.at(index)),
        sorted,
      );
    }),
  );
});
