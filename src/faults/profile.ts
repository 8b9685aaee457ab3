// A network as text: `none`, the name of a profile, or impairments after one another such as `delay:80ms,jitter:20ms`.
// Reading is pure; path.ts and shaper.ts make the network happen, and each fault's file owns its words.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import type { Fault, Term, Word } from "./fault.ts";
import { wrong } from "./fault.ts";
import { faults, faultsOf, type Network } from "./fault-list.ts";

/** Networks that have a name, by the name. */
export type Profiles = ReadonlyMap<string, Network>;

export const noNetwork: Network = {};

/** Whether a socket must be shaped at all. */
export const isImpaired = (network: Network): boolean => faultsOf(network).length > 0;

type AnyFault = Fault<keyof Network, unknown>;

const byWord = new Map<string, { readonly fault: AnyFault; readonly word: Word<unknown> }>(
  (faults as readonly AnyFault[]).flatMap((fault) => fault.words.map((word) => [word.word, { fault, word }] as const)),
);

/** What may be written, for messages and help pages. */
export const networkGrammar = `none, or a list of ${[...byWord.values()].map(({ word: { example, meaning } }) => `${example} (${meaning})`).join(", ")}`;

/** A term that was read. */
interface Read {
  readonly fault: AnyFault;
  readonly text: string;
  readonly word: string;
  readonly setting: unknown;
}

/** Reads one network. Every fault of the text is an issue with `source` "network"; the messages say what may be written. */
export function parseNetwork(text: string, profiles: Profiles = new Map()): Result<Network> {
  const pieces = text.split(",").map((piece) => piece.trim());
  const [only = ""] = pieces;
  if (pieces.length === 1 && only === "none") return ok(noNetwork);
  const named = pieces.length === 1 ? profiles.get(only) : undefined;
  if (named) return ok(named);

  const parsed = pieces.map((piece) => {
    if (piece === "none") return wrong("none stands alone: it is the network without impairments");
    return profiles.has(piece) ? wrong(`${piece} stands alone: it is a network of its own`) : parseTerm(piece, profiles);
  });
  const issues: Issue[] = parsed.flatMap((result) => (result.ok ? [] : result.issues));
  const network = assemble(
    parsed.flatMap((result) => (result.ok ? [result.value] : [])),
    issues,
  );
  if (issues.length === 0) issues.push(...clashes(network));
  return issues.length > 0 ? failed(...issues) : ok(network);
}

function parseTerm(text: string, profiles: Profiles): Result<Read> {
  const [, name = "", separator = "", value = ""] = /^([^:@]*)([:@]?)(.*)$/s.exec(text) ?? [];
  const known = byWord.get(name);
  if (!known) {
    const meant = didYouMean(name, [...byWord.keys(), ...profiles.keys(), "none"]);
    return wrong(`${text === "" ? "an empty term" : `"${text}" is no impairment`}${meant ? `; did you mean ${meant}?` : ""} Write ${networkGrammar}`);
  }
  const { fault, word } = known;
  if (!separator || !word.example.startsWith(name + separator)) return wrong(`"${text}" is not how ${name} is written: write, for example, ${word.example}`);
  const setting = word.read({ text, word: name, value } satisfies Term);
  return setting.ok ? ok({ fault, text, word: name, setting: setting.value }) : setting;
}

/** Puts the terms of each fault together, in the order of the list of faults. */
function assemble(terms: readonly Read[], issues: Issue[]): Network {
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
  return Object.fromEntries(settings) as Network;
}

function repeated(word: string, text: string, first: Read): Issue {
  const message =
    word === first.word
      ? `${word} is given twice: one network takes one; several networks to compare are a list in the scenario's matrix`
      : `${first.text} and ${text} set the same thing: leave one out; a word without -up or -down is both directions`;
  return { source: "network", message };
}

function clashes(network: Network): Issue[] {
  return faultsOf(network).flatMap(({ fault, setting }) => {
    const message = fault.clash?.(setting, network);
    return message === undefined ? [] : [{ source: "network", message }];
  });
}

/** The canonical text of a network: equal networks, equal text. parseNetwork reads it back. */
export function formatNetwork(network: Network): string {
  const terms = faultsOf(network).flatMap(({ fault, setting }) => fault.format(setting));
  return terms.length === 0 ? "none" : terms.join(",");
}

/**
 * The networks of a list: names stand alone, neighbouring impairments belong together, so that `none,delay:80ms,jitter:20ms`
 * is "none" and "delay:80ms,jitter:20ms". Splits only; parseNetwork judges each.
 */
export function splitNetworks(text: string): string[] {
  const networks: string[] = [];
  let impairments: string[] = [];
  const flush = (): void => {
    if (impairments.length > 0) networks.push(impairments.join(","));
    impairments = [];
  };
  for (const piece of text.split(",").map((part) => part.trim())) {
    if (/[:@]/.test(piece)) impairments.push(piece);
    else {
      flush();
      networks.push(piece);
    }
  }
  flush();
  return networks;
}
