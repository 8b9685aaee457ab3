// When the latest frames of a caller arrived.

/** When audio up to `audioEndMs` (of all audio appended in the session) had arrived. */
export interface FrameArrival {
  readonly audioEndMs: number;
  readonly atUs: number;
}

/** 20 s of frames of 10 ms: the longest silence that ends a turn, and the speech before it. */
const FRAMES_KEPT = 2_048;

/** Arrivals of the latest frames, in a ring that is never reallocated: it is written to for every frame of every caller. */
export interface FrameLog {
  add(audioEndMs: number, atUs: number): void;
  /** Those that ended after `audioMs`, in order. */
  since(audioMs: number): FrameArrival[];
}

export function createFrameLog(): FrameLog {
  /** End and arrival in turn, so that a frame touches one piece of memory. */
  const ring = new Float64Array(2 * FRAMES_KEPT);
  let count = 0;
  return {
    add(audioEndMs, atUs) {
      const at = 2 * (count++ % FRAMES_KEPT);
      ring[at] = audioEndMs;
      ring[at + 1] = atUs;
    },
    since(audioMs) {
      const frames: FrameArrival[] = [];
      for (let index = Math.max(0, count - FRAMES_KEPT); index < count; index++) {
        const at = 2 * (index % FRAMES_KEPT);
        const audioEndMs = ring[at] as number;
        if (audioEndMs > audioMs) frames.push({ audioEndMs, atUs: ring[at + 1] as number });
      }
      return frames;
    },
  };
}
