// The caller clips of the fixture roots as the recogniser learns them.

import type { ClipStore } from "../audio/clip-store.ts";
import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";
import type { KnownClip } from "./recogniser.ts";

/** Reads and decodes every caller clip, or says what is wrong with the files. */
export async function knownClips(store: ClipStore): Promise<Result<readonly KnownClip[]>> {
  const callers = store.clips.filter(({ role }) => role === "caller");
  const read = await Promise.all(
    callers.map(async ({ id, language, voice, durationMs, words }): Promise<Result<KnownClip>> => {
      const wire = await store.wire(id, "pcm24k");
      return wire.ok ? ok({ id, language, voice, durationMs, words, audio: wire.value, format: "pcm24k" }) : wire;
    }),
  );
  const issues = read.flatMap((result) => (result.ok ? [] : result.issues));
  return issues.length > 0 ? { ok: false, issues } : ok(read.flatMap((result) => (result.ok ? [result.value] : [])));
}
