// Two runs, two sets of runs, or the cells of one, to a Comparison.

import { failed, ok, type Result } from "../core/issues.ts";
import { defaultResamples } from "./bootstrap.ts";
import type { ComparableRun } from "./comparable-run.ts";
import { comparePair } from "./compare-pair.ts";
import { comparisonVersion, worst, type ComparedRun, type Comparison, type Design } from "./comparison.ts";
import { RUNS_MIN, wideningFor } from "./few-runs.ts";
import { pairRuns, pairWithin, type Pairing, type Variable } from "./pair.ts";
import { defaultPolicy, resolvePolicy, type Policy } from "./policy.ts";

export interface CompareOptions {
  readonly policy?: Partial<Policy>;
  /** Seeds the resampling; equal runs and seeds give equal comparisons. Default 1. */
  readonly seed?: number;
  readonly resamples?: number;
}

/** One run or more that measured the same thing. */
export type Side = readonly [ComparableRun, ...ComparableRun[]];

function describeRun({ runId, scenario, startedAt, seed, earshotVersion, validity, instrumentErrorMs }: ComparableRun): ComparedRun {
  return {
    runId,
    scenario,
    startedAt,
    seed,
    earshotVersion,
    validity: validity.verdict,
    doubts: validity.doubts,
    ...(instrumentErrorMs === undefined ? {} : { instrumentErrorMs }),
  };
}

/** What a reader must know of a run before they believe its comparison. */
function runNotes(side: string, { validity, end, cutTurns, instrumentErrorMs }: ComparableRun): string[] {
  const faults = validity.doubts.filter((doubt) => doubt.severity === "invalid").map((doubt) => doubt.message);
  return [
    ...(validity.verdict === "invalid" ? [`${side} is not valid: ${faults.join("; ")}`] : []),
    ...(end.type === "complete" ? [] : [`${side} is ${end.type}${end.reason ? `: ${end.reason}` : ""}`]),
    ...(cutTurns > 0 ? [`${cutTurns} turns of ${side} were cut or never begun by earshot and are left out`] : []),
    ...(instrumentErrorMs === undefined ? [`${side} does not know its own error, so the limit in ms could not be checked against it`] : []),
  ];
}

const sideNotes = (name: string, side: Side): string[] =>
  side.length === 1 ? runNotes(`the ${name}`, side[0]) : side.flatMap((run) => runNotes(`${run.runId} of the ${name}`, run));

/** That the limit in ms is not the one asked for, because the instrument can't tell so little. */
function raisedNote(asked: Policy, { absoluteMs }: Policy): string[] {
  const shown = (ms: number): string => `${Number(ms.toFixed(1))} ms`;
  if (absoluteMs <= asked.absoluteMs) return [];
  return [`a change counts above ${shown(absoluteMs)}, not above ${shown(asked.absoluteMs)}: that is three times the instrument's own error`];
}

interface Parts {
  readonly baseline: Side;
  readonly candidate: Side;
  readonly pairing: Pairing;
  readonly design: Design;
  readonly notes: readonly string[];
}

function compareParts({ baseline, candidate, pairing, design, notes }: Parts, options: CompareOptions): Comparison {
  const asked = { ...defaultPolicy, ...options.policy };
  const runs = [...baseline, ...candidate];
  const errorsMs = runs.flatMap(({ instrumentErrorMs }) => (instrumentErrorMs === undefined ? [] : [instrumentErrorMs]));
  const resolved = resolvePolicy(asked, errorsMs);
  const policy = design === "two_runs" ? resolved : { ...resolved, driftAllowance: 0 };
  const settings = {
    policy,
    design,
    widening: design === "run_sets" ? wideningFor(baseline.length, candidate.length) : 1,
    seed: options.seed ?? 1,
    resamples: options.resamples ?? defaultResamples,
    ...(runs.some(({ validity }) => validity.verdict === "invalid") && { untrusted: "a run that is not valid proves nothing" }),
  };
  const samplesIn = (side: Side, cell: string) => side.map(({ samples }) => samples[cell] ?? {});
  const pairs = pairing.pairs.map((pair) =>
    comparePair(pair, { baseline: samplesIn(baseline, pair.baseline.id), candidate: samplesIn(candidate, pair.candidate.id) }, settings),
  );
  return {
    v: comparisonVersion,
    baseline: baseline.map(describeRun),
    candidate: candidate.map(describeRun),
    design,
    policy,
    seed: settings.seed,
    resamples: settings.resamples,
    verdict: worst(pairs.map((pair) => pair.verdict)),
    pairs,
    notes: [...pairing.unpaired, ...raisedNote(asked, policy), ...notes],
  };
}

/** How runs at different times are told from drift, in a sentence. */
function driftNote(baseline: Side, candidate: Side, allowance: number): string {
  const fewest = Math.min(baseline.length, candidate.length);
  if (fewest >= RUNS_MIN) return `${baseline.length} runs against ${candidate.length}: runs are resampled, so how far they lie apart is in the intervals`;
  const few = fewest === 1 ? "one run a side, at different times" : `${fewest} runs on one side, ${RUNS_MIN} are needed`;
  return `drift not estimable: ${few}. A verdict has to stand after allowing for ${Math.round(allowance * 100)} % either way`;
}

/** Runs of one side that differ among themselves, as sentences. */
function strangersIn(name: string, [first, ...others]: Side): string[] {
  return others.flatMap((run) => {
    const { pairs, unpaired } = pairRuns(first, run);
    return [...unpaired, ...new Set(pairs.flatMap(({ incomparable }) => incomparable))].map((why) => `${run.runId} and ${first.runId} of the ${name}: ${why}`);
  });
}

/** Compares cells with the same axes; `vary` declares a difference that is the question. With three runs a side or more, drift is estimated from them. */
export function compareRuns(baseline: Side, candidate: Side, options: CompareOptions & { readonly vary?: readonly Variable[] } = {}): Comparison {
  const strangers = [...strangersIn("baseline", baseline), ...strangersIn("candidate", candidate)];
  const pairing = pairRuns(baseline[0], candidate[0], options.vary);
  const pairs = pairing.pairs.map((pair) => ({ ...pair, incomparable: [...strangers, ...pair.incomparable] }));
  const notes = [
    driftNote(baseline, candidate, options.policy?.driftAllowance ?? defaultPolicy.driftAllowance),
    ...sideNotes("baseline", baseline),
    ...sideNotes("candidate", candidate),
  ];
  const design = Math.min(baseline.length, candidate.length) >= RUNS_MIN ? "run_sets" : "two_runs";
  return compareParts({ baseline, candidate, pairing: { ...pairing, pairs }, design, notes }, options);
}

/** Compares cells of one run along axis `by` against its value `base`. They ran interleaved, so there is no drift to allow for. */
export function compareCells(run: ComparableRun, options: CompareOptions & { readonly by: string; readonly base: string }): Result<Comparison> {
  const pairing = pairWithin(run, options.by, options.base);
  if (!pairing.ok) return pairing;
  if (pairing.value.pairs.length === 0)
    return failed({ source: "--by", message: `${options.by} takes no other value than ${options.base} in this run, so there is nothing to compare` });
  const isSerial = run.order === "serial";
  const notes = [...(isSerial ? ["the cells ran one after another, not interleaved, so drift is in the effect"] : []), ...runNotes("the run", run)];
  return ok(compareParts({ baseline: [run], candidate: [run], pairing: pairing.value, design: isSerial ? "two_runs" : "interleaved", notes }, options));
}
