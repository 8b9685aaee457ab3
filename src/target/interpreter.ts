// The engine of a translation session. It runs on the clock of the caller's audio, a step for every 200 ms of it, whatever
// pieces it came in: a client that stops sending stops the engine. While there is something to say each step says one
// delta of 400 ms, as captured from the live server; nothing is sent in between.

import { stream } from "../core/random.ts";
import type { TranslationServerEventDraft } from "../protocol/translation-event.ts";
import { quantileOf } from "./distribution.ts";
import type { TurnKey } from "./latency-model.ts";
import type { Profile } from "./profile.ts";
import type { Translation, TranslationSpeech } from "./translation-speech.ts";
import { createVad } from "./vad.ts";

export const DELTA_MS = 400;
const STEP_MS = 200;
const BYTES_PER_MS = 48;
const DELTA_BYTES = DELTA_MS * BYTES_PER_MS;
/** Where one utterance ends and the next begins. The live engine tells nothing of it; half a second is a pause between sentences. */
const hearing = { threshold: 0.5, prefixMs: 0, silenceMs: 500 };

export interface InterpreterOptions {
  readonly profile: Profile;
  readonly speech: TranslationSpeech;
  /** Names the luck of the call's utterances. */
  readonly key: Omit<TurnKey, "turn">;
  readonly tell: (draft: TranslationServerEventDraft) => void;
}

/** What is asked of it now. */
export interface InterpreterSettings {
  readonly language: string;
  readonly isTranscribing: boolean;
  /** The client reads too slowly: what there is to say waits. */
  readonly isStalled: boolean;
}

export interface Interpreter {
  hear(bytes: Uint8Array, settings: InterpreterSettings): void;
  /** No audio comes any more: nothing waits for its time now. */
  finish(): void;
  /** A step without audio, after `finish`. */
  step(settings: InterpreterSettings): void;
  readonly hasMore: boolean;
  /** The session is over: nothing is heard any more. */
  close(): void;
}

interface Utterance {
  readonly number: number;
  /** On the clock of the caller's audio, ms; `dueMs` is when its translation begins. */
  readonly startMs: number;
  readonly dueMs: number;
  endMs: number | undefined;
  /** Undefined: silence of the utterance's own length. */
  readonly translation: Translation | undefined;
  saidBytes: number;
  saidWords: number;
  /** Words of the input transcript still to be told. */
  readonly untold: string[];
}

/** The deltas of a session are one text: every word but the very first has a space before it. */
const spaced = (words: readonly string[], utterance: number): string[] => words.map((word, index) => (utterance + index === 0 ? word : ` ${word}`));

export function createInterpreter({ profile, speech, key, tell }: InterpreterOptions): Interpreter {
  const vad = createVad("pcm24k");
  let audioMs = 0;
  let engineMs = 0;
  let heard = 0;
  let isFinished = false;
  const unsaid: Utterance[] = [];
  const untold: Utterance[] = [];

  function begin(startMs: number, { language, isTranscribing }: InterpreterSettings): void {
    const number = heard++;
    const luck = stream(key.seed, "target", key.session, key.call, number, "ear-voice span").uniform();
    const translation = speech.translate(number, language);
    const dueMs = startMs + quantileOf(profile.translation.earVoiceSpanMs.delay, luck);
    const source = isTranscribing ? spaced(translation?.sourceWords ?? [], number) : [];
    const utterance: Utterance = { number, startMs, dueMs, endMs: undefined, translation, saidBytes: 0, saidWords: 0, untold: source };
    unsaid.push(utterance);
    if (source.length > 0) untold.push(utterance);
  }

  function step({ isStalled }: InterpreterSettings): void {
    engineMs += STEP_MS;
    if (isStalled) return;
    const understood = untold[0];
    if (understood) tellSource(understood);
    const next = unsaid[0];
    if (next && (isFinished || next.dueMs <= engineMs) && say(next, engineMs, tell)) unsaid.shift();
  }

  function tellSource(utterance: Utterance): void {
    tell({ type: "session.input_transcript.delta", delta: utterance.untold.shift() as string, elapsed_ms: engineMs });
    if (utterance.untold.length === 0) untold.shift();
  }

  return {
    get hasMore() {
      return unsaid.length > 0 || untold.length > 0;
    },
    hear(bytes, settings) {
      audioMs += bytes.length / BYTES_PER_MS;
      vad.hear(bytes, hearing, (event) => {
        if (event.type === "started") return begin(event.startMs, settings);
        const speaking = unsaid.at(-1);
        if (speaking) speaking.endMs ??= event.speechEndMs;
      });
      while (engineMs + STEP_MS <= audioMs) step(settings);
    },
    finish() {
      isFinished = true;
      const speaking = unsaid.at(-1);
      if (speaking) speaking.endMs ??= audioMs;
    },
    step,
    close: vad.close,
  };
}

/** The next delta of the translation, if there is enough of it; true when that was all. */
function say(utterance: Utterance, elapsed_ms: number, tell: InterpreterOptions["tell"]): boolean {
  const { translation, endMs } = utterance;
  // A silent translation is as long as what was heard of its utterance so far.
  const wholeBytes = translation?.audio.length ?? Math.round((endMs ?? elapsed_ms) - utterance.startMs) * BYTES_PER_MS;
  const isOpen = !translation && endMs === undefined;
  if (isOpen && utterance.saidBytes + DELTA_BYTES > wholeBytes) return false;
  if (utterance.saidBytes < wholeBytes) sayDelta(utterance, wholeBytes, elapsed_ms, tell);
  return !isOpen && utterance.saidBytes >= wholeBytes;
}

function sayDelta(utterance: Utterance, wholeBytes: number, elapsed_ms: number, tell: InterpreterOptions["tell"]): void {
  const { translation } = utterance;
  const audio = Buffer.alloc(DELTA_BYTES);
  translation?.audio.copy(audio, 0, utterance.saidBytes, utterance.saidBytes + DELTA_BYTES);
  utterance.saidBytes += DELTA_BYTES;
  const words = spaced(translation?.words ?? [], utterance.number);
  const due = Math.ceil((words.length * Math.min(utterance.saidBytes, wholeBytes)) / wholeBytes);
  for (; utterance.saidWords < due; utterance.saidWords++) {
    tell({ type: "session.output_transcript.delta", delta: words[utterance.saidWords] as string, elapsed_ms });
  }
  tell({ type: "session.output_audio.delta", delta: audio.toString("base64"), sample_rate: 24_000, channels: 1, format: "pcm16", elapsed_ms });
}
