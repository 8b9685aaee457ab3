// One cell against another: an effect with its interval for every metric that is looked at, and what is to be said of it.

import { stream } from "../core/random.ts";
import { metricIds, type MetricId } from "../metrics/catalogue.ts";
import type { Sample } from "../metrics/measure.ts";
import { percentileCurve } from "../metrics/percentile-curve.ts";
import { quantileOfSorted } from "../metrics/quantile.ts";
import { compareAnswered } from "./answered.ts";
import { effects, type Effect } from "./bootstrap.ts";
import { cluster, effectiveCount, type ClusteredSamples } from "./clusters.ts";
import type { CellSamples, SessionSamples } from "./comparable-run.ts";
import { worst, type Arm, type Curve, type Design, type Distribution, type PairComparison, type QuantileComparison } from "./comparison.ts";
import { holm } from "./holm.ts";
import { overTime } from "./over-time.ts";
import type { CellPair } from "./pair.ts";
import { informativeMetrics, type Policy } from "./policy.ts";
import { blocksOf, resampleBlocks, resampleRuns, resampleSessions } from "./resample.ts";
import { judge, refusal } from "./verdict.ts";

/** Nothing is decided by them, so they need not be as sharp as a gate. */
const INFORMATIVE_RESAMPLES_MAX = 500;
/** With fewer sessions a side, resampling finds differences in nothing: at 2 a side, p below 0.05 in 31 of 100 simulated comparisons. */
const SESSIONS_FOR_P_VALUE = 10;

export interface Settings {
  readonly policy: Policy;
  readonly design: Design;
  /** How much wider intervals are made because few runs were drawn from. */
  readonly widening: number;
  readonly seed: number;
  readonly resamples: number;
  /** Why no verdict may be better or worse than inconclusive. */
  readonly untrusted?: string;
}

/** The samples of the two cells, one entry a run. */
export interface PairSamples {
  readonly baseline: readonly CellSamples[];
  readonly candidate: readonly CellSamples[];
}

interface Look {
  readonly metric: MetricId;
  readonly ps: readonly number[];
  readonly isGate: boolean;
}

const clustered = (cells: readonly CellSamples[], metric: MetricId): ClusteredSamples => cluster(...cells.map((cell) => cell[metric] ?? []));

/** Both arms, each with how it is resampled. Interleaved arms draw the same blocks, hence two streams of one name. */
function effectsOf(pair: CellPair, arms: readonly [ClusteredSamples, ClusteredSamples], { metric, ps, isGate }: Look, settings: Settings): Effect[] {
  const { design, seed, widening } = settings;
  const options = { resamples: isGate ? settings.resamples : Math.min(INFORMATIVE_RESAMPLES_MAX, settings.resamples), widening };
  const names = ["compare", pair.baseline.id, pair.candidate.id, metric] as const;
  const blocks = design === "interleaved" ? blocksOf(...arms) : [];
  const random = stream(seed, ...names);
  const [before, after] = arms.map((samples) => {
    if (design === "interleaved") return { samples, resampler: resampleBlocks(samples, blocks, stream(seed, ...names)) };
    return { samples, resampler: (design === "run_sets" ? resampleRuns : resampleSessions)(samples, random) };
  });
  return before && after ? effects(before, after, ps, options) : [];
}

const inOrder = ({ values, censored }: ClusteredSamples): Sample[] => Array.from(values, (value, index) => ({ value, censored: censored[index] === 1 }));

function armOf(cell: string, samples: ClusteredSamples, effectiveTurns: number, p: number): Arm {
  const sorted = inOrder(samples);
  const quantile = quantileOfSorted(sorted, p);
  return {
    cell,
    turns: sorted.length,
    sessions: samples.sizes.length,
    censored: sorted.filter((sample) => sample.censored).length,
    effectiveTurns,
    ...(quantile && { quantile }),
  };
}

