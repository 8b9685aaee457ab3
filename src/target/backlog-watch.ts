// A reader who does not keep up: answers wait once too much is unread, and go on when it was read.

import type { WebSocket } from "ws";
import type { Cancel, Clock } from "../core/clock.ts";

/** Above this many unsent bytes an answer waits for its reader: ten seconds of audio. */
const STALL_BYTES = 640 * 1_024;
const STALL_US = 20_000;

export interface BacklogWatch {
  /** After something was sent. */
  look(atUs: number): void;
  stop(): void;
}

export interface BacklogOptions {
  readonly socket: Pick<WebSocket, "bufferedAmount">;
  readonly clock: Clock;
  /** Too much is unread. */
  onStall(atUs: number): void;
  /** It was read. */
  onFlow(atUs: number): void;
}

export function createBacklogWatch({ socket, clock, onStall, onFlow }: BacklogOptions): BacklogWatch {
  let cancel: Cancel = () => {};
  let isStalled = false;

  function lookAgain(): void {
    const atUs = clock.nowUs();
    if (socket.bufferedAmount > STALL_BYTES) {
      cancel = clock.at(atUs + STALL_US, lookAgain);
      return;
    }
    isStalled = false;
    onFlow(atUs);
  }

  return {
    look(atUs) {
      if (isStalled || socket.bufferedAmount <= STALL_BYTES) return;
      isStalled = true;
      cancel = clock.at(atUs + STALL_US, lookAgain);
      onStall(atUs);
    },
    stop: () => cancel(),
  };
}
