// What a rule has to say about a file.

import { blank, type Blanked } from "./source-text.ts";

export interface SourceFile {
  /** From the root of the repository, with forward slashes: `src/core/clock.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly rule: "rooms" | "acyclic" | "doors" | "globals" | "names" | "length" | "default-export" | "barrel";
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** A file as the rules see it. */
export interface ReadFile extends SourceFile {
  readonly source: Blanked;
  /** Path below src, or undefined for files outside of it. */
  readonly inSrc: string | undefined;
  /** The first folder below src; undefined for files right in src and outside of it. */
  readonly room: string | undefined;
  readonly isTest: boolean;
}

export function readSource(file: SourceFile): ReadFile {
  const inSrc = file.path.startsWith("src/") ? file.path.slice("src/".length) : undefined;
  const room = inSrc?.includes("/") ? inSrc.slice(0, inSrc.indexOf("/")) : undefined;
  return { ...file, source: blank(file.text), inSrc, room, isTest: file.path.endsWith(".test.ts") };
}

export const formatViolation = (violation: Violation): string => `${violation.path}:${violation.line} ${violation.rule}: ${violation.message}`;

/** Whether `inSrc` is one of the places: a file, or a folder with a closing slash. */
export const isWithin = (inSrc: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith("/") ? inSrc.startsWith(place) : inSrc === place));
