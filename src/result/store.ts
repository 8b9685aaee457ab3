// The run folder: reports/<scenario>/<run-id>/. Rows are written while the run goes on, one write a row, so that a run
// killed at minute 59 leaves 58 minutes; everything else is written whole and renamed into place.

import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { failed, ok, type Result } from "../core/issues.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunHead } from "./assemble.ts";
import { runResultVersion, type RunRecord, type RunResult } from "./run-result.ts";
import { writeWhole, type Content } from "./row-files.ts";
import type { CanaryLogs } from "./canary.ts";
import { linesOf } from "./lines-of.ts";
import { readRecoveryLog } from "./recovery-log.ts";
import { runFiles } from "./run-files.ts";
import { soundsIn, type TurnSound } from "./sound-files.ts";
import { readTruthLog, type TruthRow } from "./truth-error.ts";
import { readTurnLog } from "./turn-log.ts";
import { recordOf } from "./warm-up.ts";

export interface RunFolder {
  readonly path: string;
  readonly runId: string;
  write(name: string, content: Content): void;
  /** The text of a file of the folder; empty where there is none. */
  read(name: string): string;
  /** Its lines, of a file that may be too large for a text. */
  lines(name: string): Iterable<Buffer>;
}

/** 20261122-141756-a3f: sorts by time; the suffix keeps runs of one second apart. */
export const runIdOf = (startedAt: Date, suffix: string): string =>
  `${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}-${suffix}`;

/** Makes the folder and puts the head and the scenario into it, so that even a run killed at once can be read. */
export function createRunFolder(reportsRoot: string, head: RunHead, scenarioYaml: string): RunFolder {
  const path = join(reportsRoot, head.scenario, head.runId);
  mkdirSync(path, { recursive: true });
  const write = (name: string, content: Content): void => writeWhole(join(path, name), content);
  write(runFiles.scenario, scenarioYaml);
  write(runFiles.result, JSON.stringify({ ...head, end: { type: "killed" } }, null, 2));
  write(runFiles.turns, "");
  pointLatest(reportsRoot, path);
  return {
    path,
    runId: head.runId,
    write,
    read: (name) => readOptional(join(path, name)),
    lines: (name) => linesOf(join(path, name)),
  };
}

/** reports/latest points at the newest run. A real folder of that name (reports that were copied) is the user's and stays. */
function pointLatest(reportsRoot: string, path: string): void {
  const latest = join(reportsRoot, "latest");
  if (existsSync(latest) && !lstatSync(latest).isSymbolicLink()) return;
  const draft = `${latest}.draft`;
  rmSync(draft, { force: true });
  symlinkSync(relative(reportsRoot, path), draft, "dir");
  renameSync(draft, latest);
}

/** Reads the target's own account: by far the largest file of a run, and whoever reports one that ended needs none of it. */
export type ReadTruth = () => readonly TruthRow[];

/** A stored run: complete, or only its head and the rows that were written before it was killed. */
export type StoredRun =
  | {
      readonly type: "whole";
      readonly record: RunRecord;
      readonly truth: ReadTruth;
    }
  | {
      readonly type: "cut";
      readonly head: RunHead;
      readonly turns: readonly TurnRow[];
      readonly recoveries: readonly RecoveryRow[];
      readonly droppedRows: number;
      readonly truth: ReadTruth;
      readonly canary: CanaryLogs;
      /** budget.ndjson; empty where there was no budget. */
      readonly journal: string;
      /** The turns that were kept as sound by then. */
      readonly sounds: readonly TurnSound[];
      readonly scenarioYaml: string;
    };

/** Reads a run folder (or its run.json). */
export function readRun(place: string): Result<StoredRun> {
  const folder = basename(place) === runFiles.result ? dirname(place) : place;
  const resultPath = join(folder, runFiles.result);
  if (!existsSync(resultPath)) return failed({ source: place, message: "is not a run folder: it has no run.json; name one such as reports/latest" });
  const parsed = parseJson(readFileSync(resultPath, "utf8"));
  if (!parsed) return failed({ source: resultPath, message: "is not JSON; the run can't be read" });
  if (parsed.v !== runResultVersion)
    return failed({ source: resultPath, message: `has version ${String(parsed.v)}; this earshot reads version ${runResultVersion}` });
  const { rows, droppedRows: droppedTurns } = readTurnLog(linesOf(join(folder, runFiles.turns)));
  const { rows: recoveries, droppedRows: droppedRecoveries } = readRecoveryLog(linesOf(join(folder, runFiles.recoveries)));
  const droppedRows = droppedTurns + droppedRecoveries;
  const truth = (): readonly TruthRow[] => readTruthLog(linesOf(join(folder, runFiles.truth)));
  const scenarioYaml = readOptional(join(folder, runFiles.scenario));
  if (parsed.instrument === undefined) {
    const canary = { rows: readOptional(join(folder, runFiles.canary)), truth: readOptional(join(folder, runFiles.canaryTruth)) };
    return ok({
      type: "cut",
      head: parsed as unknown as RunHead,
      turns: rows,
      recoveries,
      droppedRows,
      truth,
      canary,
      journal: readBudgetJournal(folder),
      sounds: soundsIn(folder, rows),
      scenarioYaml,
    });
  }
  // Its own count is of rows that were torn when it was made; files can be damaged later.
  const whole = parsed as RunResult;
  const result = { ...whole, droppedRows: Math.max(whole.droppedRows, droppedRows) };
  return ok({ type: "whole", record: recordOf(result, rows, scenarioYaml, recoveries), truth });
}

/** The journal of a run's budget, as it is; empty where it had none. */
export const readBudgetJournal = (place: string): string => readOptional(join(basename(place) === runFiles.result ? dirname(place) : place, runFiles.budget));

/** The traces of a run folder, as they are. */
export function readTraces(folder: string): readonly { readonly path: string; readonly text: string }[] {
  const root = join(folder, runFiles.traces);
  if (!existsSync(root)) return [];
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ndjson"));
  return names.toSorted().map((name) => ({ path: join(root, name), text: readFileSync(join(root, name), "utf8") }));
}

const readOptional = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

function parseJson(text: string): Partial<RunResult> | undefined {
  try {
    return JSON.parse(text) as Partial<RunResult>;
  } catch {
    return undefined; // the caller says which file it was
  }
}
