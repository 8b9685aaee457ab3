// Server VAD: finds speech in the caller's audio hop by hop, on the clock of the audio itself and not of the wall: whoever
// sends faster than real time is heard faster. Where sound begins and ends is told by its level above the noise; whether it
// is speech, by WebRTC's detector, which is asked only about what is loud enough. Its own edges would come late: it goes on
// saying "voice" for some frames.

import type { AudioFormat } from "../audio/format.ts";
import { createHopMeter, HOP_MS } from "./hop-level.ts";
import { createNoiseFloor } from "./noise-floor.ts";
import { createVoiceDetector } from "./voice-detector.ts";

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
  /** Hears the bytes (`isSilent`: known to be zero) and calls `tell` for each start and end of speech in them, in order. */
  hear(bytes: Uint8Array, settings: VadSettings, tell: (event: VadEvent) => void, isSilent?: boolean): void;
  /** Forgets speech in progress and goes on hearing from `audioMs`; keeps what it knows of the noise. */
  restart(audioMs: number): void;
  /** Gives its memory back; it hears nothing any more. */
  close(): void;
}

/** Noise is the quietest of a second that holds no speech; of a longer while where the detector takes even noise for one. */
const CALM_MS = 1_000;
const ANY_MS = 5_000;
/** Louder sound begins a stretch after so many hops in a row: less is a click. */
const ONSET_HOPS = 3;
/** A stretch in which no voice is heard for so long was none, if it was not yet found to be speech. */
const STRETCH_GAP_MS = 400;
/** What makes a stretch speech. The detector says voice for some hops wherever sound begins. */
const VOICED_HOPS = 10;
/** A voice swings by more than this between its hops; hum, which the detector may take for one, does not. */
const SWING_DB = 6;
/** Loud sound without voice for longer than this does not go on with the speech before it. */
const VOICE_HOLD_MS = 200;
/** Once a stretch has begun, quieter sound still counts: words end softly. */
const HYSTERESIS_DB = 4;

/** The quietest level that can be speech, dBFS of a hop: -50 at the default threshold of 0.5. */
const gateDbfs = (threshold: number): number => -70 + 40 * threshold;
/** And how far above the noise: 10 dB there. */
const marginDb = (threshold: number): number => 4 + 12 * threshold;

interface VoicedHops {
  add(dbfs: number): void;
  isSpeech(): boolean;
  forget(): void;
}

/** The voice in a stretch: enough of it, and alive. */
function createVoicedHops(): VoicedHops {
  let count = 0;
  let loudestDbfs = -Infinity;
  let quietestDbfs = Infinity;
  return {
    add(dbfs) {
      count++;
      loudestDbfs = Math.max(loudestDbfs, dbfs);
      quietestDbfs = Math.min(quietestDbfs, dbfs);
    },
    isSpeech: () => count >= VOICED_HOPS && loudestDbfs - quietestDbfs >= SWING_DB,
    forget() {
      count = 0;
      loudestDbfs = -Infinity;
      quietestDbfs = Infinity;
    },
  };
}

export function createVad(format: AudioFormat): Vad {
  const meter = createHopMeter(format);
  const listener = createListener();
  /** Hops of digital silence that nothing has followed yet: who only listens sends nothing else, fifty times a second. */
  let quietHops = 0;

  function endQuiet(): void {
    if (quietHops === 0) return;
    listener.addSilence(quietHops);
    meter.hush();
    quietHops = 0;
  }

  return {
    hear(bytes, settings, tell, isSilent) {
      const hops = isSilent && listener.isIdle() ? meter.silentHops(bytes.length) : 0;
      quietHops += hops;
      if (hops > 0) return;
      endQuiet();
      meter.hear(bytes, (dbfs, sound) => listener.takeHop(dbfs, sound, settings, tell));
    },
    restart(audioMs) {
      endQuiet();
      meter.restart();
      listener.restart(audioMs);
    },
    close: listener.close,
  };
}

