// What a run keeps of single turns beside their rows, as it is asked for: their traces, their sound. The same words on the command line and in
// a program.

import type { Privacy } from "../core/privacy.ts";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import type { KeptAudio } from "../load/kept-audio.ts";
import type { KeptTraces } from "../load/traces.ts";

export interface KeptDetails {
  readonly trace: KeptTraces | undefined;
  readonly keepAudio: KeptAudio | undefined;
}

/** Each as the user wrote it; `sources` is what an issue names. */
export interface AskedDetails {
  readonly trace: string;
  readonly keepAudio: string;
  readonly sources: { readonly trace: string; readonly keepAudio: string };
}

/** `none`, `all` or `worst:5`, of each; all faults at once. */
export function readKeptDetails({ trace, keepAudio, sources }: AskedDetails): Result<KeptDetails> {
  const [traces, audio] = [keptOf(sources.trace, trace), keptOf(sources.keepAudio, keepAudio)];
  if (traces.ok && audio.ok) return ok({ trace: traces.value, keepAudio: audio.value });
  return failed(...[traces, audio].flatMap((read) => (read.ok ? [] : read.issues)));
}

/** What keeps every word does not go with a scenario that keeps none. */
export function indiscretions({ trace, keepAudio, sources }: AskedDetails, privacy: Privacy): readonly Issue[] {
  if (privacy === "full") return [];
  return Object.entries({ [sources.trace]: trace, [sources.keepAudio]: keepAudio })
    .filter(([, text]) => text !== "none")
    .map(([source]) => ({ source, message: `keeps every word that is said, and the scenario has privacy: ${privacy}; leave one of them out` }));
}

function keptOf(source: string, text: string): Result<KeptTraces | undefined> {
  if (text === "none") return ok(undefined);
  if (text === "all") return ok({ type: "all" });
  const turns = Number(/^worst:([1-9]\d{0,5})$/.exec(text)?.[1]);
  return turns > 0 ? ok({ type: "worst", turns }) : failed({ source, message: `"${text}" is none of: none, all, worst:5` });
}
