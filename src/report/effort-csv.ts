// effort.csv: one row a cell, what somebody who has to choose an effort needs. Columns without a value stay empty.

import type { Quantile } from "../metrics/quantile.ts";
import type { RunRecord, RunResult, ThresholdResult } from "../result/run-result.ts";
import { accuracyOrigin, accuracyText, pooledErrors, rightCalls, rightTurns, shareOf } from "./accuracy.ts";
import { answeredShare, headline, latencyAt, medianOf, summaryOf, viewCells, type CellView } from "./cell-view.ts";
import { toCsv, type Column } from "./csv.ts";
import { meetsObjective } from "./objective.ts";
import { summaryOfTurns } from "./turn-columns.ts";
import { unexplainedTextTokens } from "./unexplained-text.ts";

interface EffortRow {
  readonly view: CellView;
  readonly run: RunResult;
  /** What the run is judged by. */
  readonly asked: readonly ThresholdResult[];
  /** The cell with the run's first effort that shares this one's other axes. */
  readonly reference: CellView | undefined;
}

const valueOf = (quantile: Quantile): number | undefined => quantile?.value;
const p90Of = (view: CellView | undefined): number | undefined => view && valueOf(latencyAt(view, 0.9));
const percentChange = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined || from === 0 ? undefined : (to / from - 1) * 100;
const column = (name: string, of: (row: EffortRow) => string | number | undefined): Column<EffortRow> => ({ name, of });

const identityColumns: readonly Column<EffortRow>[] = [
  column("run_id", ({ run }) => run.runId),
  column("cell", ({ view }) => view.cell.id),
  column("provider", ({ view }) => view.cell.provider),
  column("model", ({ view }) => view.cell.model),
  column("profile", ({ view }) => view.cell.profile),
  column("effort", ({ view }) => view.cell.effort),
  column("frame_ms", ({ view }) => view.cell.frameMs),
  column("network", ({ view }) => view.cell.network),
  column("sessions", ({ view }) => view.cell.sessions),
  column("turns_planned", ({ view }) => view.cell.turnsPlanned),
  column("turns_answered", ({ view }) => view.cell.outcomes.answered),
  column("turns_unanswered", ({ view }) => view.cell.outcomes.unanswered),
  column("turns_failed", ({ view }) => view.cell.outcomes.failed),
  column("turns_interrupted", ({ view }) => view.cell.outcomes.interrupted),
  column("turns_dropped", ({ view }) => view.cell.outcomes.dropped),
  column("answered_share", ({ view }) => answeredShare(view.cell)),
];

const latencyColumns: readonly Column<EffortRow>[] = [
  column("voice_to_voice_ms_p50", ({ view }) => valueOf(latencyAt(view, 0.5))),
  column("voice_to_voice_ms_p50_low", ({ view }) => valueOf(view.p50Interval?.low)),
  column("voice_to_voice_ms_p50_high", ({ view }) => valueOf(view.p50Interval?.high)),
  column("voice_to_voice_ms_p90", ({ view }) => p90Of(view)),
  column("voice_to_voice_ms_p90_low", ({ view }) => valueOf(view.p90Interval?.low)),
  column("voice_to_voice_ms_p90_high", ({ view }) => valueOf(view.p90Interval?.high)),
  column("voice_to_voice_ms_p95", ({ view }) => valueOf(latencyAt(view, 0.95))),
  column("voice_to_voice_ms_p99", ({ view }) => valueOf(latencyAt(view, 0.99))),
  column("voice_to_voice_ms_max", ({ view }) => valueOf(latencyAt(view, 1))),
  column("voice_to_voice_ms_censored_above", ({ view }) => summariseHeadline(view)),
  column("first_audio_ms_p50", ({ view }) => medianOf(view, "first_audio")),
  column("server_think_ms_p50", ({ view }) => medianOf(view, "server_think")),
  column("end_of_utterance_ms_p50", ({ view }) => medianOf(view, "end_of_utterance")),
  column("tool_turn_ms_p90", ({ view }) => summaryOfTurns("tool_turn", view.toolRows).p90),
  column("early_endpoint_share", ({ view }) => summaryOf(view, "early_endpoint")?.mean),
  column("accuracy_share", ({ view }) => shareOf(rightTurns(view))),
  column("wer", ({ view }) => pooledErrors(view)?.wer),
  column("tool_correct_share", ({ view }) => shareOf(rightCalls(view))),
];

const summariseHeadline = (view: CellView): number | undefined => summaryOfTurns(headline, view.plainRows).censoredAbove;

const moneyColumns: readonly Column<EffortRow>[] = [
  column("cached_input_share", ({ view }) => view.cell.money.cachedInputShare),
  column("input_tokens_per_turn", ({ view }) => view.cell.money.inputTokensPerTurn),
  column("output_tokens_per_turn", ({ view }) => view.cell.money.outputTokensPerTurn),
  column("text_out_unexplained_tokens_per_turn", ({ view }) => unexplainedTextTokens(view.rows)),
  column("usd_per_turn", ({ view }) => view.cell.money.usdPerTurn),
  column("usd_per_minute", ({ view }) => view.cell.money.usdPerMinute),
  column("usd_per_call", ({ view }) => view.cell.money.usdPerCall),
  column("delta_p90_pct", ({ view, reference }) => percentChange(p90Of(reference), p90Of(view))),
  column("delta_usd_pct", ({ view, reference }) => percentChange(reference?.cell.money.usdPerTurn, view.cell.money.usdPerTurn)),
  column("meets_objective", ({ view, run, asked }) => meetsObjective(view, asked, run.seed)),
];

const trustColumns: readonly Column<EffortRow>[] = [
  column("lateness_ms_p99", ({ view }) => summaryOf(view, "send_lateness")?.p99),
  column("error_ms_p99", ({ run }) => run.instrument.truthError?.absoluteP99),
  column("validity", ({ run }) => run.validity.verdict),
  column("price_list", ({ view }) => view.cell.money.priceList),
  column("data_origin", ({ view }) => view.cell.dataOrigin),
  column("accuracy_origin", ({ view, run }) => (accuracyText(view) === undefined ? undefined : accuracyOrigin(run) === undefined ? "measured" : "assumed")),
];

const otherAxes = (view: CellView): string => JSON.stringify(Object.entries(view.cell.axes).filter(([axis]) => axis !== "effort" && !axis.endsWith(".effort")));

/** effort.csv of a run. */
export function effortCsv(record: RunRecord): string {
  const views = viewCells(record);
  const firstEffort = views[0]?.cell.effort;
  const rows = views.map((view): EffortRow => {
    const reference = views.find((other) => other.cell.effort === firstEffort && otherAxes(other) === otherAxes(view));
    return { view, run: record.result, asked: record.objectives ?? record.result.thresholds, reference: reference === view ? undefined : reference };
  });
  return toCsv([...identityColumns, ...latencyColumns, ...moneyColumns, ...trustColumns], rows);
}
