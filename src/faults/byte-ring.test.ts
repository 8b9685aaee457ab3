import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteRing } from "./byte-ring.ts";

test("a ring gives back the bytes it was given, in order, however they are cut", () => {
  const steps = fc.array(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 20_000, size: "max" }), fc.nat(30_000)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (list) => {
      const ring = new ByteRing();
      let model = Buffer.alloc(0);
      for (const step of list) {
        if (typeof step === "number") {
          assert.ok(ring.take(step).equals(model.subarray(0, step)));
          model = model.subarray(step);
        } else {
          ring.push(Buffer.from(step));
          model = Buffer.concat([model, step]);
        }
        assert.equal(ring.sizeBytes, model.length);
      }
      assert.ok(ring.take(model.length + 1).equals(model));
      ring.push(Buffer.from("gone"));
      ring.clear();
      assert.equal(ring.take(9).length, 0);
    }),
    { numRuns: 60 },
  );
});
