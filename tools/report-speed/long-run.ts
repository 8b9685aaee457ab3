// Run folders of any size for timing what reads them: the rows of the example run, drawn again and again at other times and with other
// delays, with function calls, expectations and turns without an answer among them, sealed and counted by what writes real runs.

import { mkdirSync, openSync, closeSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { orThrow } from "../../src/core/issues.ts";
import { stream, type Random } from "../../src/core/random.ts";
import type { TurnRow } from "../../src/metrics/turn-row.ts";
import { assemble } from "../../src/result/assemble.ts";
import { writeWhole } from "../../src/result/row-files.ts";
import { runFiles } from "../../src/result/run-files.ts";
import type { CallRow, RunRecord, RunResult } from "../../src/result/run-result.ts";
import { readRun } from "../../src/result/store.ts";
import { turnLine } from "../../src/result/turn-log.ts";

const TURNS_PER_CALL = 20;
const TURN_US = 9_000_000;
const TOOL_SHARE = 0.2;
const MISSED_SHARE = 0.05;
const UNANSWERED_SHARE = 0.005;
const PATIENCE_MS = 8_000;
const CHUNK_ROWS = 1_000;

/** What an answer brings; a turn that got none has none of it. */
const ofAnswer = [
  "firstDeltaUs",
  "playerStartUs",
  "audibleDeltaUs",
  "firstAudibleUs",
  "playoutEndUs",
  "responseDoneUs",
  "lastDeltaUs",
  "audioBeforeLastUs",
  "stalls",
  "stalledUs",
  "longestStallUs",
  "minStartBufferUs",
  "deadAirUs",
  "answerId",
  "usage",
  "costMicroUsd",
  "priceList",
  "transcripts",
] as const satisfies readonly (keyof TurnRow)[];
const answerInstants: ReadonlySet<string> = new Set(ofAnswer.filter((name) => name.endsWith("Us")).slice(0, 7));
/** Lengths, which move with nothing. */
const lengths: ReadonlySet<string> = new Set(["audioBeforeLastUs", "stalledUs", "longestStallUs", "minStartBufferUs", "deadAirUs", "latenessMaxUs"]);

interface Place {
  readonly run: string;
  readonly session: number;
  readonly turn: number;
}

/** The template at another time, its answer later or earlier by what chance says. */
function turnAt(template: TurnRow, { run, session, turn }: Place, random: Random): TurnRow {
  const shiftUs = 500_000 + session * 20_000 + turn * TURN_US - (template.startedUs ?? 0);
  const isTool = random.uniform() < TOOL_SHARE;
  const thinkUs = Math.round(600_000 * Math.exp(0.6 * random.normal()) + (isTool ? 400_000 : 0)) - 300_000;
  const moved = Object.entries(template).map(([name, value]) => {
    if (typeof value !== "number" || !name.endsWith("Us") || lengths.has(name)) return [name, value] as const;
    return [name, value + shiftUs + (answerInstants.has(name) ? thinkUs : 0)] as const;
  });
  const id = `${template.cell.replace("effort=", "")}${session}x${turn}`;
  const row = {
    ...(Object.fromEntries(moved) as unknown as TurnRow),
    run,
    session,
    turn,
    contextTokens: 45 + 90 * turn,
    sessionId: `sess_${id}`,
    responseIds: [`resp_${id}`],
    answerId: `resp_${id}`,
    itemId: `item_${id}`,
  };
  if (random.uniform() < UNANSWERED_SHARE) {
    const kept = Object.entries(row).filter(([name]) => !ofAnswer.some((lost) => lost === name));
    return { ...(Object.fromEntries(kept) as unknown as TurnRow), outcome: "unanswered", censoredAtMs: PATIENCE_MS };
  }
  if (!isTool) return row;
  const toolCalledUs = (row.speechStoppedUs ?? 0) + 200_000;
  const met = random.uniform() >= MISSED_SHARE;
  const why = met ? "lookup_order was called as expected" : 'no call of lookup_order came; said instead: "one moment, please"';
  return { ...row, kind: "tool", callIds: [`call_${id}`], toolCalledUs, toolRoundTripUs: 150_000, expectations: [{ what: "tool", met, why }] };
}

const callOf = (template: CallRow, session: number): CallRow => {
  const shiftUs = session * 20_000 - template.plannedUs;
  const moved = Object.entries(template).map(([name, value]) => [name, typeof value === "number" && name.endsWith("Us") ? value + shiftUs : value] as const);
  const call = Object.fromEntries(moved) as unknown as CallRow;
  return { ...call, session, turns: TURNS_PER_CALL, endedUs: call.plannedUs + TURNS_PER_CALL * TURN_US };
};

export interface LongRun {
  readonly turns: number;
  readonly seed: number;
  readonly runId: string;
}

/** The finished run that all others are drawn from. */
export function exampleRun(root: string): RunRecord {
  const stored = orThrow(readRun(join(root, "reports", "example")));
  if (stored.type !== "whole") throw new Error("the example run has no end: make it again with earshot report");
  return stored.record;
}

/** Writes a finished run against the embedded target into `folder`: head, rows, the target's own account and the result. */
export function writeLongRun(folder: string, example: RunRecord, truthText: string, { turns, seed, runId }: LongRun): void {
  const { result } = example;
  const sessions = Math.ceil(turns / TURNS_PER_CALL / result.cells.length);
  const random = stream(seed, "long run");
  const rows: TurnRow[] = [];
  for (let turn = 0; turn < TURNS_PER_CALL; turn++) {
    for (let session = 0; session < sessions; session++) {
      for (const cell of result.cells) {
        const templates = example.turns.filter((row) => row.cell === cell.id && row.turn === turn % 2);
        rows.push(turnAt(templates[random.integer(templates.length)] as TurnRow, { run: runId, session, turn }, random));
      }
    }
  }
  mkdirSync(folder, { recursive: true });
  appendAll(join(folder, runFiles.turns), rows, turnLine);
  const truthLines = truthText.split("\n").filter((line) => line !== "");
  appendAll(join(folder, runFiles.truth), rows, (row) => truthOf(truthLines[row.session % truthLines.length] as string, row));
  writeWhole(join(folder, runFiles.scenario), example.scenarioYaml);
  writeWhole(join(folder, runFiles.result), `${JSON.stringify(resultOf(result, rows, { runId, sessions }), null, 2)}\n`);
}

function resultOf(result: RunResult, rows: readonly TurnRow[], { runId, sessions }: { readonly runId: string; readonly sessions: number }): RunResult {
  const { plan, cells, calls: templates, instrument, end, droppedRows, durationMs: _short, thresholds: _none, validity: _of, ...rest } = result;
  const calls = cells.flatMap(({ id }) =>
    Array.from({ length: sessions }, (_, session) => callOf(templates.find(({ cell }) => cell === id) as CallRow, session)),
  );
  const perCell = rows.length / cells.length;
  const head = {
    ...rest,
    runId,
    plan: { ...plan, sessionsPerCell: sessions, turnsPerCall: TURNS_PER_CALL, turnsPlanned: rows.length },
    cells: cells.map(({ outcomes: _o, metrics: _m, toolMetrics: _t, money, ...cell }) => ({
      ...cell,
      sessions,
      turnsPlanned: perCell,
      priceList: money.priceList,
    })),
  };
  const durationMs = (TURNS_PER_CALL * TURN_US) / 1_000;
  const found = { rows, calls, instrument, latenessOf: new Map(), thresholds: [], droppedRows, truthUnknown: false };
  return assemble(head, { ...found, durationMs, end });
}

function truthOf(line: string, { sessionId = "", answerId = "" }: TurnRow): string {
  return `${line.replace(/"sessionId":"[^"]*"/, `"sessionId":"${sessionId}"`).replace(/"responseId":"[^"]*"/, `"responseId":"${answerId}"`)}\n`;
}

function appendAll(path: string, rows: readonly TurnRow[], lineOf: (row: TurnRow) => string): void {
  const file = openSync(path, "w");
  for (let from = 0; from < rows.length; from += CHUNK_ROWS)
    writeSync(
      file,
      rows
        .slice(from, from + CHUNK_ROWS)
        .map(lineOf)
        .join(""),
    );
  closeSync(file);
}

/** A reports folder with so many finished runs of the example's size, a minute apart. */
export function writeHistory(folder: string, { result }: RunRecord, runs: number): void {
  const firstMs = Date.parse(result.startedAt);
  for (let run = 0; run < runs; run++) {
    const runId = `run-${String(run).padStart(4, "0")}`;
    const place = join(folder, result.scenario, runId);
    mkdirSync(place, { recursive: true });
    const startedAt = new Date(firstMs + run * 60_000).toISOString();
    writeWhole(join(place, runFiles.result), `${JSON.stringify({ ...result, runId, startedAt }, null, 2)}\n`);
  }
}

export const readTruth = (root: string): string => readFileSync(join(root, "reports", "example", runFiles.truth), "utf8");
