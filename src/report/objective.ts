// Whether a cell meets what its thresholds ask: yes and no are for what the interval proves, all else is unproven.

import { quantileInterval } from "../compare/bootstrap.ts";
import { isMetricId } from "../metrics/catalogue.ts";
import { rowsFor, samplesOf } from "../metrics/measure.ts";
import { isQuantileBacked } from "../metrics/quantile.ts";
import type { ThresholdResult } from "../result/run-result.ts";
import type { CellView } from "./cell-view.ts";

export type Objective = "yes" | "no" | "unproven";

/** `voice_to_voice{effort=low} p95 < 2500ms`, the form whose certainty can be told. */
const QUANTILE_LIMIT = /^\s*(?<metric>\w+)\s*(?:\{(?<where>[^}]*)\})?\s*p(?<percent>\d+(?:\.\d+)?)\s*<=?\s*(?<limit>\d+(?:\.\d+)?)\s*(?<unit>ms|s)\s*$/;

function objectiveOf(view: CellView, threshold: ThresholdResult, seed: number): Objective {
  const groups = QUANTILE_LIMIT.exec(threshold.text)?.groups;
  const metric = groups?.["metric"];
  if (!groups || !metric || !isMetricId(metric)) return "unproven";
  const limitMs = Number(groups["limit"]) * (groups["unit"] === "s" ? 1_000 : 1);
  const kind = /(?:^|,)\s*kind\s*=\s*(?<kind>\w+)/.exec(groups["where"] ?? "")?.groups?.["kind"];
  const rows = rowsFor(metric, view.rows, kind);
  const interval = quantileInterval(rows, metric, Number(groups["percent"]) / 100, seed);
  if (!interval || !isQuantileBacked(samplesOf(metric, rows).length, Number(groups["percent"]) / 100)) return "unproven";
  if (threshold.passed && interval.high.above === undefined && interval.high.value < limitMs) return "yes";
  if (!threshold.passed && (interval.low.above !== undefined || interval.low.value > limitMs)) return "no";
  return "unproven";
}

/** Over all thresholds of the cell: one proven miss is no, one open question is unproven. Undefined without thresholds. */
export function meetsObjective(view: CellView, thresholds: readonly ThresholdResult[], seed: number): Objective | undefined {
  const found = thresholds.filter((threshold) => threshold.cell === view.cell.id).map((threshold) => objectiveOf(view, threshold, seed));
  if (found.length === 0) return undefined;
  return found.find((objective) => objective === "no") ?? found.find((objective) => objective === "unproven") ?? "yes";
}
