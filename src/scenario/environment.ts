// `${env:NAME}` and `${env:NAME:-default}` inside a text. What came from the environment may be a secret: it goes into the
// scenario and nowhere else, neither into a message nor into the resolved scenario that is kept with a run.

import type { Fault, Path } from "./tree.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Filled {
  readonly value: string;
  /** The text to show in place of the value: references that the environment answered stay references. */
  readonly shown: string;
  /** What the environment gave for each of them. */
  readonly given: readonly string[];
  readonly faults: readonly string[];
}

/** Up to its brace, or up to the next reference: one inside the other has no meaning, and an open one is a slip. */
const reference = /\$\{env:((?:[^}$]|\$(?!\{))*)(\}?)/g;

/** Replaces every reference. An empty variable counts as missing: an empty key is never what was meant. */
export function fillReferences(text: string, env: Environment): Filled {
  const faults: string[] = [];
  const given: string[] = [];
  const fill = (show: boolean) =>
    text.replaceAll(reference, (whole, inside: string, end: string) => {
      const [, name, fallback] = end === "" ? [] : (/^([A-Za-z_]\w*)(?::-([\s\S]*))?$/.exec(inside) ?? []);
      if (name === undefined) {
        if (!show) faults.push(`${whole.slice(0, 40)} is not a reference: write \${env:NAME} or \${env:NAME:-default}`);
        return whole;
      }
      const found = Object.hasOwn(env, name) ? env[name] : undefined;
      if (found) {
        if (!show) given.push(found);
        return show ? `\${env:${name}}` : found;
      }
      if (fallback !== undefined) return fallback;
      if (!show) faults.push(`the environment variable ${name} is ${found === undefined ? "not set" : "empty"}: set it, or write \${env:${name}:-default}`);
      return whole;
    });
  return { value: fill(false), shown: fill(true), given, faults };
}

/** What the environment did to one text file's values, or to the flags': which of them it filled, and what it could not. */
export interface Filling {
  readonly references: readonly Reference[];
  /** Where a text may stand for a number, true or false: flags and the environment know nothing but text. */
  readonly untyped: readonly Path[];
  readonly faults: readonly Fault[];
}

/** A value that came from the environment, and the text to write in its place. */
export interface Reference {
  readonly path: Path;
  readonly shown: string;
  /** What the environment gave: for redaction, never for show. */
  readonly given: readonly string[];
}

/** Of a target, what runs are told apart by; the rest of it says where it is and lets us in. */
const labelsOfTarget: readonly unknown[] = ["provider", "model", "profile", "script"];

/** Whether a run may hold the field's value nowhere. Names, tags and whatever makes cells differ are labels: without them reports say nothing. */
function isHidden(path: Path): boolean {
  const [section, field] = path;
  if (section === "target") return !labelsOfTarget.includes(field);
  return (section === "session" && (field === "instructions" || field === "tools")) || path.at(-1) === "text";
}

/** What the environment gave to anything but labels: no file of a run may hold it. */
export const hiddenOf = ({ references }: Filling): readonly string[] => references.flatMap(({ path, given }) => (isHidden(path) ? given : []));

/** A filling that begins empty, and the function that fills texts and keeps account of it. */
export function createFilling(env: Environment): { readonly filling: Filling; fill(this: void, written: string, path: Path): string } {
  const references: Reference[] = [];
  const untyped: Path[] = [];
  const faults: Fault[] = [];
  const fill = (written: string, path: Path): string => {
    const filled = fillReferences(written, env);
    faults.push(...filled.faults.map((message): Fault => ({ path, anchor: "value", message })));
    if (filled.given.length > 0) references.push({ path, shown: filled.shown, given: filled.given });
    if (filled.value !== written) untyped.push(path);
    return filled.value;
  };
  return { filling: { references, untyped, faults }, fill };
}

/** The filling with only what lies where `stays` says that it was not replaced by something else. */
export function keepFilled({ references, untyped, faults }: Filling, stays: (path: Path) => boolean): Filling {
  return {
    references: references.filter(({ path }) => stays(path)),
    untyped: untyped.filter(stays),
    faults: faults.filter(({ path }) => stays(path)),
  };
}

/** Several fillings of the same scenario as one. */
export function joinFilled(fillings: readonly Filling[]): Filling {
  return {
    references: fillings.flatMap(({ references }) => references),
    untyped: fillings.flatMap(({ untyped }) => untyped),
    faults: fillings.flatMap(({ faults }) => faults),
  };
}
