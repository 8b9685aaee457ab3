// One scenario from its plan to its reports, on the terminal.

import { exitCodes, type ExitCode } from "../core/exit-codes.ts";
import { formatIssue } from "../core/issues.ts";
import { exitCodeOf } from "../library/exit-code.ts";
import { perform, type Performing } from "../library/perform.ts";
import { closingTable } from "../report/closing-table.ts";
import type { RunView } from "../live/run-view.ts";
import type { RunRecord } from "../result/run-result.ts";
import { print, printError } from "./output.ts";
import { startProgress } from "./progress.ts";
import type { Signals } from "./signals.ts";
import { addToStepSummary } from "./step-summary.ts";

export interface ScenarioRun extends Omit<Performing, "drain" | "cut" | "watch"> {
  readonly signals: Signals;
  readonly strictValidity: boolean;
  /** Told of the run once it has ended. */
  readonly onRecord?: (record: RunRecord) => void;
  /** What everybody who watches looks at. */
  readonly view: RunView;
  readonly expectedMs: number;
}

export async function runScenario(asked: ScenarioRun): Promise<ExitCode> {
  const { prepared, signals } = asked;
  const progress = startProgress({
    view: asked.view,
    plan: prepared.plan,
    expectedMs: asked.expectedMs,
    ...(asked.budget ? { budget: asked.budget } : {}),
  });
  const onDrain = (): void => progress.note(`${String(signals.drain.reason)}: no new turns; those in progress may finish. Once more stops at once.`);
  signals.drain.addEventListener("abort", onDrain, { once: true });
  const finished = await perform({ ...asked, drain: signals.drain, cut: signals.cut, watch: progress.watch }).finally(() => {
    progress.stop();
    signals.drain.removeEventListener("abort", onDrain);
  });
  if (!finished.ok) {
    printError(`No target could be started.\n${finished.issues.map((issue) => `  ${formatIssue(issue)}`).join("\n")}`);
    return exitCodes.incomplete;
  }
  const { record, folder } = finished.value;
  asked.onRecord?.(record);
  asked.view.end(`${folder}/report.html`);
  addToStepSummary(process.env, record);
  print(closingTable(record).trimEnd());
  print(`\nreport  ${folder}/report.html    also effort.csv turns.csv latency.hlog`);
  return exitCodeOf(record.result, asked, signals.exitCode());
}
