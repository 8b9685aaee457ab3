// The texts that a conversation holds before its first turn, ready to be sent: a file's, the one written, or one made up. How
// many tokens they are is an estimate of four characters each, usual for English; what the server counts is in every row.

import { stream, type Random } from "../core/random.ts";
import type { Cell } from "./matrix.ts";
import type { Scenario } from "../scenario/scenario.ts";

export const CHARACTERS_PER_TOKEN = 4;

const subjects = [
  "The order",
  "A parcel",
  "The courier",
  "Our warehouse",
  "The customer",
  "A refund",
  "The invoice",
  "Every return",
  "This policy",
  "The branch",
];
const verbs = ["covers", "needs", "follows", "replaces", "confirms", "delays", "includes", "records", "requires", "names"];
const objects = [
  "the delivery address",
  "a signed receipt",
  "two working days",
  "the original box",
  "a reference number",
  "the first payment",
  "an open claim",
];
const ends = ["before it is shipped", "at the front desk", "once it is paid", "in every region", "without any fee", "on the same day", "by the next month"];

const pick = (words: readonly string[], random: Random): string => words[random.integer(words.length)] as string;

/** Sentences with numbers of their own, so that nothing in it repeats at length. */
function madeUp(characters: number, random: Random): string {
  const sentences: string[] = [];
  for (let length = 0; length < characters;) {
    const sentence = `${pick(subjects, random)} ${pick(verbs, random)} ${pick(objects, random)} ${pick(ends, random)}, see rule ${random.integer(10_000)}.`;
    sentences.push(sentence);
    length += sentence.length + 1;
  }
  return sentences.join(" ").slice(0, characters);
}

/** Cut, or repeated, to so many characters. */
function lengthened(text: string, characters: number): string {
  return text.length >= characters ? text.slice(0, characters) : `${text}\n`.repeat(Math.ceil(characters / (text.length + 1))).slice(0, characters);
}

/** The texts of each cell in their order, by its id; cells that begin alike share theirs. */
export function documentsByCell(cells: readonly Cell[], files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  return new Map(
    cells.map(({ id, settings }) => {
      const key = JSON.stringify(settings.session.documents ?? []);
      const texts = known.get(key) ?? documentTexts(settings, files);
      known.set(key, texts);
      return [id, texts];
    }),
  );
}

/** The texts in their order, the same for every caller; `files` holds what the files say. */
export function documentTexts({ seed, session }: Scenario, files: ReadonlyMap<string, string>): readonly string[] {
  return (session.documents ?? []).map(({ file, text, tokens }, index) => {
    const given = file === undefined ? text : files.get(file);
    const characters = tokens === undefined ? undefined : tokens * CHARACTERS_PER_TOKEN;
    if (given === undefined) return madeUp(characters ?? 0, stream(seed, "document", index));
    return characters === undefined ? given : lengthened(given, characters);
  });
}
