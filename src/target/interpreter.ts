// The engine of a translation session. It runs on the clock of the caller's audio, a step for every 200 ms of it, whatever
// pieces it came in: a client that stops sending stops the engine. While there is something to say each step says one
// delta of 400 ms, as captured from the live server; nothing is sent in between. What is said is the translation of what was
// recognised; the engine's clock waits for the recogniser where it would have to speak before it knows what.

import { stream } from "../core/random.ts";
import type { TranslationServerEventDraft } from "../protocol/translation-event.ts";
import { quantileOf } from "./distribution.ts";
import { createFrameLog } from "./frame-log.ts";
import type { TurnKey } from "./latency-model.ts";
import type { Profile } from "./profile.ts";
import type { Heard, HeardWord } from "./recogniser.ts";
import type { Spoken } from "./source-listener.ts";
import { createSourceListener } from "./source-listener.ts";
import type { Translation, TranslationSpeech } from "./translation-speech.ts";
import type { Arrival, SaidDelta, TranslationRow } from "./translation-truth.ts";
import { createArrivals, placeWords } from "./translation-truth.ts";

export const DELTA_MS = 400;
const STEP_MS = 200;
const BYTES_PER_MS = 48;
const DELTA_BYTES = DELTA_MS * BYTES_PER_MS;

export interface InterpreterOptions {
  readonly profile: Profile;
  readonly speech: TranslationSpeech;
  /** Names the luck of the call's utterances. */
  readonly key: Omit<TurnKey, "turn">;
  readonly tell: (draft: TranslationServerEventDraft, delta?: SaidDelta) => void;
  /** To be answered by `take`. */
  readonly ask: (number: number, audio: Uint8Array) => void;
  readonly account: (row: Omit<TranslationRow, "v" | "type" | "sessionId" | "call">) => void;
}

/** What is asked of it now. */
export interface InterpreterSettings {
  readonly language: string;
  readonly isTranscribing: boolean;
  /** The client reads too slowly: what there is to say waits. */
  readonly isStalled: boolean;
}

export interface Interpreter {
  hear(bytes: Uint8Array, settings: InterpreterSettings, atUs: number): void;
  /** The recogniser's answer; undefined when it is lost. */
  take(number: number, heard: Heard | undefined, settings: InterpreterSettings): void;
  /** No audio comes any more: nothing waits for its time now. */
  finish(): void;
  /** A step without audio, after `finish`. */
  step(settings: InterpreterSettings): void;
  /** The session is gone: accounts for what was never said. */
  cut(): void;
  readonly hasMore: boolean;
  /** The next thing to say waits for the recogniser. */
  readonly isWaiting: boolean;
}

interface Utterance {
  readonly spoken: Spoken;
  /** Those of the session when it began. */
  readonly language: string;
  readonly isTranscribing: boolean;
  readonly earVoiceSpanMs: number;
  readonly start: Arrival;
  /** Undefined: silence of the utterance's own length. */
  translation: Translation | undefined;
  words: readonly HeardWord[];
  /** What was said in the caller's language, on the clock of the caller's audio. */
  source: readonly HeardWord[];
  arrivals: readonly Arrival[];
  toldWords: number;
  saidWords: number;
  readonly deltas: SaidDelta[];
}

