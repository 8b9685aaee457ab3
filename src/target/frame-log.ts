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
  const ends = new Float64Array(FRAMES_KEPT);
  const times = new Float64Array(FRAMES_KEPT);
  let count = 0;
  return {
    add(audioEndMs, atUs) {
      ends[count % FRAMES_KEPT] = audioEndMs;
      times[count % FRAMES_KEPT] = atUs;
      count++;
    },
    since(audioMs) {
      const frames: FrameArrival[] = [];
      for (let index = Math.max(0, count - FRAMES_KEPT); index < count; index++) {
        const audioEndMs = ends[index % FRAMES_KEPT] as number;
        if (audioEndMs > audioMs) frames.push({ audioEndMs, atUs: times[index % FRAMES_KEPT] as number });
      }
      return frames;
    },
  };
}
