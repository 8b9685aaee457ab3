// An index of the runs below a reports folder, so that hundreds of them can be asked at once. It is made from the runs' own run.json and follows
// them: what changed is read anew, what is gone is forgotten, and without the file it is simply made again.

import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type * as sqlite from "node:sqlite";
import { metricOf, type MetricId } from "../metrics/catalogue.ts";
import type { Summary } from "../metrics/quantile.ts";
import type { CellResult, RunResult } from "./run-result.ts";
import { runFiles } from "./run-files.ts";

const INDEX = "history.sqlite";
/** Another shape of the tables makes a new index. */
const INDEX_VERSION = 1;

/** One cell of one run. */
export interface HistoryEntry {
  /** The run's folder, below the reports folder. */
  readonly folder: string;
  readonly runId: string;
  readonly scenario: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly commit?: string;
  readonly validity: string;
  readonly end: string;
  readonly cell: string;
  readonly turns: number;
  readonly answered: number;
  readonly usdPerTurn?: number;
  /** What cells must share to be one line of a trend: everything that a comparison asks for. */
  readonly identity: string;
  /** Of the metric asked for; absent where the cell has none of it. */
  readonly summary?: Summary;
}

export interface HistoryQuestion {
  readonly metric: MetricId;
  readonly scenario?: string;
}

export interface History {
  /** Run by run as they began, cell by cell. */
  entries(question: HistoryQuestion): readonly HistoryEntry[];
  close(): void;
}

/** Node 22 warns that its own module is experimental, at every start: nothing that a user could do anything about. */
function loadSqlite(): typeof sqlite {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Throws where the folder can't be read or the index can't be written. */
export function openHistory(reportsRoot: string): History {
  mkdirSync(reportsRoot, { recursive: true });
  const { DatabaseSync } = loadSqlite();
  const index = new DatabaseSync(join(reportsRoot, INDEX));
  index.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000");
  const { user_version: version } = index.prepare("PRAGMA user_version").get() as { readonly user_version: number };
  if (version !== INDEX_VERSION) index.exec(`DROP TABLE IF EXISTS runs; PRAGMA user_version = ${INDEX_VERSION}`);
  index.exec(
    "CREATE TABLE IF NOT EXISTS runs (folder TEXT PRIMARY KEY, stamp TEXT NOT NULL, started_at TEXT NOT NULL, scenario TEXT NOT NULL, cells TEXT NOT NULL)",
  );
  follow(index, reportsRoot);
  return {
    entries({ metric, scenario }) {
      const rows = index.prepare("SELECT folder, cells FROM runs WHERE ?1 IS NULL OR scenario = ?1 ORDER BY started_at, folder").all(scenario ?? null);
      return rows.flatMap((row) => (JSON.parse(String(row["cells"])) as readonly IndexedCell[]).map((cell) => entryOf(String(row["folder"]), cell, metric)));
    },
    close: () => index.close(),
  };
}

type IndexedCell = Omit<HistoryEntry, "folder" | "summary"> & {
  readonly metrics: Partial<Record<MetricId, Summary>>;
  readonly toolMetrics: Partial<Record<MetricId, Summary>>;
};

function entryOf(folder: string, { metrics, toolMetrics, ...cell }: IndexedCell, metric: MetricId): HistoryEntry {
  const summary = (metricOf(metric).of === "tool" ? toolMetrics : metrics)[metric];
  return { folder, ...cell, ...(summary ? { summary } : {}) };
}

/** Brings the index up to what lies below the folder. */
function follow(index: sqlite.DatabaseSync, reportsRoot: string): void {
  const known = new Map(
    index
      .prepare("SELECT folder, stamp FROM runs")
      .all()
      .map((row) => [String(row["folder"]), String(row["stamp"])]),
  );
  const insert = index.prepare("INSERT OR REPLACE INTO runs (folder, stamp, started_at, scenario, cells) VALUES (?, ?, ?, ?, ?)");
  const forget = index.prepare("DELETE FROM runs WHERE folder = ?");
  index.exec("BEGIN");
  for (const { folder, stamp } of runsBelow(reportsRoot)) {
    const isKnown = known.get(folder) === stamp;
    known.delete(folder);
    if (isKnown) continue;
    const run = readResult(join(reportsRoot, folder, runFiles.result));
    if (run) insert.run(folder, stamp, run.startedAt, run.scenario, JSON.stringify(run.cells.map((cell) => indexedCell(run, cell))));
    else forget.run(folder);
  }
  for (const folder of known.keys()) forget.run(folder);
  index.exec("COMMIT");
}

/** reports/<scenario>/<run>/run.json, and what tells one version of it from the next. */
function runsBelow(reportsRoot: string): { readonly folder: string; readonly stamp: string }[] {
  const foldersIn = (path: string): string[] => readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  return foldersIn(reportsRoot).flatMap((scenario) =>
    ["", ...foldersIn(join(reportsRoot, scenario))].flatMap((run) => {
      const folder = join(scenario, run);
      const found = statSync(join(reportsRoot, folder, runFiles.result), { throwIfNoEntry: false });
      return found ? [{ folder, stamp: `${found.mtimeMs} ${found.size}` }] : [];
    }),
  );
}

/** Undefined for what was never ended: a killed run has no figures until `earshot report` made them. */
function readResult(path: string): RunResult | undefined {
  try {
    const run = JSON.parse(readFileSync(path, "utf8")) as Partial<RunResult>;
    return run.instrument && run.cells ? (run as RunResult) : undefined;
  } catch {
    return undefined; // a torn file is a run without figures as well
  }
}

function indexedCell(run: RunResult, cell: CellResult): IndexedCell {
  const { id, provider, model, profile, effort, frameMs, network, startBufferMs } = cell;
  const { usdPerTurn } = cell.money;
  return {
    runId: run.runId,
    scenario: run.scenario,
    startedAt: run.startedAt,
    ...(run.revision?.commit === undefined ? {} : { commit: run.revision.commit }),
    validity: run.validity.verdict,
    end: run.end.type,
    cell: id,
    turns: cell.turnsPlanned,
    answered: cell.outcomes.answered,
    ...(usdPerTurn === undefined ? {} : { usdPerTurn }),
    identity: JSON.stringify([run.identity, provider, model, profile, effort, frameMs, network, startBufferMs]),
    metrics: cell.metrics,
    toolMetrics: cell.toolMetrics ?? {},
  };
}
