import assert from "node:assert/strict";
import { test } from "node:test";

import { aLawSamples, encodeALaw, encodeMuLaw, muLawSamples } from "./g711.ts";

// G.711 tables 2a and 1a: the ends of the range, the neighbours of zero, and one value in a middle segment.
const muLawKnown: readonly (readonly [number, number])[] = [
  [0x00, -32_124],
  [0x80, 32_124],
  [0x81, 31_100],
  [0xff, 0],
  [0xfe, 8],
  [0x7e, -8],
  [0xf0, 120],
  [0xef, 132],
  [0xbf, 1_980],
  [0xc0, 1_884],
  [0x40, -1_884],
];
const aLawKnown: readonly (readonly [number, number])[] = [
  [0xd5, 8],
  [0x55, -8],
  [0xd4, 24],
  [0x54, -24],
  [0xaa, 32_256],
  [0x2a, -32_256],
  [0x80, 5_504],
  [0x00, -5_504],
  [0xc5, 264],
  [0xf5, 528],
];

test("codes stand for the values of the standard's tables", () => {
  for (const [code, sample] of muLawKnown) assert.equal(muLawSamples[code], sample, `mu-law ${code.toString(16)}`);
  for (const [code, sample] of aLawKnown) assert.equal(aLawSamples[code], sample, `A-law ${code.toString(16)}`);
});

test("every one of the 256 codes survives decoding and encoding", () => {
  for (let code = 0; code < 256; code++) {
    // Mu-law has two zeros; the negative one comes back as the positive one.
    assert.equal(encodeMuLaw(muLawSamples[code] as number), code === 0x7f ? 0xff : code);
    assert.equal(encodeALaw(aLawSamples[code] as number), code);
  }
});

test("no sample is off by more than half a step of its segment, and order is kept", () => {
  for (const [encode, values, smallestHalfStep, bias] of [
    [encodeMuLaw, muLawSamples, 4, 132],
    [encodeALaw, aLawSamples, 8, 0],
  ] as const) {
    let previous = Number.NEGATIVE_INFINITY;
    for (let sample = -32_768; sample <= 32_767; sample++) {
      const value = values[encode(sample)] as number;
      // Steps are a sixteenth of the power of two below the sample.
      const halfStep = Math.max(smallestHalfStep, 2 ** (Math.floor(Math.log2(Math.abs(sample) + bias + 1)) - 5)) + 1;
      const isClipped = Math.abs(sample) > 32_635;
      assert.ok(Math.abs(value - sample) <= (isClipped ? 644 : halfStep), `${encode.name} of ${sample} is ${value}`);
      assert.ok(value >= previous, `${encode.name} of ${sample} is out of order`);
      previous = value;
    }
  }
});
