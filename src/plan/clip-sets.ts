// The sets that a caller draws clips from: those of the manifests that bear the set's label.

import type { ClipStore } from "../audio/clip-store.ts";
import { didYouMean, type Issue } from "../core/issues.ts";
import { saysOf, setKey } from "./material.ts";
import type { CallerScript } from "../scenario/caller-turn.ts";

export interface ClipSets {
  /** Clips' ids by setKey, in the manifests' order. */
  readonly sets: ReadonlyMap<string, readonly string[]>;
  readonly issues: readonly Issue[];
}

/** Every set that one of the cells' callers names, and an issue for each that would be empty. Answers and translations are no caller's to say. */
export function clipSets(callers: readonly CallerScript[], { clips }: Pick<ClipStore, "clips">, source: string): ClipSets {
  const sets = new Map<string, readonly string[]>();
  const issues: Issue[] = [];
  const said = clips.filter(({ role }) => role === "caller");
  for (const say of callers.flatMap(saysOf)) {
    if (typeof say === "string" || sets.has(setKey(say))) continue;
    const { set, language } = say;
    const labelled = said.filter(({ labels }) => labels.includes(set));
    const fitting = labelled.filter((clip) => language === undefined || clip.language === language);
    sets.set(
      setKey(say),
      fitting.map(({ id }) => id),
    );
    if (fitting.length > 0) continue;
    const labels = [...new Set(said.flatMap((clip) => clip.labels))];
    const meant = didYouMean(set, labels);
    const message =
      labelled.length > 0
        ? `has no clip in ${language} (there are ${[...new Set(labelled.map((clip) => clip.language))].join(", ")})`
        : `is the label of no clip${meant ? `; did you mean "${meant}"?` : labels.length > 0 ? ` (there are ${labels.join(", ")})` : ""}`;
    issues.push({ source, path: "caller.turns", message: `the set "${set}" ${message}` });
  }
  return { sets, issues };
}