function compareMetric(pair: CellPair, samples: PairSamples, look: Look, settings: Settings): QuantileComparison[] {
  const { metric, ps, isGate } = look;
  const [before, after] = [clustered(samples.baseline, metric), clustered(samples.candidate, metric)];
  const worth = [effectiveCount(before), effectiveCount(after)] as const;
  const isEmpty = before.sizes.length === 0 || after.sizes.length === 0;
  const found = isEmpty ? [] : effectsOf(pair, [before, after], look, settings);

  return ps.map((p, index) => {
    const baseline = armOf(pair.baseline.id, before, worth[0], p);
    const candidate = armOf(pair.candidate.id, after, worth[1], p);
    const effect = found[index];
    const row = { metric, p, baseline, candidate };
    if (!effect) return { ...row, gated: isGate, ...(isGate && { verdict: "inconclusive" as const }), reason: `no turn with a ${metric} on one side` };
    const compared = { ...row, logRatio: effect.logRatio, difference: effect.difference };
    const refused = refusal(p, worth);
    // Of sets of runs it is the runs that are few.
    const sessions = settings.design === "run_sets" ? undefined : Math.min(before.sizes.length, after.sizes.length);
    const isEnough = sessions !== undefined && sessions >= SESSIONS_FOR_P_VALUE;
    if (!isGate || refused) return { ...compared, gated: false, ...(isEnough && { pValue: effect.pValue }), ...(refused && { reason: refused }) };
    if (settings.untrusted) return { ...compared, gated: true, verdict: "inconclusive" as const, reason: settings.untrusted };
    const [valueBefore, valueAfter] = [baseline.quantile?.value, candidate.quantile?.value];
    const change = valueBefore === undefined || valueAfter === undefined ? null : valueAfter - valueBefore;
    return { ...compared, gated: true, ...judge(effect, change, settings.policy, sessions) };
  });
}

function curveOf(samples: ClusteredSamples): Curve {
  const sorted = inOrder(samples);
  return { points: percentileCurve(sorted), censored: sorted.filter((sample) => sample.censored).length };
}

function distributionOf({ baseline, candidate }: PairSamples, metric: MetricId, { design, seed }: Settings): Distribution {
  const sessions = ([cell]: readonly CellSamples[]): readonly SessionSamples[] => cell?.[metric] ?? [];
  const slices = design === "interleaved" ? overTime({ metric, baseline: sessions(baseline), candidate: sessions(candidate), seed }) : [];
  return { metric, baseline: curveOf(clustered(baseline, metric)), candidate: curveOf(clustered(candidate, metric)), overTime: slices };
}

/** Information rows look at many things at once: their p-values are corrected together. */
function corrected(rows: readonly QuantileComparison[]): QuantileComparison[] {
  const looks = rows.filter((row) => row.pValue !== undefined);
  const adjusted = holm(looks.map((row) => row.pValue as number));
  return rows.map((row) => (row.pValue === undefined ? row : { ...row, pValue: adjusted[looks.indexOf(row)] as number }));
}

export function comparePair(pair: CellPair, samples: PairSamples, settings: Settings): PairComparison {
  const named = { baselineCell: pair.baseline.id, candidateCell: pair.candidate.id, incomparable: pair.incomparable, declared: pair.declared };
  if (pair.incomparable.length > 0) return { ...named, verdict: "incomparable", quantiles: [], distributions: [] };
  const { gates } = settings.policy;
  const isGate = (metric: MetricId): boolean => gates.some((gate) => gate.metric === metric);
  const decisive = gates.flatMap(({ metric, ps }) => compareMetric(pair, samples, { metric, ps, isGate: true }, settings));
  const others = metricIds
    .filter((metric) => informativeMetrics.includes(metric) && !isGate(metric))
    .flatMap((metric) => compareMetric(pair, samples, { metric, ps: [0.5], isGate: false }, settings))
    .filter((row) => row.logRatio !== undefined);
  const quantiles = corrected([...decisive, ...others]);
  const answered = compareAnswered(clustered(samples.baseline, "answered"), clustered(samples.candidate, "answered"), settings.policy);
  const gated = quantiles.filter((row) => row.gated).map((row) => row.verdict ?? "inconclusive");
  // Nothing that may decide is not the same as nothing wrong.
  const judged = gated.length > 0 ? gated : (["inconclusive"] as const);
  const ofAnswered = answered && (settings.untrusted ? "inconclusive" : answered.verdict);
  const verdict = worst([...judged, ...(ofAnswered ? [ofAnswered] : [])]);
  return { ...named, verdict, quantiles, ...(answered && { answered }), distributions: gates.map(({ metric }) => distributionOf(samples, metric, settings)) };
}
