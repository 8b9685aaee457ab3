// What one call sounds like to its caller: the clips where the microphone sends them, and what came where the modelled player
// plays it. There only where somebody keeps audio. Instants on the clock's own scale, µs.

import { encodeWav } from "../audio/encode-wav.ts";
import { formats, type AudioFormat } from "../audio/format.ts";
import { overlay } from "../audio/overlay.ts";
import { fromWire } from "../audio/wire.ts";
import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { textOfReady } from "../transport/ready-message.ts";
import type { Microphone, Utterance } from "./speak.ts";
import type { Input, SessionState } from "./state.ts";

/** What a session tells of its sound. */
export interface SoundEar {
  /** What the audio input that comes next holds, as it came over the wire. The bytes are lent until then. */
  arrive(bytes: Buffer, rateHz: number): void;
  /** That input, or another, moved the player. */
  follow(input: Input, before: SessionState, after: SessionState): void;
  /** The microphone begins to say this, or goes on with it. */
  say(utterance: Utterance): void;
}

export interface CallSound extends SoundEar {
  /**
   * The recorded turn as a WAV file of 16 bits: left the caller, right what was played to them, from the turn's first frame until
   * its clip, its answer or its wait is over, at most limits.keptTurnMs. Undefined where the turn never began, or where some of its sound did not fit.
   */
  wavOf(row: TurnRow, nowUs: number): Buffer | undefined;
  /** The turn needs nothing any more. */
  forget(turn: number, nowUs: number): void;
  close(): void;
}

/** Bytes that all calls of a thread may hold together. */
export interface SoundRoom {
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createSoundRoom(bytesMax: number): SoundRoom {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > bytesMax) return false;
      used += bytes;
      return true;
    },
    give: (bytes) => void (used -= bytes),
  };
}

export interface SoundQuestion {
  readonly runStartUs: number;
  readonly frameUs: number;
  readonly inputFormat: AudioFormat;
  readonly outputFormat: AudioFormat;
  readonly room: SoundRoom;
}

interface Piece {
  readonly fromUs: number;
  /** The player may stop before all of it was played. */
  toUs: number;
  readonly rateHz: number;
  /** Absent where there was no room for it. */
  readonly bytes?: Buffer;
}

interface Said {
  readonly utterance: Utterance;
  /** Something else was said from then on. */
  toUs: number;
}

export function createCallSound({ runStartUs, frameUs, inputFormat, outputFormat, room }: SoundQuestion): CallSound {
  const fileHz = Math.max(formats[inputFormat].sampleRateHz, formats[outputFormat].sampleRateHz);
  const openTurns = new Map<number, number>();
  let lent: { readonly bytes: Buffer; readonly rateHz: number } | undefined;
  let pieces: Piece[] = [];
  let said: Said[] = [];
  let heldBytes = 0;
  let settledUs = 0;

  /** What lies before every turn that may still be recorded. */
  function drop(untilUs: number): void {
    for (const { bytes, toUs } of pieces) if (toUs <= untilUs && bytes) give(bytes.length);
    pieces = pieces.filter(({ toUs }) => toUs > untilUs);
    said = said.filter(({ toUs }) => toUs > untilUs);
  }

  function give(bytes: number): void {
    heldBytes -= bytes;
    room.give(bytes);
  }

  function play(fromUs: number, toUs: number): void {
    if (!lent || lent.bytes.length === 0) return;
    const { bytes, rateHz } = lent;
    drop(Math.min(settledUs, ...openTurns.values()));
    const fits = heldBytes + bytes.length <= limits.keptSoundOfCallBytes && room.take(bytes.length);
    if (fits) heldBytes += bytes.length;
    pieces.push({ fromUs, toUs, rateHz, ...(fits ? { bytes: Buffer.from(bytes) } : {}) });
  }

  return {
    arrive: (bytes, rateHz) => void (lent = { bytes, rateHz }),
    follow(input, before, { playback, turn }) {
      if (input.type === "audio" && playback.endUs !== undefined) play(playback.endUs - input.durationUs, playback.endUs);
      if (playback.endUs !== undefined) return;
      const stoppedUs = turn?.interruption?.stoppedUs;
      const atUs = stoppedUs !== undefined && stoppedUs !== before.turn?.interruption?.stoppedUs ? stoppedUs : input.atUs;
      for (const piece of pieces) piece.toUs = Math.max(piece.fromUs, Math.min(piece.toUs, atUs));
    },
    say(utterance) {
      const { startUs, turn } = utterance;
      for (const before of said) before.toUs = Math.min(before.toUs, startUs);
      said.push({ utterance, toUs: startUs + framesSaid(utterance) * frameUs });
      if (turn >= 0) openTurns.set(turn, startUs);
    },
    wavOf(row, nowUs) {
      if (row.startedUs === undefined) return undefined;
      const fromUs = row.startedUs + runStartUs;
      const own = said.find(({ utterance }) => utterance.turn === row.turn && utterance.startUs >= fromUs - 1);
      const waitedUs = (row.speechEndUs ?? row.startedUs) + msToUs(row.censoredAtMs ?? 0) + runStartUs;
      const overUs = Math.max(own?.toUs ?? fromUs, (row.playoutEndUs ?? 0) + runStartUs, waitedUs);
      const toUs = Math.min(overUs, nowUs, fromUs + msToUs(limits.keptTurnMs));
      if (pieces.some((piece) => !piece.bytes && piece.fromUs < toUs && piece.toUs > fromUs)) return undefined;
      const [left, right] = [0, 1].map(() => new Int16Array(Math.max(0, Math.ceil(((toUs - fromUs) * fileHz) / 1e6)))) as [Int16Array, Int16Array];
      for (const { utterance, toUs: endUs } of said) {
        const samples = samplesSaid(utterance, inputFormat);
        overlay(
          { samples: left, sampleRateHz: fileHz, fromUs },
          { samples, sampleRateHz: formats[inputFormat].sampleRateHz, fromUs: utterance.startUs, toUs: endUs },
        );
      }
      for (const { bytes, rateHz, ...when } of pieces) {
        if (bytes) overlay({ samples: right, sampleRateHz: fileHz, fromUs }, { samples: fromWire(bytes, outputFormat), sampleRateHz: rateHz, ...when });
      }
      return encodeWav({ sampleRateHz: fileHz, channels: [left, right] }, 16);
    },
    forget(turn, nowUs) {
      openTurns.delete(turn);
      settledUs = nowUs;
    },
    close: () => drop(Infinity),
  };
}

/** The microphone, with somebody beside it. */
export const overheard = (microphone: Microphone, { say }: SoundEar): Microphone => ({
  ...microphone,
  speak(utterance) {
    say(utterance);
    microphone.speak(utterance);
  },
  resume(going) {
    if (going.utterance) say(going.utterance);
    microphone.resume(going);
  },
});

/** With push to talk the microphone closes behind the frame that holds the last voiced sample. */
const framesSaid = ({ frames, pushToTalk, lastVoicedFrame }: Utterance): number => (pushToTalk ? lastVoicedFrame + 1 : frames.messages.length);

/** The very samples that went over the wire. */
function samplesSaid(utterance: Utterance, format: AudioFormat): Int16Array {
  const frames = utterance.frames.messages.slice(0, framesSaid(utterance));
  const audio = frames.map((message) => Buffer.from((JSON.parse(textOfReady(message)) as { readonly audio: string }).audio, "base64"));
  return fromWire(Buffer.concat(audio), format);
}
