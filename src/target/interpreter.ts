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
import type { Arrival, Arrivals, SaidDelta, TranslationRow } from "./translation-truth.ts";
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
  readonly account: (row: Account) => void;
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
  /** The session is gone: accounts for what was never said, and hears nothing any more. */
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

type Account = Omit<TranslationRow, "v" | "type" | "sessionId" | "call">;

interface Engine {
  readonly options: InterpreterOptions;
  readonly arrivals: Arrivals;
  settings: InterpreterSettings;
  audioMs: number;
  engineMs: number;
  isFinished: boolean;
  readonly unsaid: Utterance[];
  /** Those whose words in the caller's language are not all told. */
  untold: Utterance[];
  /** Said, and accounted for as soon as the caller's audio has caught up. */
  said: Utterance[];
  readonly hasBegun: { input: boolean; output: boolean };
}

export function createInterpreter(options: InterpreterOptions): Interpreter {
  const engine: Engine = {
    options,
    arrivals: createArrivals(createFrameLog()),
    settings: { language: "", isTranscribing: false, isStalled: false },
    audioMs: 0,
    engineMs: 0,
    isFinished: false,
    unsaid: [],
    untold: [],
    said: [],
    hasBegun: { input: false, output: false },
  };
  const listener = createSourceListener({
    begin: (spoken) => begin(engine, spoken),
    decide: (spoken) => decide(engine, spoken),
    ask: ({ number }, audio) => options.ask(number, audio),
  });
  return {
    get hasMore() {
      return engine.unsaid.length > 0 || engine.untold.length > 0;
    },
    get isWaiting() {
      return waits(engine, engine.unsaid[0]);
    },
    hear(bytes, now, atUs) {
      engine.settings = now;
      engine.audioMs += bytes.length / BYTES_PER_MS;
      engine.arrivals.hear(engine.audioMs, atUs);
      listener.hear(bytes, engine.audioMs);
      stepOn(engine);
    },
    take(number, heard, now) {
      engine.settings = now;
      listener.take(number, heard);
      stepOn(engine);
    },
    finish() {
      engine.isFinished = true;
      listener.finish();
    },
    step(now) {
      engine.settings = now;
      step(engine);
      stepOn(engine);
    },
    cut() {
      listener.close();
      for (const utterance of engine.said.splice(0)) engine.options.account(rowOf(engine, utterance, utterance.translation ? "said" : "silent"));
      for (const utterance of engine.unsaid.splice(0)) engine.options.account(rowOf(engine, utterance, "cut"));
    },
  };
}

function begin(engine: Engine, spoken: Spoken): void {
  const { key, profile } = engine.options;
  const luck = stream(key.seed, "target", key.session, key.call, spoken.number, "ear-voice span").uniform();
  const earVoiceSpanMs = quantileOf(profile.translation.earVoiceSpanMs.delay, luck);
  const { language, isTranscribing } = engine.settings;
  const start = engine.arrivals.at(spoken.startMs);
  const rest = { translation: undefined, words: [], source: [], arrivals: [], toldWords: 0, saidWords: 0, deltas: [] };
  engine.unsaid.push({ spoken, language, isTranscribing, earVoiceSpanMs, start, ...rest });
}

function decide(engine: Engine, spoken: Spoken): void {
  const utterance = engine.unsaid.find((other) => other.spoken === spoken);
  if (!utterance) return;
  const { heard, heardFromMs } = spoken;
  // Sound without speech in it is nothing to translate.
  if (heard?.text === "") return void engine.unsaid.splice(engine.unsaid.indexOf(utterance), 1);
  utterance.translation = heard?.clip === undefined ? undefined : engine.options.speech.translate(heard.clip, utterance.language);
  utterance.words = utterance.translation?.words ?? wordsForSilence(heard, utterance.language);
  const words = heard?.clip === undefined ? [] : [...heard.words, ...heard.ahead];
  utterance.source = words.map(({ text, startMs, endMs }) => ({ text, startMs: startMs + heardFromMs, endMs: endMs + heardFromMs }));
  utterance.arrivals = utterance.source.map(({ endMs }) => engine.arrivals.at(endMs));
  if (heard?.clip === undefined) utterance.source = [wholeOf(heard?.text ?? UNHEARD, spoken.startMs)];
  if (utterance.isTranscribing) engine.untold.push(utterance);
}

const isDue = (engine: Engine, { spoken, earVoiceSpanMs }: Utterance, atMs: number): boolean => engine.isFinished || spoken.startMs + earVoiceSpanMs <= atMs;
const waits = (engine: Engine, next: Utterance | undefined): boolean =>
  next !== undefined && next.spoken.isAsked && isDue(engine, next, engine.engineMs + STEP_MS);

