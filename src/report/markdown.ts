// summary.md: the run on one page of Markdown, for a pull request or a wiki.

import { budgetTextOf } from "../result/budget-text.ts";
import type { RunRecord } from "../result/run-result.ts";
import { accuracyOrigin, accuracyText, misses, missText } from "./accuracy.ts";
import { viewCells, type CellView } from "./cell-view.ts";
import { interruptionText, toolText } from "./conversation.ts";
import { failureTable } from "./failures.ts";
import {
  checkText,
  costText,
  durationText,
  endOfRunText,
  endText,
  instrumentText,
  moneyText,
  offlineText,
  placeText,
  planText,
  reconciliationText,
  slowestTurns,
  targetText,
} from "./findings.ts";
import { formatMs } from "./format.ts";
import { latencyTable } from "./latency-table.ts";
import { networkNote, networkTables } from "./networks.ts";
import { objectiveFinding } from "./objective-finding.ts";
import { partNames, TYPICAL_SHARE, typicalParts } from "./parts.ts";
import { lossRateText, recoveryStepsText, slowestRecoveries, stormsOfRun, stormText } from "./recoveries.ts";
import { recoveriesByCauseTables, recoveriesByCellTables } from "./recovery-table.ts";
import { stageColumns, stages } from "./stages.ts";
import { escapedMarkdown, markdownTable } from "./text-table.ts";

const SLOWEST = 5;
const MISSES = 5;

function partsSection(record: RunRecord): string[] {
  const rows = viewCells(record).flatMap((view) => {
    const parts = typicalParts(view);
    return parts ? [[view.name, ...partNames.map((name) => formatMs(parts[name]))]] : [];
  });
  if (rows.length === 0) return [];
  const columns = [{ header: "cell", align: "left" as const }, ...partNames.map((name) => ({ header: name, align: "right" as const }))];
  return [
    "## Where the time of a typical turn goes, ms",
    "",
    ...markdownTable(columns, rows),
    "",
    `Means over the ${TYPICAL_SHARE * 100} % of answered turns around the median.`,
    "",
  ];
}

function thresholdSection({ result }: RunRecord): string[] {
  if (result.thresholds.length === 0) return [];
  const columns = (["threshold", "cell", "found", "result"] as const).map((header) => ({ header, align: "left" as const }));
  const rows = result.thresholds.map(({ text, cell, passed, actual }) => [text, cell, actual, passed ? "met" : "missed"]);
  return ["## Thresholds", "", ...markdownTable(columns, rows), ""];
}

/** How each stage of the load went, where it has several. */
function stageSection(record: RunRecord): string[] {
  const rows = stages(record).map(({ cells }) => cells);
  return rows.length === 0 ? [] : ["## Stage after stage", "", ...markdownTable(stageColumns, rows), ""];
}

/** Turns with a function call, and interruptions, where there are any. */
function conversationSection(views: readonly CellView[]): string[] {
  const lines = (title: string, textOf: (view: CellView) => string | undefined): string[] => {
    const found = views.flatMap((view) => {
      const text = textOf(view);
      return text === undefined ? [] : [`- ${escapedMarkdown(`${view.name}: ${text}`)}`];
    });
    return found.length > 0 ? [`## ${title}, ms`, "", ...found, ""] : [];
  };
  return [...lines("Turns with a function call", toolText), ...lines("Interruptions", interruptionText)];
}

/** Whether the answers were right, where anybody expected anything. */
function accuracySection(record: RunRecord, views: readonly CellView[]): string[] {
  const lines = views.flatMap((view) => {
    const text = accuracyText(view);
    return text === undefined ? [] : [`- ${escapedMarkdown(`${view.name}: ${text}`)}`];
  });
  const origin = accuracyOrigin(record.result);
  if (lines.length === 0) return [];
  const missed = misses(views, MISSES).map((miss) => `- ${escapedMarkdown(`${miss.cell}: ${missText(miss)}`)}`);
  return ["## Was it right", "", ...lines, "", ...(origin ? [`Assumed: ${origin}.`, ""] : []), ...(missed.length > 0 ? ["Missed:", "", ...missed, ""] : [])];
}

