// Runs of all the parts of one plan become one run: their rows and histograms are put together and everything is worked out
// anew. Percentiles are never averaged. Instants of every part count from the start that all were given.

import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { assemble, type CellHead, type RunHead } from "../result/assemble.ts";
import { canaryErrorMs } from "../result/canary.ts";
import type { RunCheck } from "../result/check-result.ts";
import type { CellResult, Instrument, RunRecord, RunResult, ThresholdResult } from "../result/run-result.ts";
import { parseThreshold } from "../result/threshold.ts";
import { joinTruth, startBufferOf, truthErrorStats, type TruthRow } from "../result/truth-error.ts";
import { recordOf } from "../result/warm-up.ts";
import { findingsOf } from "./instrument.ts";
import { mergedSounds } from "./kept-audio.ts";
import { mergedBudget } from "./merged-budget.ts";
import type { SegmentFindings } from "./segment-run.ts";

export interface Part {
  /** The folder as the user named it. */
  readonly source: string;
  readonly record: RunRecord;
  readonly truth: readonly TruthRow[];
  /** Absent where the run was none of a segment. */
  readonly findings: SegmentFindings | undefined;
}

type Parts = readonly [Part, ...Part[]];

/** Why the runs are not the parts of one plan, each once: every reason. */
function misfits(parts: Parts): readonly Issue[] {
  const [first] = parts;
  const issues: Issue[] = [];
  const seen = new Map<number, string>();
  for (const { source, record, findings } of parts) {
    const { segment, seed, scenario, earshotVersion, startedAt } = record.result;
    if (!segment) {
      issues.push({ source, message: "is a whole run, and no part of one: only runs made with --segment k/n can be merged" });
      continue;
    }
    if (!findings) issues.push({ source, message: "was killed before its end, so a part of the load is missing; run all parts again" });
    const other = (what: string, mine: string | number, theirs: string | number | undefined): void => {
      if (mine !== theirs) issues.push({ source, message: `has ${what} ${mine}, and ${first.source} has ${theirs ?? "none"}` });
    };
    other("scenario", scenario, first.record.result.scenario);
    other("seed", seed, first.record.result.seed);
    other("plan", segment.plan, first.record.result.segment?.plan);
    other("earshot version", earshotVersion, first.record.result.earshotVersion);
    other("a number of parts of", segment.of, first.record.result.segment?.of);
    other("a start (--start-at gives all parts the same) of", startedAt, first.record.result.startedAt);
    const twice = seen.get(segment.part);
    if (twice !== undefined) issues.push({ source, message: `is part ${segment.part}/${segment.of}, and so is ${twice}` });
    seen.set(segment.part, source);
  }
  const of = first.record.result.segment?.of ?? 0;
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((part) => !seen.has(part));
  if (missing.length > 0) issues.push({ source: "merge", message: `part ${missing.join(", ")} of ${of} is missing; name its run too` });
  return issues;
}

/** A cell as it was before anything happened, for all parts together. */
function headOf(cell: CellResult, parts: Parts, isByTime: boolean): CellHead {
  const { outcomes: _o, metrics: _m, toolMetrics: _t, money, warmUpTurns: _w, pooledCalls: _p, turnsPlanned: _n, ...head } = cell;
  const same = parts.flatMap(({ record }) => record.result.cells.filter((other) => other.id === cell.id));
  const turnsPlanned = same.reduce((sum, other) => sum + other.turnsPlanned + (other.warmUpTurns ?? 0), 0);
  return { ...head, priceList: money.priceList, ...(isByTime ? {} : { turnsPlanned }) };
}

const severity: readonly RunResult["end"]["type"][] = ["complete", "interrupted", "incomplete", "killed"];

/** The worst of the ends: a load of which a part broke was not the load that was planned. */
function endOf(parts: Parts): RunResult["end"] {
  const worst = parts.toSorted((a, b) => severity.indexOf(b.record.result.end.type) - severity.indexOf(a.record.result.end.type))[0] ?? parts[0];
  const { end, segment } = worst.record.result;
  return end.type === "complete" ? { type: "complete" } : { type: end.type, reason: `part ${segment?.part}: ${end.reason ?? "no reason known"}` };
}

/** The one that was asked for the most, compared with what it is good for. A machine without one is not covered by another's. */
function worstCheck(parts: Parts): RunCheck | undefined {
  const checks = parts.flatMap(({ record }) => record.result.check ?? []);
  const load = ({ askedCallers, honestCallers }: RunCheck): number => (honestCallers === 0 ? Number.MAX_VALUE : askedCallers / honestCallers);
  const worst = checks.toSorted((a, b) => load(b) - load(a))[0];
  return worst && (checks.length === parts.length || load(worst) > 1) ? worst : undefined;
}

/** Of the part whose canaries were measured worst: errors of several machines make no distribution. */
function worstCanary(parts: Parts): Instrument["canary"] {
  const found = parts.map(({ record }) => record.result.instrument).toSorted((a, b) => (canaryErrorMs(b) ?? 0) - (canaryErrorMs(a) ?? 0));
  const lost = found.find((instrument) => instrument.canary?.lost !== undefined);
  return lost?.canary ?? found[0]?.canary;
}

