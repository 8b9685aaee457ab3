// Another sample rate for the same sound, by the Speex resampler. A sound keeps its place in time: the filter's delay is
// taken out, because the ends of speech in the manifest are what latencies are measured from.

import initialise from "@echogarden/speex-resampler-wasm";

/** The parts of the compiled resampler used here; addresses are byte offsets into its memory, which moves when it grows. */
interface Speex {
  readonly HEAPF32: Float32Array;
  readonly HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _speex_resampler_init(channels: number, fromHz: number, toHz: number, quality: number, errorAddress: number): number;
  _speex_resampler_skip_zeros(state: number): number;
  _speex_resampler_process_float(state: number, channel: number, input: number, inputCount: number, output: number, outputCount: number): number;
  _speex_resampler_destroy(state: number): void;
}

/** The best of Speex's eleven grades: everything above the new rate's half is 129 dB down. */
const QUALITY = 10;
const BLOCK_SAMPLES = 8_192;

let compiled: Promise<Speex> | undefined;

/** `samples` at `toHz`: round(length * toHz / fromHz) samples, every sound at its old time. Equal rates give the same array. */
export async function resample(samples: Float32Array, fromHz: number, toHz: number): Promise<Float32Array> {
  if (fromHz === toHz) return samples;
  compiled ??= (initialise as () => Promise<Speex>)();
  return run(await compiled, samples, fromHz, toHz);
}

function run(speex: Speex, samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  const outputBlock = Math.ceil((BLOCK_SAMPLES * toHz) / fromHz) + 1;
  const counts = speex._malloc(8);
  const input = speex._malloc(BLOCK_SAMPLES * 4);
  const output = speex._malloc(outputBlock * 4);
  const state = speex._speex_resampler_init(1, fromHz, toHz, QUALITY, counts);
  if (state === 0) throw new RangeError(`Speex cannot resample from ${fromHz} to ${toHz} Hz`);
  // Starts half a filter into the stream, so that the first sample out belongs to the first sample in.
  speex._speex_resampler_skip_zeros(state);

  const result = new Float32Array(Math.round((samples.length * toHz) / fromHz));
  let read = 0;
  let written = 0;
  while (written < result.length) {
    const block = samples.subarray(read, read + BLOCK_SAMPLES);
    // Past the end of the recording the filter is fed silence until its last samples are out.
    speex.HEAPF32.fill(0, input / 4, input / 4 + BLOCK_SAMPLES);
    speex.HEAPF32.set(block, input / 4);
    speex.HEAPU32.set([BLOCK_SAMPLES, outputBlock], counts / 4);
    speex._speex_resampler_process_float(state, 0, input, counts, output, counts + 4);
    const [used, made] = speex.HEAPU32.subarray(counts / 4, counts / 4 + 2) as unknown as [number, number];
    if (used === 0 && made === 0) throw new Error(`Speex stopped after ${read} of ${samples.length} samples`);
    result.set(speex.HEAPF32.subarray(output / 4, output / 4 + Math.min(made, result.length - written)), written);
    read += used;
    written += made;
  }
  speex._speex_resampler_destroy(state);
  for (const address of [counts, input, output]) speex._free(address);
  return result;
}
