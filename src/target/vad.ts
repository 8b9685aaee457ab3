// Server VAD: finds speech in the caller's audio by its level, hop by hop, on the clock of the audio itself and not of the
// wall: whoever sends faster than real time is heard faster.

import type { AudioFormat } from "../audio/format.ts";
import { createHopMeter, HOP_MS } from "./hop-level.ts";

export interface VadSettings {
  /** 0 to 1, the protocol's: higher needs louder speech, further above the noise. */
  readonly threshold: number;
  readonly prefixMs: number;
  readonly silenceMs: number;
}

/** Milliseconds of all audio ever appended in the session. */
export type VadEvent =
  | { readonly type: "started"; readonly startMs: number }
  | { readonly type: "stopped"; readonly speechEndMs: number; readonly endMs: number };

export interface Vad {
  /** Hears the bytes and calls `tell` for each start and end of speech in them, in order. */
  hear(bytes: Uint8Array, settings: VadSettings, tell: (event: VadEvent) => void): void;
  /** Forgets speech in progress and goes on hearing from `audioMs`; keeps what it knows of the noise. */
  restart(audioMs: number): void;
}

/** Speech shorter than this is a click. */
const ONSET_HOPS = 3;
/** Noise is learnt quickly when it falls and slowly when it rises, so that speech is not taken for noise. */
const FLOOR_START_DBFS = -60;
const FLOOR_FALL = 0.3;
const FLOOR_RISE_DB = 0.02;
/** Once speaking, quieter sound still counts as speech: words end softly. */
const HYSTERESIS_DB = 4;

/** The quietest level that can be speech, dBFS of a hop: -50 at the default threshold of 0.5. */
const gateDbfs = (threshold: number): number => -70 + 40 * threshold;
const marginDb = (threshold: number): number => 4 + 12 * threshold;

export function createVad(format: AudioFormat): Vad {
  const meter = createHopMeter(format);
  let earliestMs = 0;
  let hopEndMs = 0;
  let floorDbfs = FLOOR_START_DBFS;
  let voicedRun = 0;
  let isSpeaking = false;
  let speechEndMs = 0;

  function takeHop(dbfs: number, settings: VadSettings, tell: (event: VadEvent) => void): void {
    hopEndMs += HOP_MS;
    const level = Math.max(gateDbfs(settings.threshold), floorDbfs + marginDb(settings.threshold)) - (isSpeaking ? HYSTERESIS_DB : 0);
    floorDbfs += dbfs < floorDbfs ? (dbfs - floorDbfs) * FLOOR_FALL : FLOOR_RISE_DB;
    voicedRun = dbfs >= level ? voicedRun + 1 : 0;
    if (!isSpeaking && voicedRun >= ONSET_HOPS) {
      isSpeaking = true;
      tell({ type: "started", startMs: Math.max(earliestMs, hopEndMs - ONSET_HOPS * HOP_MS - settings.prefixMs) });
    }
    if (!isSpeaking) return;
    if (voicedRun > 0) speechEndMs = hopEndMs;
    else if (hopEndMs - speechEndMs >= settings.silenceMs) {
      isSpeaking = false;
      earliestMs = hopEndMs;
      tell({ type: "stopped", speechEndMs, endMs: hopEndMs });
    }
  }

  return {
    hear: (bytes, settings, tell) => meter.hear(bytes, (dbfs) => takeHop(dbfs, settings, tell)),
    restart(audioMs) {
      meter.restart();
      voicedRun = 0;
      isSpeaking = false;
      earliestMs = audioMs;
      hopEndMs = audioMs;
    },
  };
}