function worstProcess(parts: Parts): SegmentFindings["process"] {
  const all = parts.flatMap(({ findings }) => findings?.process ?? []);
  const most = (of: (process: SegmentFindings["process"]) => number): number => Math.max(...all.map(of));
  return { cpuShare: most((one) => one.cpuShare), rssBytesMax: most((one) => one.rssBytesMax), rssBytesLast: most((one) => one.rssBytesLast) };
}

/** The machine that had the least left for its part. */
const worstMachine = (parts: Parts): Instrument["machine"] =>
  parts.flatMap(({ record }) => record.result.instrument.machine ?? []).toSorted((a, b) => b.busyShare + b.stolenShare - (a.busyShare + a.stolenShare))[0];

/** What ended a part stays missed, whatever all parts together come to: without it that part would have gone on. */
function withMissedInPart(merged: ThresholdResult, parts: Parts): ThresholdResult {
  const ended = parts.find(({ record }) =>
    record.result.thresholds.some(({ text, cell, endedRun }) => endedRun === true && text === merged.text && cell === merged.cell),
  );
  if (!ended) return merged;
  const { part } = ended.record.result.segment ?? {};
  return { ...merged, passed: false, endedRun: true, actual: `${merged.actual}; missed for sure in part ${part}, which ended there` };
}

/** One run of all the parts, with the rows of all; or every reason why they are not the parts of one. */
export function mergeRuns(given: readonly Part[]): Result<{ readonly record: RunRecord; readonly rows: readonly TurnRow[]; readonly head: RunHead }> {
  const [firstGiven, ...others] = given;
  if (!firstGiven) return failed({ source: "merge", message: "needs the runs of all the parts" });
  const issues = misfits([firstGiven, ...others]);
  if (issues.length > 0) return failed(...issues);
  const sorted = given.toSorted((a, b) => (a.record.result.segment?.part ?? 0) - (b.record.result.segment?.part ?? 0));
  const parts: Parts = [sorted[0] ?? firstGiven, ...sorted.slice(1)];
  const [first] = parts;
  const {
    segment: _s,
    calls: _c,
    instrument: _i,
    validity: _v,
    thresholds: _t,
    end: _e,
    durationMs: _d,
    droppedRows: _r,
    check: _k,
    budget: _b,
    audio: _a,
    ...rest
  } = first.record.result;
  const runId = `${rest.runId}-merged`;
  const rows = parts.flatMap(({ record }) => [...(record.warmUpTurns ?? []), ...record.turns]).map((row) => ({ ...row, run: runId }));
  const recoveries = parts.flatMap(({ record }) => record.recoveries ?? []).map((row) => ({ ...row, run: runId }));
  const isByTime = rest.plan.windowMs !== undefined;
  const { turnsPlanned: _n, ...plan } = rest.plan;
  const check = worstCheck(parts);
  const concurrency = parts.reduce((sum, { record }) => sum + record.result.plan.concurrency, 0);
  const head: RunHead = {
    ...rest,
    runId,
    plan: { ...plan, concurrency },
    ...(check ? { check } : {}),
    merged: parts.map(({ record }) => record.result.runId),
    cells: rest.cells.map((cell) => headOf(cell, parts, isByTime)),
  };
  const checks = parts.flatMap(({ findings }) => findings?.checks ?? []);
  const { latenessOf, shaperLatenessMsP99, instrument } = findingsOf(checks, { process: worstProcess(parts), machine: worstMachine(parts) }, rows);
  const truth = joinTruth(
    rows,
    parts.flatMap((part) => part.truth),
    startBufferOf(head.cells),
  );
  const canary = worstCanary(parts);
  const texts = [...new Set(parts.flatMap(({ record }) => record.result.thresholds.map((threshold) => threshold.text)))];
  const budget = mergedBudget(parts.map(({ record }) => record.result.budget));
  const assembled = assemble(head, {
    durationMs: Math.max(...parts.map(({ record }) => record.result.durationMs)),
    end: endOf(parts),
    rows,
    calls: parts.flatMap(({ record }) => record.result.calls),
    recoveries,
    instrument: { ...instrument, ...(canary ? { canary } : {}), ...(truth.errors.length > 0 ? { truthError: truthErrorStats(truth) } : {}) },
    latenessOf,
    thresholds: texts.flatMap((text) => {
      const parsed = parseThreshold(text, "merge");
      return parsed.ok ? [parsed.value] : [];
    }),
    droppedRows: parts.reduce((sum, { record }) => sum + record.result.droppedRows, 0),
    truthUnknown: head.cells.some((cell) => cell.provider !== "embedded"),
    ...(budget ? { budget } : {}),
    ...(shaperLatenessMsP99 === undefined ? {} : { shaperLatenessMsP99 }),
  });
  const result = { ...assembled, ...mergedSounds(parts, rows), thresholds: assembled.thresholds.map((threshold) => withMissedInPart(threshold, parts)) };
  return ok({ record: recordOf(result, rows, first.record.scenarioYaml, recoveries), rows, head });
}