/** What broke, by class. */
function failureSection(record: RunRecord): string[] {
  const found = failureTable(record);
  return found ? ["## What broke", "", ...markdownTable(found.columns, found.rows), ""] : [];
}

function networkSection(record: RunRecord): string[] {
  const found = networkTables(record);
  return found ? ["## By network", "", ...found.flatMap(({ columns, rows }) => [...markdownTable(columns, rows), ""]), networkNote, ""] : [];
}

/** Connections that were lost or replaced, where there were any. */
function recoverySection(record: RunRecord): string[] {
  const tables = [recoveriesByCauseTables(record), recoveriesByCellTables(record)].filter((found) => found !== undefined);
  if (tables.length === 0) return [];
  const facts = [
    lossRateText(record),
    ...stormsOfRun(record).map(stormText),
    ...slowestRecoveries(record, 1).map((row) => `slowest: ${recoveryStepsText(row)}`),
  ];
  const lines = tables.flatMap(({ times, losses }) => [times, losses]).flatMap(({ columns, rows }) => [...markdownTable(columns, rows), ""]);
  return ["## Lost connections", "", ...lines, ...facts.map((fact) => `- ${escapedMarkdown(fact)}`), ""];
}

/** summary.md of a run. */
export function markdownSummary(record: RunRecord): string {
  const { result } = record;
  const views = viewCells(record);
  const table = latencyTable(record);
  const offline = offlineText(result);
  const check = checkText(result);
  const ended = endOfRunText(result);
  const money = moneyText(views);
  const objective = objectiveFinding(record);
  const slowest = slowestTurns(views, SLOWEST);
  return [
    `# ${escapedMarkdown(result.scenario)}`,
    "",
    `earshot ${result.earshotVersion}, run ${escapedMarkdown(result.runId)}, ${result.startedAt}, seed ${result.seed}, target ${escapedMarkdown(targetText(result))}${offline ? `, **${escapedMarkdown(offline)}**` : ""}`,
    "",
    `- ${escapedMarkdown(`${planText(result)}, ${durationText(record)}`)}`,
    `- ${reconciliationText(result)}`,
    `- instrument ${instrumentText(result)}`,
    ...result.validity.doubts.map((doubt) => `  - ${escapedMarkdown(`${doubt.message}: ${doubt.remedy}`)}`),
    ...(check ? [`- check: ${check}`] : []),
    `- ${costText(result)}`,
    ...(money ? [`- ${escapedMarkdown(money)}`] : []),
    ...(objective ? [`- **objective** ${escapedMarkdown(objective.text)}`] : []),
    ...(result.budget ? [`- budget ${escapedMarkdown(budgetTextOf(result.budget))}`] : []),
    ...(ended ? [`- ended ${escapedMarkdown(ended)}`] : []),
    ...(result.droppedRows > 0 ? [`- ${result.droppedRows} damaged rows left out`] : []),
    "",
    "## Voice-to-voice, ms",
    "",
    ...markdownTable(table.columns, table.rows),
    ...(table.note ? ["", `${table.note}.`] : []),
    "",
    ...stageSection(record),
    ...accuracySection(record, views),
    ...conversationSection(views),
    ...thresholdSection(record),
    ...partsSection(record),
    ...networkSection(record),
    ...recoverySection(record),
    ...failureSection(record),
    ...(slowest.length > 0
      ? [
          "## Slowest turns",
          "",
          ...slowest.map(
            (turn) => `- ${escapedMarkdown(`${turn.view.name}, ${placeText(turn.row)} (${turn.row.clip ?? turn.row.text ?? ""}): ${endText(turn)}`)}`,
          ),
          "",
        ]
      : []),
  ].join("\n");
}
