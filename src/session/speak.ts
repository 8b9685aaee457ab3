// The microphone. It fills a frame, then sends it: frame k of a grid is due at gridUs + (k + 1) * frameUs, an absolute
// deadline that no lateness of an earlier frame can move. A stall is caught up by sending what became due, each frame with
// its own lateness.

import type { Cancel, Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import type { ReadyMessage } from "../transport/ready-message.ts";

/** Ready-made messages of one clip in one format and frame size, shared by every caller. */
export interface SpokenFrames {
  readonly messages: readonly ReadyMessage[];
  readonly silence: ReadyMessage;
}

export interface Utterance {
  readonly turn: number;
  readonly frames: SpokenFrames;
  /** A frame boundary. */
  readonly startUs: number;
  /** The frame that holds the last voiced sample, from 0. */
  readonly lastVoicedFrame: number;
  /** Push to talk: nothing follows the frame with the last voiced sample. */
  readonly pushToTalk: boolean;
}

export interface MicrophonePort {
  readonly clock: Clock;
  readonly frameUs: number;
  readonly silence: ReadyMessage;
  send(message: ReadyMessage): void;
  bufferedBytes(): number;
  /** The frame with the last voiced sample was handed to the socket at `atUs`; it ends `audioMs` of audio sent so far. */
  onSpoken(turn: number, atUs: number, audioMs: number): void;
  onFrame(latenessUs: number, sentUs: number): void;
  /** More is waiting to be sent than limits.unsentBytes: nobody takes it any more. */
  onBacklog(bytes: number): void;
}

/** What the instrument did since it was last asked. */
export interface FrameStats {
  readonly framesSent: number;
  readonly framesLate: number;
  readonly latenessMaxUs: number;
  readonly bufferedBytesMax: number;
}

export interface Microphone {
  /** Streams silence from `gridUs` on; speech goes into the same grid. */
  stream(gridUs: number): void;
  speak(utterance: Utterance): void;
  /**
   * To a new session: from the frame boundary `fromUs` on, with what is being said. Frames that were due before now are sent
   * at once, and are not late: this is not when they were first spoken.
   */
  resume(going: { readonly fromUs: number; readonly streams: boolean; readonly utterance?: Utterance }): void;
  stop(): void;
  takeStats(): FrameStats;
}

/** A frame counts as late beyond 2 ms or a quarter of its length, whichever is more. */
export const lateAboveUs = (frameUs: number): number => Math.max(2_000, frameUs / 4);

const noStats: FrameStats = { framesSent: 0, framesLate: 0, latenessMaxUs: 0, bufferedBytesMax: 0 };

export function createMicrophone(port: MicrophonePort): Microphone {
  const { clock, frameUs } = port;
  const lateUs = lateAboveUs(frameUs);
  let cancel: Cancel | undefined;
  let dueUs = 0;
  let utterance: Utterance | undefined;
  let streaming = false;
  let forgivenUs = 0;
  let framesEver = 0;
  let framesSent = 0;
  let framesLate = 0;
  let latenessMaxUs = 0;
  let bufferedBytesMax = 0;

  function start(firstDueUs: number): void {
    dueUs = firstDueUs;
    cancel = clock.repeat(firstDueUs, frameUs, sendFrame);
  }

  function pause(): void {
    cancel?.();
    cancel = undefined;
  }

  function sendFrame(): void {
    const spoken = utterance;
    const index = spoken ? Math.round((dueUs - frameUs - spoken.startUs) / frameUs) : -1;
    port.send((index >= 0 ? spoken?.frames.messages[index] : undefined) ?? port.silence);
    const sentUs = clock.nowUs();
    count(dueUs < forgivenUs ? 0 : sentUs - dueUs, sentUs);
    if (spoken && index === spoken.lastVoicedFrame) {
      port.onSpoken(spoken.turn, sentUs, (framesEver * frameUs) / 1_000);
      if (spoken.pushToTalk) utterance = undefined;
    }
    if (utterance && index >= utterance.frames.messages.length - 1) utterance = undefined;
    dueUs += frameUs;
    if (!streaming && !utterance) pause();
  }

  function count(latenessUs: number, sentUs: number): void {
    framesEver++;
    framesSent++;
    if (latenessUs > lateUs) framesLate++;
    if (latenessUs > latenessMaxUs) latenessMaxUs = latenessUs;
    const bufferedBytes = port.bufferedBytes();
    if (bufferedBytes > bufferedBytesMax) bufferedBytesMax = bufferedBytes;
    port.onFrame(Math.max(0, latenessUs), sentUs);
    if (bufferedBytes > limits.unsentBytes) port.onBacklog(bufferedBytes);
  }

  return {
    stream(gridUs) {
      streaming = true;
      start(gridUs + frameUs);
    },
    speak(next) {
      utterance = next;
      if (!cancel) start(next.startUs + frameUs);
    },
    resume({ fromUs, streams, utterance: going }) {
      [forgivenUs, streaming, utterance] = [clock.nowUs(), streams, going];
      if (streams || going) start(fromUs + frameUs);
    },
    stop() {
      pause();
      [framesEver, streaming, utterance] = [0, false, undefined];
    },
    takeStats() {
      const stats: FrameStats = { framesSent, framesLate, latenessMaxUs, bufferedBytesMax };
      ({ framesSent, framesLate, latenessMaxUs, bufferedBytesMax } = noStats);
      return stats;
    },
  };
}
