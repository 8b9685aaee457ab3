// The caller's latest audio, kept for the recogniser as it came: only sessions that want to be heard keep any.

import type { AudioFormat } from "../audio/format.ts";
import { formats } from "../audio/format.ts";

export interface TurnAudio {
  /** Copies the bytes, which end at `endMs` of all audio of the session. */
  add(bytes: Uint8Array, endMs: number): void;
  /** Everything kept between the two instants, in one piece, and when it begins. */
  between(startMs: number, endMs: number): { readonly audio: Uint8Array; readonly startMs: number };
  /** Forgets what ended by `audioMs`. */
  dropBefore(audioMs: number): void;
}

export function createTurnAudio(format: AudioFormat): TurnAudio {
  const { bytesPerMs, bytesPerSample } = formats[format];
  let frames: { readonly bytes: Uint8Array; readonly endMs: number }[] = [];
  const startOf = (frame: { readonly bytes: Uint8Array; readonly endMs: number }): number => frame.endMs - frame.bytes.length / bytesPerMs;
  return {
    add: (bytes, endMs) => void frames.push({ bytes: Uint8Array.from(bytes), endMs }),
    between(startMs, endMs) {
      const wanted = frames.filter((frame) => frame.endMs > startMs && startOf(frame) < endMs);
      const first = wanted[0];
      if (!first) return { audio: new Uint8Array(0), startMs };
      const whole = Buffer.concat(wanted.map(({ bytes }) => bytes));
      const toBytes = (ms: number): number => Math.round(((ms - startOf(first)) * bytesPerMs) / bytesPerSample) * bytesPerSample;
      const from = Math.max(0, toBytes(startMs));
      // A copy of its own: sent to another thread, a view would carry all the memory it looks at.
      return { audio: Uint8Array.from(whole.subarray(from, toBytes(endMs))), startMs: Math.max(startMs, startOf(first)) };
    },
    dropBefore(audioMs) {
      const kept = frames.findIndex((frame) => frame.endMs > audioMs);
      frames = kept < 0 ? [] : kept === 0 ? frames : frames.slice(kept);
    },
  };
}
