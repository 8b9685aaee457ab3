// Sound as numbers: decoded audio, its mono mix, and 16-bit samples as little-endian bytes.

/** Samples from -1 to 1 (a 16-bit sample n is n / 32768), every channel of equal length, at least one channel. */
export interface DecodedAudio {
  readonly sampleRateHz: number;
  readonly channels: readonly Float32Array[];
}

const FULL_SCALE = 32_768;
const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const sampleCount = (audio: DecodedAudio): number => audio.channels[0]?.length ?? 0;
export const durationMs = (audio: DecodedAudio): number => (sampleCount(audio) / audio.sampleRateHz) * 1_000;

/** The mean of all channels; a mono recording's own samples, not a copy. */
export function mixToMono(audio: DecodedAudio): Float32Array {
  const [first, ...others] = audio.channels;
  if (first === undefined) return new Float32Array(0);
  if (others.length === 0) return first;
  const share = 1 / audio.channels.length;
  return first.map((sample, index) => others.reduce((sum, channel) => sum + (channel[index] as number), sample) * share);
}

/** Rounded to the nearest step; what is beyond full scale is clipped to it. */
export function toInt16(samples: Float32Array): Int16Array {
  const result = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    result[index] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round((samples[index] as number) * FULL_SCALE)));
  }
  return result;
}

export const fromInt16 = (samples: Int16Array): Float32Array => Float32Array.from(samples, (sample) => sample / FULL_SCALE);

/** Signed 16-bit little-endian bytes of the samples. */
export function int16ToBytes(samples: Int16Array): Buffer {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return hostIsLittleEndian ? bytes : Buffer.from(bytes).swap16();
}

/**
 * The samples in signed 16-bit little-endian bytes: a view of the same memory where it is aligned (the usual case, and the
 * fast one), else a copy. A last odd byte is not a sample and is left out.
 */
export function bytesToInt16(bytes: Uint8Array): Int16Array {
  const count = bytes.byteLength >> 1;
  if (hostIsLittleEndian && bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: count }, (_, index) => view.getInt16(index * 2, true));
}

export const floatToPcm16 = (samples: Float32Array): Buffer => int16ToBytes(toInt16(samples));
export const pcm16ToFloat = (bytes: Uint8Array): Float32Array => fromInt16(bytesToInt16(bytes));
