// Two runs, or the cells of one, to a Comparison.

import { ok, type Result } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { metricIds, type MetricId } from "../metrics/catalogue.ts";
import { recoveriesFor } from "../metrics/measure-recovery.ts";
import { rowsFor } from "../metrics/measure.ts";
import { quantileOfSorted } from "../metrics/quantile.ts";
import { isRecoveryMetric } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord, RunResult } from "../result/run-result.ts";
import { compareAnswered } from "./answered.ts";
import { defaultResamples, effects } from "./bootstrap.ts";
import { clusterRecoveries, clusterSamples, effectiveCount, type ClusteredSamples } from "./clusters.ts";
import { comparisonVersion, worst, type Arm, type ComparedRun, type Comparison, type PairComparison, type QuantileComparison } from "./comparison.ts";
import { holm } from "./holm.ts";
import { pairRuns, pairWithin, type CellPair, type Pairing, type Variable } from "./pair.ts";
import { defaultPolicy, instrumentErrorMs, resolvePolicy, type Policy } from "./policy.ts";
import { judge, refusal } from "./verdict.ts";

export interface CompareOptions {
  readonly policy?: Partial<Policy>;
  /** Seeds the resampling; equal runs and seeds give equal comparisons. Default 1. */
  readonly seed?: number;
  readonly resamples?: number;
}

/** Shown beside the gates, at the median, corrected for how many they are. */
const informative: readonly MetricId[] = [
  "end_of_utterance",
  "server_think",
  "leading_silence",
  "tool_turn",
  "barge_in_stop",
  "recover_detect",
  "recover_session",
  "recover_first_audible",
];
/** Nothing is decided by them, so they need not be as sharp as a gate. */
const INFORMATIVE_RESAMPLES_MAX = 500;
/** With fewer sessions a side, resampling finds differences in nothing: at 2 a side, p below 0.05 in 31 of 100 simulated comparisons. */
const SESSIONS_FOR_P_VALUE = 10;

interface Settings {
  readonly policy: Policy;
  readonly seed: number;
  readonly resamples: number;
  /** Why no verdict may be better or worse than inconclusive. */
  readonly untrusted?: string;
}

interface ArmRows {
  readonly turns: readonly TurnRow[];
  readonly recoveries: readonly RecoveryRow[];
}

interface PairRows {
  readonly baseline: ArmRows;
  readonly candidate: ArmRows;
}

const samplesOfArm = ({ turns, recoveries }: ArmRows, metric: MetricId): ClusteredSamples =>
  isRecoveryMetric(metric) ? clusterRecoveries(recoveriesFor(recoveries), metric) : clusterSamples(rowsFor(metric, turns), metric);

