import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c } from "./crc32c.ts";

test("the check value of the catalogue of CRCs, and of nothing", () => {
  assert.equal(crc32c(Buffer.from("123456789")), "e3069283");
  assert.equal(crc32c(Buffer.from("123456789 and more"), 9), "e3069283");
  assert.equal(crc32c(Buffer.alloc(0)), "00000000");
});

test("the examples of RFC 3720, appendix B.4", () => {
  assert.equal(crc32c(Buffer.alloc(32)), "8a9136aa");
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), "62a8ab43");
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, index) => index))), "46dd794e");
});
