// What a client sent and its session has not taken yet. A long append is minutes of audio, and audio can hold a turn for
// every tenth of a second: it is taken in slices, one for each time the clock comes round, so that no other session waits
// for the whole of it. What comes behind it waits in order, and while anything waits no more is read from the socket.

import type { Clock } from "../core/clock.ts";
import type { Input } from "./conversation.ts";

export interface Inbox {
  /** Hands the input on now if nothing is before it. Audio is copied where it has to wait. */
  take(input: Input, atUs: number): void;
  /** Forgets what waits: the session is over. */
  clear(): void;
  readonly isWaiting: boolean;
}

export interface InboxOptions {
  readonly clock: Clock;
  readonly step: (input: Input, atUs: number) => void;
  /** Whether to read from the socket. Told when it changes. */
  readonly read: (isReading: boolean) => void;
}

/** 680 ms of linear audio, 4.08 s of G.711, exactly: far more than a caller's frame, and no more than some milliseconds of work. */
export const SLICE_BYTES = 680 * 48;

const isLong = (input: Input): boolean => input.type === "audio" && input.bytes.length > SLICE_BYTES;

export function createInbox({ clock, step, read }: InboxOptions): Inbox {
  let waiting: Input[] = [];
  let isOver = false;

  function takeNext(): void {
    const next = waiting[0];
    if (!next) return;
    const atUs = clock.nowUs();
    if (next.type === "audio" && isLong(next)) {
      waiting[0] = { type: "audio", bytes: next.bytes.subarray(SLICE_BYTES) };
      step({ type: "audio", bytes: next.bytes.subarray(0, SLICE_BYTES) }, atUs);
    } else {
      waiting.shift();
      step(next, atUs);
    }
    // A deadline of this very instant would still be met in the same round of the clock, before any other socket is read.
    if (waiting.length > 0) clock.at(atUs + 1, takeNext);
    else if (!isOver) read(true);
  }

  return {
    get isWaiting() {
      return waiting.length > 0;
    },
    take(input, atUs) {
      if (waiting.length === 0 && !isLong(input)) return step(input, atUs);
      waiting.push(input.type === "audio" ? { type: "audio", bytes: input.bytes.slice() } : input);
      if (waiting.length > 1) return;
      read(false);
      takeNext();
    },
    clear() {
      isOver = true;
      waiting = [];
    },
  };
}