function step(engine: Engine): void {
  engine.engineMs += STEP_MS;
  if (engine.settings.isStalled) return;
  engine.untold = engine.untold.filter((utterance) => !tellSource(engine, utterance));
  const next = engine.unsaid[0];
  if (!next?.spoken.isDecided || !isDue(engine, next, engine.engineMs) || !say(engine, next)) return;
  engine.unsaid.shift();
  engine.said.push(next);
}

function stepOn(engine: Engine): void {
  while (engine.engineMs + STEP_MS <= engine.audioMs && !waits(engine, engine.unsaid[0])) step(engine);
  const isSettled = ({ arrivals: words }: Utterance): boolean => engine.isFinished || words.every(({ arrivedUs }) => arrivedUs !== undefined);
  for (const utterance of engine.said.filter(isSettled)) engine.options.account(rowOf(engine, utterance, utterance.translation ? "said" : "silent"));
  engine.said = engine.said.filter((utterance) => !isSettled(utterance));
}

/** Tells the words that are over; true when none is left. Of a word cut off by the end, its half must have been heard. */
function tellSource(engine: Engine, utterance: Utterance): boolean {
  for (const { text, startMs, endMs } of utterance.source.slice(utterance.toldWords)) {
    if (engine.isFinished ? (startMs + endMs) / 2 > engine.audioMs : endMs > engine.engineMs) return engine.isFinished;
    engine.options.tell({ type: "session.input_transcript.delta", delta: engine.hasBegun.input ? ` ${text}` : text, elapsed_ms: engine.engineMs });
    engine.hasBegun.input = true;
    utterance.toldWords++;
  }
  return true;
}

/** The next delta of the translation, if there is enough of it; true when that was all. */
function say(engine: Engine, utterance: Utterance): boolean {
  const { translation, spoken, deltas } = utterance;
  // A silent translation is as long as what was heard of its utterance so far.
  const endMs = Math.min(spoken.endMs ?? engine.engineMs, engine.isFinished ? engine.audioMs : Infinity);
  const wholeBytes = translation?.audio.length ?? Math.round(endMs - spoken.startMs) * BYTES_PER_MS;
  const isOpen = !translation && spoken.endMs === undefined;
  const isEnough = deltas.length * DELTA_BYTES < wholeBytes && !(isOpen && (deltas.length + 1) * DELTA_BYTES > wholeBytes);
  if (isEnough) sayDelta(engine, utterance);
  return !isOpen && deltas.length * DELTA_BYTES >= wholeBytes;
}

function sayDelta(engine: Engine, utterance: Utterance): void {
  const { translation, deltas, words } = utterance;
  const audio = Buffer.alloc(DELTA_BYTES);
  const offsetMs = deltas.length * DELTA_MS;
  translation?.audio.copy(audio, 0, offsetMs * BYTES_PER_MS, offsetMs * BYTES_PER_MS + DELTA_BYTES);
  for (; (words[utterance.saidWords]?.startMs ?? Infinity) < offsetMs + DELTA_MS; utterance.saidWords++) {
    const text = words[utterance.saidWords]?.text ?? "";
    engine.options.tell({ type: "session.output_transcript.delta", delta: engine.hasBegun.output ? ` ${text}` : text, elapsed_ms: engine.engineMs });
    engine.hasBegun.output = true;
  }
  const delta: SaidDelta = { offsetMs, elapsedMs: engine.engineMs };
  deltas.push(delta);
  const format = { sample_rate: 24_000, channels: 1, format: "pcm16" } as const;
  engine.options.tell({ type: "session.output_audio.delta", delta: audio.toString("base64"), ...format, elapsed_ms: engine.engineMs }, delta);
}

function rowOf(engine: Engine, utterance: Utterance, outcome: TranslationRow["outcome"]): Account {
  const { spoken, translation, deltas, source, arrivals: ends, start, language, earVoiceSpanMs } = utterance;
  const { number, endMs, heard } = spoken;
  return {
    utterance: number,
    language,
    heard: {
      start,
      ...(endMs === undefined ? {} : { end: engine.arrivals.at(endMs) }),
      ...(heard?.clip === undefined ? {} : { clip: heard.clip }),
      words: ends.map((end, index) => ({ text: source[index]?.text ?? "", end })),
    },
    planned: { earVoiceSpanMs },
    said: { ...(translation ? { clip: translation.clip } : {}), deltas, words: translation ? placeWords(translation.words, deltas.length, DELTA_MS) : [] },
    outcome,
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
