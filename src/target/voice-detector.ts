// Whether a hop of sound is a voice, by WebRTC's detector. One compiled instance serves every session of a thread; each
// session has a state of its own in the instance's memory, which nothing but `close` gives back.

import initialise from "@echogarden/fvad-wasm";
import { HOP_MS } from "./hop-level.ts";
import { NARROW_HZ } from "./narrowband.ts";

/** The parts of the compiled detector used here; addresses are byte offsets into its memory, which moves when it grows. */
interface Fvad {
  readonly HEAP16: Int16Array;
  _malloc(bytes: number): number;
  _fvad_new(): number;
  _fvad_free(state: number): void;
  /** To the mode and rate it began with, too. */
  _fvad_reset(state: number): void;
  _fvad_set_mode(state: number, mode: number): number;
  _fvad_set_sample_rate(state: number, hz: number): number;
  _fvad_process(state: number, samples: number, count: number): number;
}

export interface VoiceDetector {
  /** `samples`: the next hop that is worth asking about, 8 kHz linear. */
  isVoice(samples: Int16Array): boolean;
  /** What it learnt of the sound so far is forgotten. */
  forget(): void;
  /** Gives the state's memory back; nothing is a voice any more. */
  close(): void;
}

const HOP_SAMPLES = (NARROW_HZ * HOP_MS) / 1_000;
/** Of 0 to 3. By tools/hearing.ts 0 and 1 take mains hum for a voice, and 3 misses callers 20 dB below the shipped clips. */
const MODE = 2;

const fvad = await (initialise as () => Promise<Fvad>)();
const inputAddress = fvad._malloc(2 * HOP_SAMPLES);

/** Its memory is taken at the first question: who is never loud needs none. */
export function createVoiceDetector(): VoiceDetector {
  let state = 0;
  let isClosed = false;

  function begin(): void {
    if (state === 0) state = fvad._fvad_new();
    else fvad._fvad_reset(state);
    if (state === 0) throw new Error("there is no memory for one more detector of voice");
    fvad._fvad_set_mode(state, MODE);
    fvad._fvad_set_sample_rate(state, NARROW_HZ);
  }

  return {
    isVoice(samples) {
      if (isClosed) return false;
      if (state === 0) begin();
      fvad.HEAP16.set(samples, inputAddress / 2);
      return fvad._fvad_process(state, inputAddress, HOP_SAMPLES) === 1;
    },
    forget() {
      if (state !== 0) begin();
    },
    close() {
      if (state !== 0) fvad._fvad_free(state);
      state = 0;
      isClosed = true;
    },
  };
}
