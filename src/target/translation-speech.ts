// What the target says as an interpreter: the clips of the role "translation", each by the caller's clip it translates and
// its language.

import type { ClipStore } from "../audio/clip-store.ts";
import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";
import type { HeardWord } from "./recogniser.ts";

export interface Translation {
  readonly clip: string;
  /** 24 kHz mono PCM16. */
  readonly audio: Buffer;
  /** With their times in the audio. */
  readonly words: readonly HeardWord[];
}

export interface TranslationSpeech {
  /** Undefined where nobody translated the clip into the language (two letters). */
  translate(clip: string, language: string): Translation | undefined;
}

/** Reads every translation, or says which files are missing. */
export async function prepareTranslations(clips: ClipStore): Promise<Result<TranslationSpeech>> {
  const wanted = clips.clips.filter(({ role }) => role === "translation");
  const audio = await Promise.all(wanted.map(({ id }) => clips.wire(id, "pcm24k")));
  const issues = audio.flatMap((result) => (result.ok ? [] : result.issues));
  if (issues.length > 0) return { ok: false, issues };
  const byKey = new Map<string, Translation>();
  wanted.forEach(({ id, of, language, text, words, durationMs }, index) => {
    const wire = audio[index];
    const key = `${of} ${language}`;
    // Of two translations the one in the earlier root counts, as with all clips.
    if (wire?.ok && !byKey.has(key)) byKey.set(key, { clip: id, audio: wire.value, words: words.length > 0 ? words : spread(text, durationMs) });
  });
  return ok({ translate: (clip, language) => byKey.get(`${clip} ${language}`) });
}

/** Words of a clip whose word times nobody knows: evenly. */
function spread(text: string, durationMs: number): readonly HeardWord[] {
  const words = text.match(/\S+/g) ?? [];
  return words.map((word, index) => ({ text: word, startMs: (durationMs * index) / words.length, endMs: (durationMs * (index + 1)) / words.length }));
}
