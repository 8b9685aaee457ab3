// The sections that come in kinds, and the fields that only some of the kinds have. A change of kind by a flag takes the
// fields away that the new kind lacks.

import type { z } from "zod";

export interface Variant {
  readonly path: readonly string[];
  readonly key: string;
  readonly otherwise: string;
  readonly owns: Readonly<Record<string, readonly string[]>>;
}

const reached = ["url", "auth", "headers", "organization", "project", "proxy", "ca", "certificate"] as const;

export const targetVariant: Variant = {
  path: ["target"],
  key: "provider",
  otherwise: "embedded",
  owns: {
    embedded: ["profile", "script", "sessionMinutes", "tokensPerMinute", "requestsPerMinute", "models", "faults"],
    openai: reached,
    azure: [...reached, "apiVersion", "deployment"],
    compatible: [...reached, "capabilities"],
  },
};

export const turnDetectionVariant: Variant = {
  path: ["session", "turnDetection"],
  key: "type",
  otherwise: "server",
  owns: { server: ["silenceMs", "prefixMs", "threshold", "interruptResponse"], semantic: ["eagerness", "interruptResponse"], manual: [] },
};

export const variants: readonly Variant[] = [targetVariant, turnDetectionVariant];

/** The fields of other kinds that this kind has not. */
export function foreignFields({ owns }: Variant, kind: string): readonly string[] {
  // Written by a user: what every object has is no kind.
  const own = Object.hasOwn(owns, kind) ? (owns[kind] ?? []) : [];
  return [...new Set(Object.values(owns).flat())].filter((name) => !own.includes(name));
}

const alternatives = (words: readonly string[]): string => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);

/** An issue for each field of another kind: `goes with provider: openai, azure or compatible, and this is provider: embedded`. */
export function onlyOwnFields(variant: Variant) {
  return (written: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void => {
    const kind = String(written[variant.key]);
    for (const name of foreignFields(variant, kind).filter((field) => written[field] !== undefined)) {
      const owners = Object.keys(variant.owns).filter((owner) => variant.owns[owner]?.includes(name));
      context.addIssue({ code: "custom", path: [name], message: `goes with ${variant.key}: ${alternatives(owners)}, and this is ${variant.key}: ${kind}` });
    }
  };
}
