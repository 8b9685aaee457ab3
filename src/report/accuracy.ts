// Whether the answers were right, by cell: as counts, as texts, and which expectations were missed.

import type { MetricId } from "../metrics/catalogue.ts";
import type { RunResult } from "../result/run-result.ts";
import { isEmbedded, type CellView } from "./cell-view.ts";
import { formatCount, formatShare, oneLine } from "./format.ts";
import { rankedSamplesOf } from "./turn-columns.ts";

export interface Tally {
  readonly met: number;
  readonly of: number;
}

function tally(metric: MetricId, { plainRows, toolRows }: CellView): Tally | undefined {
  const shares = [plainRows, toolRows].map((rows) => rankedSamplesOf(metric, rows).seen);
  const of = shares.reduce((sum, { length }) => sum + length, 0);
  return of === 0 ? undefined : { met: shares.reduce((sum, found) => sum + found.filter((share) => share === 1).length, 0), of };
}

/** Turns whose expectations were all met; of these, or of all, those that called the right functions. Undefined without any. */
export const rightTurns = (view: CellView): Tally | undefined => tally("accuracy", view);
export const rightCalls = (view: CellView): Tally | undefined => tally("tool_correct", view);

export const shareOf = (found: Tally | undefined): number | undefined => found && found.met / found.of;
export const tallyText = ({ met, of }: Tally): string => `${formatCount(met)}/${formatCount(of)}`;

/** Errors of all turns over words of all turns: a short turn weighs less than a long one. */
export function pooledErrors(view: CellView): { readonly wer: number; readonly cer: number; readonly turns: number } | undefined {
  const known = view.rows.flatMap(({ transcriptErrors }) => transcriptErrors ?? []);
  const sum = (of: (errors: (typeof known)[number]) => number): number => known.reduce((total, errors) => total + of(errors), 0);
  if (known.length === 0) return undefined;
  return {
    wer: sum((errors) => errors.wordErrors) / sum((errors) => errors.words),
    cer: sum((errors) => errors.characterErrors) / sum((errors) => errors.characters),
    turns: known.length,
  };
}

/** `36/40 turns as expected; functions 19/20; word errors 2 %, character errors 1 %` */
export function accuracyText(view: CellView): string | undefined {
  const [turns, calls, errors] = [rightTurns(view), rightCalls(view), pooledErrors(view)];
  const parts = [
    ...(turns ? [`${tallyText(turns)} turns as expected`] : []),
    ...(calls ? [`functions ${tallyText(calls)}`] : []),
    ...(errors ? [`word errors ${formatShare(errors.wer)}, character errors ${formatShare(errors.cer)} of the callers\u2019 transcripts`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}

export interface Miss {
  readonly cell: string;
  readonly what: string;
  /** What was said, or the text that was sent. */
  readonly clip: string;
  readonly count: number;
  /** One of them. */
  readonly why: string;
}

/** What was missed, the commonest first. */
export function misses(views: readonly CellView[], most: number): readonly Miss[] {
  const all = views.flatMap((view) =>
    view.rows.flatMap((row) =>
      (row.expectations ?? []).filter(({ met }) => !met).map(({ what, why }) => ({ cell: view.name, what, clip: row.clip ?? row.text ?? "", why })),
    ),
  );
  const groups = Map.groupBy(all, ({ cell, what, clip }) => JSON.stringify([cell, what, clip]));
  return [...groups.values()]
    .map((group): Miss => ({ ...(group[0] as (typeof all)[number]), count: group.length }))
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}

export const missText = ({ count, clip, what, why }: Miss): string => `${formatCount(count)} x ${what} after ${oneLine(clip, 60)}: ${oneLine(why, 160)}`;

/** What has to stand beside every such figure of a run against our own target, which only plays mistakes. */
export const accuracyOrigin = (result: RunResult): string | undefined =>
  isEmbedded(result) ? "the reference server\u2019s mistakes are assumed by its profile; they say nothing of a real model" : undefined;