export function createInterpreter({ profile, speech, key, tell, ask, account }: InterpreterOptions): Interpreter {
  const arrivals = createArrivals(createFrameLog());
  const listener = createSourceListener({
    begin: (spoken) => begin(spoken),
    decide: (spoken) => decide(spoken),
    ask: ({ number }, audio) => ask(number, audio),
  });
  let settings: InterpreterSettings = { language: "", isTranscribing: false, isStalled: false };
  let audioMs = 0;
  let engineMs = 0;
  let isFinished = false;
  const unsaid: Utterance[] = [];
  /** Those whose words in the caller's language are not all told. */
  let untold: Utterance[] = [];
  /** Said, and accounted for as soon as the caller's audio has caught up. */
  let said: Utterance[] = [];
  const hasBegun = { input: false, output: false };

  function begin(spoken: Spoken): void {
    const luck = stream(key.seed, "target", key.session, key.call, spoken.number, "ear-voice span").uniform();
    const earVoiceSpanMs = quantileOf(profile.translation.earVoiceSpanMs.delay, luck);
    const { language, isTranscribing } = settings;
    const start = arrivals.at(spoken.startMs);
    const rest = { translation: undefined, words: [], source: [], arrivals: [], toldWords: 0, saidWords: 0, deltas: [] };
    unsaid.push({ spoken, language, isTranscribing, earVoiceSpanMs, start, ...rest });
  }

  function decide(spoken: Spoken): void {
    const utterance = unsaid.find((other) => other.spoken === spoken);
    if (!utterance) return;
    const { heard, heardFromMs } = spoken;
    // Sound without speech in it is nothing to translate.
    if (heard?.text === "") return void unsaid.splice(unsaid.indexOf(utterance), 1);
    utterance.translation = heard?.clip === undefined ? undefined : speech.translate(heard.clip, utterance.language);
    utterance.words = utterance.translation?.words ?? wordsForSilence(heard, utterance.language);
    const words = heard?.clip === undefined ? [] : [...heard.words, ...heard.ahead];
    utterance.source = words.map(({ text, startMs, endMs }) => ({ text, startMs: startMs + heardFromMs, endMs: endMs + heardFromMs }));
    utterance.arrivals = utterance.source.map(({ endMs }) => arrivals.at(endMs));
    if (heard?.clip === undefined) utterance.source = [wholeOf(heard?.text ?? UNHEARD, spoken.startMs)];
    if (utterance.isTranscribing) untold.push(utterance);
  }

  const isDue = ({ spoken, earVoiceSpanMs }: Utterance, atMs: number): boolean => isFinished || spoken.startMs + earVoiceSpanMs <= atMs;
  const waits = (next: Utterance | undefined): boolean => next !== undefined && next.spoken.isAsked && isDue(next, engineMs + STEP_MS);

  function step(): void {
    engineMs += STEP_MS;
    if (settings.isStalled) return;
    untold = untold.filter((utterance) => !tellSource(utterance));
    const next = unsaid[0];
    if (!next?.spoken.isDecided || !isDue(next, engineMs) || !say(next)) return;
    unsaid.shift();
    said.push(next);
  }

  function stepOn(): void {
    while (engineMs + STEP_MS <= audioMs && !waits(unsaid[0])) step();
    const isSettled = ({ arrivals: words }: Utterance): boolean => isFinished || words.every(({ arrivedUs }) => arrivedUs !== undefined);
    for (const utterance of said.filter(isSettled)) account(rowOf(utterance, utterance.translation ? "said" : "silent"));
    said = said.filter((utterance) => !isSettled(utterance));
  }

  /** Tells the words that are over; true when none is left. Of a word cut off by the end, its half must have been heard. */
  function tellSource(utterance: Utterance): boolean {
    for (const { text, startMs, endMs } of utterance.source.slice(utterance.toldWords)) {
      if (isFinished ? (startMs + endMs) / 2 > audioMs : endMs > engineMs) return isFinished;
      tell({ type: "session.input_transcript.delta", delta: hasBegun.input ? ` ${text}` : text, elapsed_ms: engineMs });
      hasBegun.input = true;
      utterance.toldWords++;
    }
    return true;
  }

  /** The next delta of the translation, if there is enough of it; true when that was all. */
  function say(utterance: Utterance): boolean {
    const { translation, spoken, deltas } = utterance;
    // A silent translation is as long as what was heard of its utterance so far.
    const endMs = Math.min(spoken.endMs ?? engineMs, isFinished ? audioMs : Infinity);
    const wholeBytes = translation?.audio.length ?? Math.round(endMs - spoken.startMs) * BYTES_PER_MS;
    const isOpen = !translation && spoken.endMs === undefined;
    const isEnough = deltas.length * DELTA_BYTES < wholeBytes && !(isOpen && (deltas.length + 1) * DELTA_BYTES > wholeBytes);
    if (isEnough) sayDelta(utterance);
    return !isOpen && deltas.length * DELTA_BYTES >= wholeBytes;
  }

  function sayDelta(utterance: Utterance): void {
    const { translation, deltas, words } = utterance;
    const audio = Buffer.alloc(DELTA_BYTES);
    const offsetMs = deltas.length * DELTA_MS;
    translation?.audio.copy(audio, 0, offsetMs * BYTES_PER_MS, offsetMs * BYTES_PER_MS + DELTA_BYTES);
    for (; (words[utterance.saidWords]?.startMs ?? Infinity) < offsetMs + DELTA_MS; utterance.saidWords++) {
      const text = words[utterance.saidWords]?.text ?? "";
      tell({ type: "session.output_transcript.delta", delta: hasBegun.output ? ` ${text}` : text, elapsed_ms: engineMs });
      hasBegun.output = true;
    }
    const delta: SaidDelta = { offsetMs, elapsedMs: engineMs };
    deltas.push(delta);
    const format = { sample_rate: 24_000, channels: 1, format: "pcm16" } as const;
    tell({ type: "session.output_audio.delta", delta: audio.toString("base64"), ...format, elapsed_ms: engineMs }, delta);
  }

  function rowOf(utterance: Utterance, outcome: TranslationRow["outcome"]): Parameters<typeof account>[0] {
    const { spoken, translation, deltas, source, arrivals: ends, start, language, earVoiceSpanMs } = utterance;
    const { number, endMs, heard } = spoken;
    return {
      utterance: number,
      language,
      heard: {
        start,
        ...(endMs === undefined ? {} : { end: arrivals.at(endMs) }),
        ...(heard?.clip === undefined ? {} : { clip: heard.clip }),
        words: ends.map((end, index) => ({ text: source[index]?.text ?? "", end })),
      },
      planned: { earVoiceSpanMs },
      said: { ...(translation ? { clip: translation.clip } : {}), deltas, words: translation ? placeWords(translation.words, deltas.length, DELTA_MS) : [] },
      outcome,
    };
  }

  return {
    get hasMore() {
      return unsaid.length > 0 || untold.length > 0;
    },
    get isWaiting() {
      return waits(unsaid[0]);
    },
    hear(bytes, now, atUs) {
      settings = now;
      audioMs += bytes.length / BYTES_PER_MS;
      arrivals.hear(audioMs, atUs);
      listener.hear(bytes, audioMs);
      stepOn();
    },
    take(number, heard, now) {
      settings = now;
      listener.take(number, heard);
      stepOn();
    },
    finish() {
      isFinished = true;
      listener.finish();
    },
    step(now) {
      settings = now;
      step();
      stepOn();
    },
    cut() {
      for (const utterance of said.splice(0)) account(rowOf(utterance, utterance.translation ? "said" : "silent"));
      for (const utterance of unsaid.splice(0)) account(rowOf(utterance, "cut"));
    },
  };
}

/** Where the recogniser is lost nobody can say how long the speech was. */
const UNHEARD = "[unrecognised speech]";

const wholeOf = (text: string, atMs: number): HeardWord => ({ text, startMs: atMs, endMs: atMs });

/** What the transcript says of an utterance that is silence: why, in brackets; nothing where it was in the language already. */
function wordsForSilence(heard: Heard | undefined, language: string): readonly HeardWord[] {
  if (heard?.clip === undefined) return [wholeOf(heard?.text ?? UNHEARD, 0)];
  return heard.language === language ? [] : [wholeOf(`[no translation of ${heard.clip} into ${language}]`, 0)];
}
