// The caller's latest audio as it came, in one stretch of memory that is written in place: an append costs a copy of its
// bytes and no allocation, because every frame of every caller comes through here.

import type { AudioFormat } from "../audio/format.ts";
import { formats } from "../audio/format.ts";

export interface TurnAudio {
  /** Copies the bytes, which follow on what was added before and end at `endMs` of all audio of the session. */
  add(bytes: Uint8Array, endMs: number): void;
  /** The same for so many bytes of zero, which are not written while nobody wants them. */
  addSilence(bytes: number, endMs: number): void;
  /** A copy of what is kept between the two instants, and when it begins. */
  between(startMs: number, endMs: number): { readonly audio: Uint8Array; readonly startMs: number };
  /** Forgets what ended by `audioMs`. */
  dropBefore(audioMs: number): void;
  /** Memory it holds on to. */
  readonly heldBytes: number;
}

/** Two thirds of a second of pcm: what a session holds while nobody speaks. */
const LEAST_BYTES = 32 * 1_024;

/** Never keeps more than the latest `mostMs`. */
export function createTurnAudio(format: AudioFormat, mostMs: number): TurnAudio {
  const { bytesPerMs, bytesPerSample } = formats[format];
  const mostBytes = mostMs * bytesPerMs;
  let held = new Uint8Array(0);
  let from = 0;
  let to = 0;
  let endMs = 0;
  /** Bytes of zero that follow and were not written yet. */
  let zeros = 0;
  const bytesBefore = (ms: number): number => Math.round(((endMs - ms) * bytesPerMs) / bytesPerSample) * bytesPerSample;
  const placeOf = (ms: number): number => Math.min(to, Math.max(from, to - bytesBefore(ms)));

  /** Twice what is to be held, so that as many bytes come in as were copied before the next copy is due. */
  function makeRoom(moreBytes: number): void {
    const wanted = Math.max(LEAST_BYTES, 2 * (to - from + moreBytes));
    if (held.length >= wanted && held.length <= 4 * wanted) held.copyWithin(0, from, to);
    else {
      const other = new Uint8Array(wanted);
      other.set(held.subarray(from, to));
      held = other;
    }
    to -= from;
    from = 0;
  }

  function writeZeros(): void {
    if (zeros === 0) return;
    const count = zeros;
    zeros = 0;
    from = Math.max(from, Math.min(to, to + count - mostBytes));
    if (to + count > held.length) makeRoom(count);
    held.fill(0, to, to + count);
    to += count;
  }

  return {
    addSilence(bytes, addedEndMs) {
      endMs = addedEndMs;
      zeros = Math.min(zeros + bytes, mostBytes);
    },
    add(bytes, addedEndMs) {
      writeZeros();
      endMs = addedEndMs;
      const latest = bytes.length > mostBytes ? bytes.subarray(bytes.length - mostBytes) : bytes;
      from = Math.max(from, to + latest.length - mostBytes);
      if (to + latest.length > held.length) makeRoom(latest.length);
      held.set(latest, to);
      to += latest.length;
    },
    between(startMs, wantedEndMs) {
      writeZeros();
      const first = placeOf(startMs);
      // A copy of its own: sent to another thread, a view would carry all the memory it looks at.
      return { audio: held.slice(first, Math.max(first, placeOf(wantedEndMs))), startMs: endMs - (to - first) / bytesPerMs };
    },
    dropBefore(audioMs) {
      const keptBytes = Math.max(0, bytesBefore(audioMs));
      from = Math.min(to, Math.max(from, to + zeros - keptBytes));
      zeros = Math.min(zeros, keptBytes);
    },
    get heldBytes() {
      return held.length;
    },
  };
}
