// The comparison on one page: the verdict first, then cell by cell what it is made of, and how to read it.

import { verdicts, type Comparison, type PairComparison } from "../../compare/comparison.ts";
import { changeText, pairName, rowName } from "../comparison-words.ts";
import { clipped, oneLine } from "../format.ts";
import { comparisonHeader } from "./comparison-header.ts";
import { pairSection } from "./comparison-pair.ts";
import { believedSection, runsSection } from "./comparison-runs.ts";
import { framed } from "./frame.ts";
import { html, type Html } from "./markup.ts";
import { readingSection } from "./reading-section.ts";
import { left, table } from "./table.ts";
import { verdictWord } from "./verdict-word.ts";

/** Cells with pictures of their own; with more the page would pass a megabyte. */
const PICTURED_MAX = 12;
const NAME_LENGTH_MAX = 300;

const severity = ({ verdict }: PairComparison): number => verdicts.indexOf(verdict);

/** One line a cell, where there are several. */
function overviewSection({ pairs }: Comparison): Html | undefined {
  if (pairs.length < 2) return undefined;
  const decisive = (pair: PairComparison): readonly Html[] =>
    pair.quantiles.filter((row) => row.gated).map((row) => html`<div>${rowName(row)} <span class="range">${changeText(row)}</span></div>`);
  return html`<section>
    <h2>Cell by cell</h2>
    ${table(
      [left("cell"), left("verdict"), left("what decides, change [95 % interval]")],
      pairs.map((pair) => [clipped(pairName(pair), NAME_LENGTH_MAX), verdictWord(pair.verdict), html`${decisive(pair)}`]),
    )}
  </section>`;
}

/** The page. Cells come worst first; a section without data is not there. */
export function comparisonPage(comparison: Comparison): string {
  const { baseline, candidate, pairs, verdict } = comparison;
  const ordered = pairs.toSorted((a, b) => severity(a) - severity(b));
  const isShort = ordered.length > PICTURED_MAX;
  return framed({
    title: oneLine(`${verdict}: ${baseline[0]?.scenario ?? "comparison"}, ${candidate[0]?.runId ?? ""} against ${baseline[0]?.runId ?? ""}`, NAME_LENGTH_MAX),
    earshotVersion: candidate[0]?.earshotVersion ?? "",
    content: html`${comparisonHeader(comparison)} ${overviewSection({ ...comparison, pairs: ordered })}
      ${isShort && html`<p class="note">The ${PICTURED_MAX} worst cells have pictures, the others their tables.</p>`}
      ${ordered.map((pair, index) => pairSection(pair, comparison, index < PICTURED_MAX))} ${runsSection(comparison)} ${believedSection(comparison)}
      ${readingSection(comparison)}
      <footer>Written by earshot compare. The same as data: --json.</footer>`,
  });
}
