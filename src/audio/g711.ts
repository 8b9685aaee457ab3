// ITU-T G.711: speech in one logarithmic byte a sample. Values are 16-bit linear PCM (the standard's 14 and 13 bits, left-justified).

const MU_BIAS = 132;
const MU_CLIP = 32_635;
const SIGN = 0x80;

/** The number of the highest set bit, counted so that bit 7 gives 0: the exponent both laws share. */
const exponentOf = (magnitude: number): number => 24 - Math.clz32(magnitude);

/** The mu-law code of a 16-bit sample; beyond 32,635 it is clipped. */
export function encodeMuLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
  const exponent = exponentOf(magnitude);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? SIGN : 0) | (exponent << 4) | mantissa) & 0xff;
}

function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + MU_BIAS) << ((bits >> 4) & 0x07)) - MU_BIAS;
  return bits & SIGN ? -magnitude : magnitude;
}

/** The A-law code of a 16-bit sample, with every other bit inverted as on the line. */
export function encodeALaw(sample: number): number {
  const magnitude = sample < 0 ? ~sample : sample;
  const exponent = Math.max(0, exponentOf(magnitude));
  const mantissa = (magnitude >> Math.max(4, exponent + 3)) & 0x0f;
  return ((sample < 0 ? 0 : SIGN) | (exponent << 4) | mantissa) ^ 0x55;
}

function decodeALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 0x07;
  const step = (bits & 0x0f) << 4;
  const magnitude = exponent === 0 ? step + 8 : (step + 264) << (exponent - 1);
  return bits & SIGN ? magnitude : -magnitude;
}

/** The 16-bit sample that each of the 256 codes stands for. */
export const muLawSamples: Int16Array = Int16Array.from({ length: 256 }, (_, code) => decodeMuLaw(code));
export const aLawSamples: Int16Array = Int16Array.from({ length: 256 }, (_, code) => decodeALaw(code));
