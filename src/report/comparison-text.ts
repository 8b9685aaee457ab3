// A Comparison for people: the terminal's text and Markdown.

import type { Comparison } from "../compare/comparison.ts";
import { columns, pairName, policyText, reasonsOf, tableOf, titleOf } from "./comparison-words.ts";
import { oneLine } from "./format.ts";
import { intervalLines } from "./interval-lines.ts";
import { escapedMarkdown, markdownTable, textTable } from "./text-table.ts";

/** The comparison as plain text for the terminal. */
export function comparisonText(comparison: Comparison): string {
  const pairs = comparison.pairs.flatMap((pair) => [
    `${oneLine(pairName(pair), 90)}: ${pair.verdict}`,
    ...pair.declared.map((sentence) => `  declared: ${oneLine(sentence, TEXT_LENGTH_MAX)}`),
    ...pair.incomparable.map((sentence) => `  not comparable: ${oneLine(sentence, TEXT_LENGTH_MAX)}`),
    ...(pair.incomparable.length > 0 ? [] : textTable(columns, tableOf(comparison, pair)).map((line) => `  ${line}`)),
    ...spaced(intervalLines(pair, comparison.policy).map((line) => `  ${line}`.trimEnd())),
    ...reasonsOf(pair).map((reason) => `  ${reason}`),
    "",
  ]);
  return [
    `${comparison.verdict.toUpperCase()}  ${oneLine(titleOf(comparison), TEXT_LENGTH_MAX)}`,
    policyText(comparison),
    "",
    ...pairs,
    ...comparison.notes.map((note) => `note: ${oneLine(note, TEXT_LENGTH_MAX)}`),
    "",
  ].join("\n");
}

/** Of what a stranger may have written; the page and the data have more of it. */
const TEXT_LENGTH_MAX = 1_000;

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ["", ...lines]);
const fenced = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : ["```text", ...lines, "```", ""]);

/** The comparison as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const pairs = comparison.pairs.flatMap((pair) => [
    `## ${escapedMarkdown(pairName(pair))}: ${pair.verdict}`,
    "",
    ...pair.declared.map((sentence) => `- declared: ${escapedMarkdown(sentence)}`),
    ...pair.incomparable.map((sentence) => `- not comparable: ${escapedMarkdown(sentence)}`),
    ...(pair.declared.length + pair.incomparable.length > 0 ? [""] : []),
    ...(pair.incomparable.length > 0 ? [] : [...markdownTable(columns, tableOf(comparison, pair)), ""]),
    ...fenced(intervalLines(pair, comparison.policy)),
    ...reasonsOf(pair).map((reason) => `- ${escapedMarkdown(reason)}`),
    "",
  ]);
  const head = [`# ${comparison.verdict}: ${escapedMarkdown(titleOf(comparison))}`, "", `Here ${policyText(comparison)}.`, ""];
  return [...head, ...pairs, ...comparison.notes.map((note) => `- ${escapedMarkdown(note)}`), ""].join("\n");
}
