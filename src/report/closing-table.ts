// What the terminal shows when a run is over: a screen of plain text, at most 120 columns wide.

import type { RunRecord } from "../result/run-result.ts";
import { budgetTextOf } from "../result/budget-text.ts";
import { accuracyOrigin, accuracyText, misses, missText } from "./accuracy.ts";
import { viewCells, type CellView } from "./cell-view.ts";
import { interruptionText, toolText } from "./conversation.ts";
import { failureLines } from "./failures.ts";
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
import { formatMs, oneLine } from "./format.ts";
import { latencyTable } from "./latency-table.ts";
import { objectiveFinding } from "./objective-finding.ts";
import { partNames, typicalParts } from "./parts.ts";
import { recoveryLines } from "./recoveries.ts";
import { stages } from "./stages.ts";
import { textTable } from "./text-table.ts";

const WIDTH = 120;
const LABEL_WIDTH = 18;
/** A text that a server or a user made long; the page and the files have all of it. */
const TEXT_LENGTH_MAX = 1_000;
/** A word longer than a line is cut where the line ends. */
const LONGEST_WORDS = new RegExp(`.{1,${WIDTH - LABEL_WIDTH}}`, "gu");
/** Cells whose typical turn is taken apart; the page has them all. */
const DECOMPOSED_MAX = 4;

/** A labelled line, continued under itself where it is longer than the screen. */
function labelled(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of oneLine(text, TEXT_LENGTH_MAX)
    .split(" ")
    .flatMap((long) => long.match(LONGEST_WORDS) ?? [""])) {
    if (line && LABEL_WIDTH + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((part, index) => (index === 0 ? label : "").padEnd(LABEL_WIDTH) + part);
}

function decomposition(views: readonly CellView[]): string[] {
  return views.slice(0, DECOMPOSED_MAX).flatMap((view) => {
    const parts = typicalParts(view);
    if (!parts) return [];
    const text = partNames.map((name) => `${name} ${formatMs(parts[name])}`).join(" | ");
    return labelled(views.length === 1 ? "typical turn" : "", views.length === 1 ? text : `${oneLine(view.name, 30)}: ${text}`);
  });
}

/** What only some conversations have: turns with a function call, interruptions. */
function conversationLines(view: CellView, isOnly: boolean): string[] {
  const name = isOnly ? "" : `${oneLine(view.name, 30)}: `;
  const [tools, interruptions] = [toolText(view), interruptionText(view)];
  return [...(tools ? labelled("tool turns, ms", name + tools) : []), ...(interruptions ? labelled("interruptions, ms", name + interruptions) : [])];
}

/** Whether the answers were right, what was missed most, and where such mistakes come from. */
function accuracyLines({ result }: RunRecord, views: readonly CellView[]): string[] {
  const found = views.slice(0, DECOMPOSED_MAX).flatMap((view) => {
    const text = accuracyText(view);
    return text ? [views.length === 1 ? text : `${oneLine(view.name, 30)}: ${text}`] : [];
  });
  const origin = accuracyOrigin(result);
  return [
    ...found.flatMap((text, index) => labelled(index === 0 ? "accuracy" : "", text)),
    ...(found.length > 0 && origin ? labelled("", `ASSUMED: ${origin}`) : []),
    ...misses(views, 1).flatMap((miss) => labelled("missed most", missText(miss))),
  ];
}

function objectiveLines(record: RunRecord): string[] {
  const found = objectiveFinding(record);
  return found ? labelled("objective", found.text) : [];
}

function thresholdLines({ result }: RunRecord): string[] {
  return result.thresholds.flatMap(({ text, cell, passed, actual }) =>
    labelled(passed ? "threshold met" : "THRESHOLD MISSED", `${text}  ${oneLine(cell, 40)}: ${actual}`),
  );
}

/** Parts two spaces apart, on as few lines as they fit. */
function spread(parts: readonly (string | undefined)[]): string[] {
  const lines: string[] = [];
  for (const part of parts.flatMap((text) => (text === undefined ? [] : [oneLine(text, WIDTH - 6)]))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + part.length <= WIDTH) lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(lines.length > 0 ? `      ${part}` : part);
  }
  return lines;
}

/** The closing table. The caller adds where the report is. */
export function closingTable(record: RunRecord): string {
  const { result } = record;
  const views = viewCells(record);
  const table = latencyTable(record);
  const typical = decomposition(views);
  if (views.length > 1 && typical[0]) typical[0] = "typical turn, ms".padEnd(LABEL_WIDTH) + typical[0].slice(LABEL_WIDTH);
  const ended = endOfRunText(result);
  const money = moneyText(views);
  const slowest = slowestTurns(views, 1)[0];
  const check = checkText(result);
  const frames = [...new Set(result.cells.map((cell) => cell.frameMs))].join(", ");
  const { identity } = result;
  return [
    ...spread([`earshot ${result.earshotVersion}`, oneLine(result.scenario, 60), `seed ${result.seed}`, `target ${targetText(result)}`, offlineText(result)]),
    ...spread([`plan  ${planText(result)}`, `${frames} ms frames`, identity.inputFormat, identity.turnDetection, durationText(record), costText(result)]),
    "",
    "voice-to-voice, ms",
    ...textTable(table.columns, table.rows),
    ...(table.note ? spread(table.note.split("; ")) : []),
    "",
    ...typical,
    ...views.slice(0, DECOMPOSED_MAX).flatMap((view) => conversationLines(view, views.length === 1)),
    ...accuracyLines(record, views),
    ...labelled("instrument", instrumentText(result)),
    ...(check ? labelled("check", check) : []),
    ...result.validity.doubts.flatMap((doubt) => labelled("", `${doubt.message}: ${doubt.remedy}`)),
    ...labelled("plan", reconciliationText(result)),
    ...stages(record).flatMap(({ line }, index) => labelled(index === 0 ? "stages" : "", line)),
    ...(ended ? labelled("ended", ended) : []),
    ...failureLines(record).flatMap((line, index) => labelled(index === 0 ? "failed" : "", line)),
    ...recoveryLines(record).flatMap(({ label, text }) => labelled(label, text)),
    ...(money ? labelled("money", money) : []),
    ...(result.budget ? labelled("budget", budgetTextOf(result.budget)) : []),
    ...(slowest ? labelled("slowest", `${oneLine(slowest.view.name, 36)} ${placeText(slowest.row)}: ${endText(slowest)}`) : []),
    ...(result.droppedRows > 0 ? labelled("damaged rows", `${result.droppedRows} left out`) : []),
    ...objectiveLines(record),
    ...thresholdLines(record),
    "",
  ].join("\n");
}
