// One cell against another: its intervals, its table, both distributions and the course of the run.

import { verdicts, type Comparison, type PairComparison } from "../../compare/comparison.ts";
import { columns, pairName, reasonsOf, tableOf } from "../comparison-words.ts";
import { clipped } from "../format.ts";
import { answeredChart, changeChart } from "./change-chart.ts";
import { cellColour } from "./chart.ts";
import { html, type Html } from "./markup.ts";
import { overTimeChart } from "./over-time-chart.ts";
import { percentileFigure } from "./percentile-chart.ts";
import { table, type TableCell } from "./table.ts";
import { verdictWord } from "./verdict-word.ts";

const TEXT_LENGTH_MAX = 300;

const armNames = ["baseline", "candidate"] as const;

function pictures(pair: PairComparison, { policy }: Comparison): readonly (Html | undefined)[] {
  return pair.distributions.flatMap((distribution) => {
    const curves = armNames.map((name, index) => ({
      name,
      colour: cellColour(index),
      points: distribution[name].points,
      isOpen: distribution[name].censored > 0,
    }));
    const percentiles = percentileFigure(curves, {
      label: `${distribution.metric} by percentile`,
      text: `${distribution.metric}, ms, by percentile of turns.`,
    });
    const medianBefore = pair.quantiles.find(({ metric, p }) => metric === distribution.metric && p === 0.5)?.baseline.quantile?.value ?? 0;
    const course = overTimeChart(distribution, Math.max(policy.absoluteMs, policy.relative * medianBefore));
    return [
      percentiles &&
        html`<h3>both distributions</h3>
          ${percentiles}`,
      course &&
        html`<h3>over the run</h3>
          ${course}`,
    ];
  });
}

/** A metric's name may end a line at its underscores, and nowhere else. */
const breakable = (name: string): readonly Html[] => name.split("_").map((part, index) => (index === 0 ? html`${part}` : html`_<wbr />${part}`));

/** The interval in one piece under its change, and the verdict in its colour. */
function pageRow([name = "", before = "", after = "", change = "", said = ""]: readonly string[]): readonly TableCell[] {
  const at = change.indexOf("[");
  const verdict = verdicts.find((known) => known === said);
  const interval = at < 0 ? change : html`${change.slice(0, at)}<span class="range">${change.slice(at)}</span>`;
  return [
    html`<span class="words">${breakable(name)}</span>`,
    before,
    after,
    interval,
    verdict ? verdictWord(verdict) : html`<span class="words">${said}</span>`,
  ];
}

export function pairSection(pair: PairComparison, comparison: Comparison, isPictured: boolean): Html {
  const { policy } = comparison;
  const isJudged = pair.incomparable.length === 0;
  const reasons = [
    ...pair.incomparable.map((sentence) => ({ tone: "bad", sentence: `not comparable: ${sentence}` })),
    ...reasonsOf(pair).map((sentence) => ({ tone: "warn-line", sentence })),
    ...pair.declared.map((sentence) => ({ tone: "plain", sentence: `differs on purpose: ${sentence}` })),
  ];
  return html`<section>
    <h2>${clipped(pairName(pair), TEXT_LENGTH_MAX)}: ${verdictWord(pair.verdict)}</h2>
    ${isJudged && isPictured && changeChart(pair, policy)} ${isPictured && pair.answered && answeredChart(pair.answered, policy)}
    ${isJudged && table(columns, tableOf(comparison, pair).map(pageRow))}
    ${
      reasons.length > 0 &&
      html`<ul class="doubts">
        ${reasons.map(({ tone, sentence }) => html`<li class="${tone}">${clipped(sentence, TEXT_LENGTH_MAX)}</li>`)}
      </ul>`
    }
    ${isJudged && isPictured && pictures(pair, comparison)}
  </section>`;
}
