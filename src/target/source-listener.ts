// Finds what a translation session's caller says in the stream of audio: stretches of speech by their level, each given to
// the recogniser early and again, until it is known or can't be any more. A known clip ends where the clip ends, so that two
// clips without a pause are two utterances, and one with a pause in it is one.

import type { Heard } from "./recogniser.ts";
import { createTurnAudio } from "./turn-audio.ts";
import type { VadEvent } from "./vad.ts";
import { createVad } from "./vad.ts";

/** Where speech ends for the detector. The live engine tells nothing of it; half a second is a pause between sentences. */
const hearing = { threshold: 0.5, prefixMs: 0, silenceMs: 500 };
/** If the detector still hears speech so long after a known clip's end, it is the next one. */
const FOLLOWS_AFTER_MS = hearing.silenceMs + 60;
/** Two times that differ by less are one: the detector's edges are soft. */
const SAME_MS = 200;
/** The recogniser is asked again when this much more was said; it gives up where more would not help it. */
const ASK_EVERY_MS = 400;
const MOST_LISTENED_MS = 3_200;
/** Audio kept before a start, and while nobody speaks. */
const BEFORE_MS = 200;
const IDLE_KEPT_MS = 1_200;
const MOST_KEPT_MS = 30_000;

/** A stretch of speech. Times on the clock of the caller's audio. */
export interface Spoken {
  readonly number: number;
  readonly startMs: number;
  endMs: number | undefined;
  /** The recogniser has not answered yet. */
  isAsked: boolean;
  /** Nothing more will be learnt of it. */
  isDecided: boolean;
  /** The latest answer, final once it is decided; undefined where the recogniser is lost. Its times count from `heardFromMs`. */
  heard: Heard | undefined;
  heardFromMs: number;
  askedUntilMs: number;
}

export interface ListenerOptions {
  readonly begin: (spoken: Spoken) => void;
  readonly decide: (spoken: Spoken) => void;
  /** To be answered by `take`. */
  readonly ask: (spoken: Spoken, audio: Uint8Array) => void;
}

export interface SourceListener {
  hear(bytes: Uint8Array, audioMs: number): void;
  /** The answer to a question about the stretch of this number; undefined when the recogniser is lost. */
  take(number: number, heard: Heard | undefined): void;
  /** No more audio comes. */
  finish(): void;
  /** Nothing may be heard after it. */
  close(): void;
}

const clipEndMs = ({ heard, heardFromMs }: Spoken): number | undefined => (heard?.clipEndMs === undefined ? undefined : heardFromMs + heard.clipEndMs);

const newSpoken = (number: number, startMs: number): Spoken => ({
  number,
  startMs,
  endMs: undefined,
  isAsked: false,
  isDecided: false,
  heard: undefined,
  heardFromMs: startMs,
  askedUntilMs: startMs,
});

/** Nothing more could be learned of it by listening on. */
const isEnough = ({ askedUntilMs, startMs }: Spoken, heard: Heard | undefined): boolean =>
  heard === undefined || heard.clip !== undefined || askedUntilMs - startMs >= MOST_LISTENED_MS;

export function createSourceListener({ begin, decide, ask }: ListenerOptions): SourceListener {
  const vad = createVad("pcm24k");
  const kept = createTurnAudio("pcm24k", MOST_KEPT_MS);
  const undecided = new Map<number, Spoken>();
  let audioMs = 0;
  let count = 0;
  let isSpeaking = false;
  let last: Spoken | undefined;

  function start(startMs: number): Spoken {
    const spoken = (last = newSpoken(count++, startMs));
    undecided.set(spoken.number, spoken);
    begin(spoken);
    return spoken;
  }
  function stop(speechEndMs: number): void {
    if (!last) return;
    const knownEndMs = clipEndMs(last);
    const isMore = knownEndMs !== undefined && speechEndMs > knownEndMs + SAME_MS;
    const spoken = isMore ? start(knownEndMs) : last;
    spoken.endMs ??= speechEndMs;
    listen(spoken);
  }

  function takeEdge(event: VadEvent): void {
    isSpeaking = event.type === "started";
    if (event.type === "stopped") return stop(event.speechEndMs);
    const knownEndMs = last && clipEndMs(last);
    // After a pause inside a clip the clip goes on.
    if (knownEndMs === undefined || event.startMs >= knownEndMs - SAME_MS) start(event.startMs);
  }

  /** Asks about it, where that could tell anything new. */
  function listen(spoken: Spoken): void {
    if (spoken.isDecided || spoken.isAsked) return;
    const untilMs = Math.min(audioMs, (spoken.endMs ?? audioMs) + SAME_MS);
    const isWorthIt = spoken.endMs !== undefined ? spoken.askedUntilMs < spoken.endMs : untilMs - spoken.askedUntilMs >= ASK_EVERY_MS;
    if (!isWorthIt) return spoken.endMs === undefined ? undefined : settle(spoken, spoken.heard);
    const { audio, startMs } = kept.between(spoken.startMs - BEFORE_MS, untilMs);
    Object.assign(spoken, { isAsked: true, askedUntilMs: untilMs, heardFromMs: startMs });
    ask(spoken, audio);
  }

  function settle(spoken: Spoken, heard: Heard | undefined): void {
    spoken.isDecided = true;
    spoken.heard = heard;
    undecided.delete(spoken.number);
    spoken.endMs = clipEndMs(spoken) ?? spoken.endMs;
    decide(spoken);
  }

  return {
    close: vad.close,
    hear(bytes, endMs) {
      audioMs = endMs;
      kept.add(bytes, audioMs);
      vad.hear(bytes, hearing, takeEdge);
      const knownEndMs = last && clipEndMs(last);
      if (isSpeaking && knownEndMs !== undefined && audioMs >= knownEndMs + FOLLOWS_AFTER_MS) start(knownEndMs);
      for (const spoken of undecided.values()) listen(spoken);
      const [oldest] = undecided.values();
      kept.dropBefore(Math.min(audioMs - IDLE_KEPT_MS, (oldest?.startMs ?? audioMs) - BEFORE_MS));
    },
    take(number, heard) {
      const spoken = undecided.get(number);
      if (!spoken) return;
      spoken.isAsked = false;
      if (isEnough(spoken, heard)) return settle(spoken, heard);
      spoken.heard = heard;
      listen(spoken);
    },
    finish() {
      if (isSpeaking) stop(audioMs);
      isSpeaking = false;
    },
  };
}
