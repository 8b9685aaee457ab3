// What the target says as an interpreter: the clips of the role "translation", per language and in the order of the
// manifest. It does not recognise what it hears: the first utterance of a session gets the first translation, the second
// the second, and so on from the front again.

import type { ClipStore } from "../audio/clip-store.ts";
import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";

export interface Translation {
  /** 24 kHz mono PCM16. */
  readonly audio: Buffer;
  readonly words: readonly string[];
  /** What was said, in the caller's language. */
  readonly sourceWords: readonly string[];
}

export interface TranslationSpeech {
  /** The translation of a session's `utterance`-th utterance, counted from 0; undefined for a language without clips. */
  translate(utterance: number, language: string): Translation | undefined;
}

const wordsOf = (text: string): string[] => text.match(/\S+/g) ?? [];

/** Reads every translation, or says which files are missing. */
export async function prepareTranslations(clips: ClipStore): Promise<Result<TranslationSpeech>> {
  const wanted = clips.clips.filter(({ role }) => role === "translation");
  const audio = await Promise.all(wanted.map(({ id }) => clips.wire(id, "pcm24k")));
  const issues = audio.flatMap((result) => (result.ok ? [] : result.issues));
  if (issues.length > 0) return { ok: false, issues };
  const byLanguage = new Map<string, Translation[]>();
  wanted.forEach(({ language, text, of }, index) => {
    const wire = audio[index];
    if (!wire?.ok) return;
    const list = byLanguage.get(language) ?? [];
    list.push({ audio: wire.value, words: wordsOf(text), sourceWords: wordsOf(clips.find(of ?? "")?.text ?? "") });
    byLanguage.set(language, list);
  });
  return ok({
    translate(utterance, language) {
      const list = byLanguage.get(language);
      return list?.[utterance % list.length];
    },
  });
}
