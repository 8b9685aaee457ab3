// The terms of a network's text, impairments after one another such as `delay:80ms,jitter:20ms`, to a network and back. Names
// are profile.ts's affair.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import type { Fault, Term, Word } from "./fault.ts";
import { wrong } from "./fault.ts";
import { faults, faultsOf, type Faults } from "./fault-list.ts";

type AnyFault = Fault<keyof Faults, unknown>;

const byWord = new Map<string, { readonly fault: AnyFault; readonly word: Word<unknown> }>(
  (faults as readonly AnyFault[]).flatMap((fault) => fault.words.map((word) => [word.word, { fault, word }] as const)),
);

/** Every word with what it means, in the order of the canonical text. */
export const networkWords: readonly Pick<Word<unknown>, "word" | "example" | "meaning">[] = [...byWord.values()].map(({ word }) => word);

/** What may be written, for messages: of words that one direction may have of its own, the one for both. */
const networkGrammar = `none, or a list of ${networkWords
  .filter(({ word }) => !/-(?:up|down)$/.test(word))
  .map(({ example }) => example)
  .join(", ")}, or a name such as lte (earshot networks explains them)`;

/** A term that was read. */
interface Read {
  readonly fault: AnyFault;
  readonly text: string;
  readonly word: string;
  readonly setting: unknown;
}

/**
 * Reads terms, at least one. Every fault of the text is an issue with `source` "network"; the messages say what may be written,
 * `names` too. Whether all of it goes together is for `clashes` to say.
 */
export function parseTerms(terms: readonly string[], names: readonly string[] = []): Result<Faults> {
  const parsed = terms.map((term) => {
    if (term === "none") return wrong("none stands alone: it is the network without impairments");
    return names.includes(term)
      ? wrong(`${term} comes first, and only one network is the base of another; what stands behind it changes it`)
      : parseTerm(term, names);
  });
  const issues: Issue[] = parsed.flatMap((result) => (result.ok ? [] : result.issues));
  const network = assemble(
    parsed.flatMap((result) => (result.ok ? [result.value] : [])),
    issues,
  );
  return issues.length > 0 ? failed(...issues) : ok(network);
}

function parseTerm(text: string, names: readonly string[]): Result<Read> {
  const [, name = "", separator = "", value = ""] = /^([^:@]*)([:@]?)(.*)$/s.exec(text) ?? [];
  const known = byWord.get(name);
  if (!known) {
    const meant = didYouMean(name, [...byWord.keys(), ...names, "none"]);
    return wrong(`${text === "" ? "an empty term" : `"${text}" is no impairment`}${meant ? `; did you mean ${meant}?` : ""} Write ${networkGrammar}`);
  }
  const { fault, word } = known;
  if (!separator || !word.example.startsWith(name + separator)) return wrong(`"${text}" is not how ${name} is written: write, for example, ${word.example}`);
  const setting = word.read({ text, word: name, value } satisfies Term);
  return setting.ok ? ok({ fault, text, word: name, setting: setting.value }) : setting;
}

/** Puts the terms of each fault together, in the order of the list of faults. */
function assemble(terms: readonly Read[], issues: Issue[]): Faults {
  const settings = (faults as readonly AnyFault[]).flatMap((fault) => {
    const [first, ...rest] = terms.filter((term) => term.fault === fault);
    if (!first) return [];
    let setting = first.setting;
    for (const { word, text, setting: next } of rest) {
      const joined = fault.join(setting, next);
      if (joined === undefined) {
        issues.push(repeated(word, text, first));
        break;
      }
      setting = joined;
    }
    return [[fault.key, setting] as const];
  });
  return Object.fromEntries(settings) as Faults;
}

function repeated(word: string, text: string, first: Read): Issue {
  const message =
    word === first.word
      ? `${word} is given twice: one network takes one; several networks to compare are a list in the scenario's matrix`
      : `${first.text} and ${text} set the same thing: leave one out; a word without -up or -down is both directions`;
  return { source: "network", message };
}

/** What can't be together. */
export function clashes(network: Faults): Issue[] {
  return faultsOf(network).flatMap(({ fault, setting }) => {
    const message = fault.clash?.(setting, network);
    return message === undefined ? [] : [{ source: "network", message }];
  });
}

/** The canonical terms: equal networks, equal terms. */
export const formatTerms = (network: Faults): string[] => faultsOf(network).flatMap(({ fault, setting }) => fault.format(setting));

/** `base` with what `own` says in its place; events are added. */
export function changedBy(base: Faults, own: Faults): Faults {
  const settings = (faults as readonly AnyFault[]).flatMap((fault) => {
    const [before, after] = [base[fault.key] as unknown, own[fault.key] as unknown];
    if (before === undefined || after === undefined) return before === undefined && after === undefined ? [] : [[fault.key, before ?? after] as const];
    return [[fault.key, fault.join(before, after) ?? { ...before, ...after }] as const];
  });
  return Object.fromEntries(settings) as Faults;
}