interface Listener {
  takeHop(dbfs: number, sound: () => Int16Array, settings: VadSettings, tell: (event: VadEvent) => void): void;
  /** Neither in speech nor in what may turn out to be speech. */
  isIdle(): boolean;
  /** So many hops of digital silence, while it is idle. */
  addSilence(hops: number): void;
  restart(audioMs: number): void;
  close(): void;
}

function createListener(): Listener {
  const calm = createNoiseFloor(CALM_MS);
  const any = createNoiseFloor(ANY_MS);
  const detector = createVoiceDetector();
  /** All times below count from here, in whole hops: sums of fractions would end a turn a hop late. */
  let originMs = 0;
  let earliestMs = 0;
  let hopEndMs = 0;
  let loudRun = 0;
  const voice = createVoicedHops();
  let voiceEndMs = -Infinity;
  /** Where loud sound began that may turn out to be speech. */
  let stretchMs: number | undefined;
  let isSpeaking = false;
  let speechEndMs = 0;
  function takeHop(dbfs: number, sound: () => Int16Array, settings: VadSettings, tell: (event: VadEvent) => void): void {
    hopEndMs += HOP_MS;
    const noiseDbfs = Math.max(calm.dbfs, any.dbfs);
    const level = Math.max(gateDbfs(settings.threshold), noiseDbfs + marginDb(settings.threshold)) - (stretchMs === undefined ? 0 : HYSTERESIS_DB);
    if (dbfs >= level) takeLoud(sound(), dbfs);
    else loudRun = 0;
    any.add(dbfs);
    if (!isSpeaking || voiceEndMs !== hopEndMs) calm.add(dbfs);
    if (!isSpeaking) {
      if (stretchMs === undefined ? loudRun === 0 : hopEndMs - Math.max(stretchMs, voiceEndMs) >= STRETCH_GAP_MS) forgetStretch();
      if (stretchMs === undefined || !voice.isSpeech()) return;
      isSpeaking = true;
      tell({ type: "started", startMs: originMs + Math.max(earliestMs, stretchMs - settings.prefixMs) });
    }
    if (loudRun > 0 && hopEndMs - voiceEndMs <= VOICE_HOLD_MS) speechEndMs = hopEndMs;
    else if (hopEndMs - speechEndMs >= settings.silenceMs) {
      isSpeaking = false;
      forgetStretch();
      // It takes a long vowel for noise, and the noise after that for a voice.
      detector.forget();
      earliestMs = hopEndMs;
      tell({ type: "stopped", speechEndMs: originMs + speechEndMs, endMs: originMs + hopEndMs });
    }
  }

  function takeLoud(sound: Int16Array, dbfs: number): void {
    loudRun++;
    // The first hop may be half silence, and would teach it that noise is quieter than what follows.
    const isVoice = loudRun > 1 && detector.isVoice(sound);
    // Amid loud sound that was found to be no speech, only a voice begins another stretch.
    if (loudRun === ONSET_HOPS || (isVoice && loudRun > ONSET_HOPS)) stretchMs ??= hopEndMs - ONSET_HOPS * HOP_MS;
    if (!isVoice) return;
    voice.add(dbfs);
    voiceEndMs = hopEndMs;
  }

  function forgetStretch(): void {
    stretchMs = undefined;
    voice.forget();
  }

  return {
    takeHop,
    isIdle: () => !isSpeaking && stretchMs === undefined,
    addSilence(hops) {
      hopEndMs += hops * HOP_MS;
      loudRun = 0;
      any.addSilence(hops);
      calm.addSilence(hops);
      voice.forget();
    },
    restart(audioMs) {
      forgetStretch();
      detector.forget();
      loudRun = 0;
      isSpeaking = false;
      originMs = audioMs;
      earliestMs = hopEndMs = 0;
      voiceEndMs = -Infinity;
    },
    close: detector.close,
  };
}