function armOf(cell: string, samples: ClusteredSamples, effectiveTurns: number, p: number): Arm {
  const sorted = Array.from(samples.values, (value, index) => ({ value, censored: samples.censored[index] === 1 }));
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

function compareMetric(pair: CellPair, rows: PairRows, metric: MetricId, ps: readonly number[], isGate: boolean, settings: Settings): QuantileComparison[] {
  const before = samplesOfArm(rows.baseline, metric);
  const after = samplesOfArm(rows.candidate, metric);
  const worth = [effectiveCount(before), effectiveCount(after)] as const;
  const isEmpty = before.sizes.length === 0 || after.sizes.length === 0;
  const random = stream(settings.seed, "compare", pair.baseline.id, pair.candidate.id, metric);
  const resamples = isGate ? settings.resamples : Math.min(INFORMATIVE_RESAMPLES_MAX, settings.resamples);
  const found = isEmpty ? [] : effects(before, after, ps, random, resamples);

  return ps.map((p, index) => {
    const baseline = armOf(pair.baseline.id, before, worth[0], p);
    const candidate = armOf(pair.candidate.id, after, worth[1], p);
    const effect = found[index];
    const row = { metric, p, baseline, candidate };
    if (!effect) return { ...row, gated: isGate, ...(isGate && { verdict: "inconclusive" as const }), reason: `nothing with a ${metric} on one side` };
    const compared = { ...row, logRatio: effect.logRatio, difference: effect.difference };
    const refused = refusal(p, worth);
    const isEnough = Math.min(before.sizes.length, after.sizes.length) >= SESSIONS_FOR_P_VALUE;
    if (!isGate || refused) return { ...compared, gated: false, ...(isEnough && { pValue: effect.pValue }), ...(refused && { reason: refused }) };
    if (settings.untrusted) return { ...compared, gated: true, verdict: "inconclusive" as const, reason: settings.untrusted };
    const [valueBefore, valueAfter] = [baseline.quantile?.value, candidate.quantile?.value];
    const change = valueBefore === undefined || valueAfter === undefined ? null : valueAfter - valueBefore;
    return { ...compared, gated: true, ...judge(effect, change, settings.policy) };
  });
}

/** Information rows look at many things at once: their p-values are corrected together. */
function corrected(rows: readonly QuantileComparison[]): QuantileComparison[] {
  const looks = rows.filter((row) => row.pValue !== undefined);
  const adjusted = holm(looks.map((row) => row.pValue as number));
  return rows.map((row) => (row.pValue === undefined ? row : { ...row, pValue: adjusted[looks.indexOf(row)] as number }));
}

function comparePair(pair: CellPair, rows: PairRows, settings: Settings): PairComparison {
  const named = { baselineCell: pair.baseline.id, candidateCell: pair.candidate.id, incomparable: pair.incomparable, declared: pair.declared };
  if (pair.incomparable.length > 0) return { ...named, verdict: "incomparable", quantiles: [] };
  const { gates } = settings.policy;
  const isGate = (metric: MetricId): boolean => gates.some((gate) => gate.metric === metric);
  const decisive = gates.flatMap(({ metric, ps }) => compareMetric(pair, rows, metric, ps, true, settings));
  const others = metricIds
    .filter((metric) => informative.includes(metric) && !isGate(metric))
    .flatMap((metric) => compareMetric(pair, rows, metric, [0.5], false, settings))
    .filter((row) => row.logRatio !== undefined);
  const quantiles = corrected([...decisive, ...others]);
  const answered = compareAnswered(rows.baseline.turns, rows.candidate.turns, settings.policy);
  const gated = quantiles.filter((row) => row.gated).map((row) => row.verdict ?? "inconclusive");
  // Nothing that may decide is not the same as nothing wrong.
  const judged = gated.length > 0 ? gated : (["inconclusive"] as const);
  const ofAnswered = answered && (settings.untrusted ? "inconclusive" : answered.verdict);
  return { ...named, verdict: worst([...judged, ...(ofAnswered ? [ofAnswered] : [])]), quantiles, ...(answered && { answered }) };
}

function describeRun(run: RunResult): ComparedRun {
  const error = instrumentErrorMs(run);
  return {
    runId: run.runId,
    scenario: run.scenario,
    startedAt: run.startedAt,
    seed: run.seed,
    earshotVersion: run.earshotVersion,
    validity: run.validity.verdict,
    ...(error !== undefined && { instrumentErrorMs: error }),
  };
}

/** What a reader must know of a run before they believe its comparison. */
function runNotes(side: string, record: RunRecord): string[] {
  const { result } = record;
  const cut = record.turns.filter((row) => row.outcome === "interrupted" || row.outcome === "dropped").length;
  return [
    ...(result.validity.verdict === "invalid"
      ? [
          `the ${side} is not valid: ${result.validity.doubts
            .filter((doubt) => doubt.severity === "invalid")
            .map((doubt) => doubt.message)
            .join("; ")}`,
        ]
      : []),
    ...(result.end.type === "complete" ? [] : [`the ${side} is ${result.end.type}${result.end.reason ? `: ${result.end.reason}` : ""}`]),
    ...(cut > 0 ? [`${cut} turns of the ${side} were cut or never begun by earshot and are left out`] : []),
    ...(instrumentErrorMs(result) === undefined ? [`the ${side} does not know its own error, so the limit in ms could not be checked against it`] : []),
  ];
}

/** That the limit in ms is not the one asked for, because the instrument can't tell so little. */
function raisedNote(asked: Policy, { absoluteMs }: Policy): string[] {
  const shown = (ms: number): string => `${Number(ms.toFixed(1))} ms`;
  if (absoluteMs <= asked.absoluteMs) return [];
  return [`a change counts above ${shown(absoluteMs)}, not above ${shown(asked.absoluteMs)}: that is three times the instrument's own error`];
}

function rowsByCell({ turns, recoveries = [] }: RunRecord): (cell: string) => ArmRows {
  const turnsOf = Map.groupBy(turns, (row) => row.cell);
  const recoveriesOf = Map.groupBy(recoveries, (row) => row.cell);
  return (cell) => ({ turns: turnsOf.get(cell) ?? [], recoveries: recoveriesOf.get(cell) ?? [] });
}

function compareParts(
  a: RunRecord,
  b: RunRecord,
  pairing: Pairing,
  design: Comparison["design"],
  options: CompareOptions,
  notes: readonly string[],
): Comparison {
  const asked = { ...defaultPolicy, ...options.policy };
  const resolved = resolvePolicy(asked, [a.result, b.result]);
  const policy = design === "interleaved" ? { ...resolved, driftAllowance: 0 } : resolved;
  const isInvalid = [a, b].some((record) => record.result.validity.verdict === "invalid");
  const settings: Settings = {
    policy,
    seed: options.seed ?? 1,
    resamples: options.resamples ?? defaultResamples,
    ...(isInvalid && { untrusted: "a run that is not valid proves nothing" }),
  };
  const rowsA = rowsByCell(a);
  const rowsB = a === b ? rowsA : rowsByCell(b);
  const pairs = pairing.pairs.map((pair) => comparePair(pair, { baseline: rowsA(pair.baseline.id), candidate: rowsB(pair.candidate.id) }, settings));
  return {
    v: comparisonVersion,
    baseline: describeRun(a.result),
    candidate: describeRun(b.result),
    design,
    policy,
    seed: settings.seed,
    resamples: settings.resamples,
    verdict: worst(pairs.map((pair) => pair.verdict)),
    pairs,
    notes: [...pairing.unpaired, ...raisedNote(asked, policy), ...notes],
  };
}

/** Compares cells with the same axes of a baseline and a candidate run; `vary` declares a difference that is the question. */
export function compareRuns(baseline: RunRecord, candidate: RunRecord, options: CompareOptions & { readonly vary?: readonly Variable[] } = {}): Comparison {
  const drift = Math.round((options.policy?.driftAllowance ?? defaultPolicy.driftAllowance) * 100);
  const notes = [
    `drift not estimable: one run a side, at different times. A verdict has to stand after allowing for ${drift} % either way`,
    ...runNotes("baseline", baseline),
    ...runNotes("candidate", candidate),
  ];
  return compareParts(baseline, candidate, pairRuns(baseline.result, candidate.result, options.vary), "two_runs", options, notes);
}

/** Compares cells of one run along axis `by` against its value `base`. They ran interleaved, so there is no drift to allow for. */
export function compareCells(run: RunRecord, options: CompareOptions & { readonly by: string; readonly base: string }): Result<Comparison> {
  const pairing = pairWithin(run.result, options.by, options.base);
  if (!pairing.ok) return pairing;
  const isSerial = run.result.plan.order === "serial";
  const notes = [...(isSerial ? ["the cells ran one after another, not interleaved, so drift is in the effect"] : []), ...runNotes("run", run)];
  return ok(compareParts(run, run, pairing.value, isSerial ? "two_runs" : "interleaved", options, notes));
}
