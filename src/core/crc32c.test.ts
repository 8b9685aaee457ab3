import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c } from "./crc32c.ts";

test("the check value of the catalogue of CRCs, and of nothing", () => {
  assert.equal(crc32c(Buffer.from("123456789")), "e3069283");
  assert.equal(crc32c(Buffer.from("123456789 and more"), 9), "e3069283");
  assert.equal(crc32c(Buffer.alloc(0)), "00000000");
});
