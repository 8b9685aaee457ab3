// What a program may say of a run, and what it is given: the types of `run` and `interleave`. Nothing else of how runs are made is in them, for the
// package publishes every declaration that they reach.

import type { ExitCode } from "../core/exit-codes.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";

/** A value of a scenario's field. As on the command line, text with commas on an axis (`"low,high"`) makes that axis. */
export type FieldValue = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

/** Of which turns: none, all, or of each cell so many that were slowest or unanswered. */
export type Kept = "none" | "all" | `worst:${number}`;

export interface RunOptions {
  /** A scenario's file, or the name of one that ships with earshot (`quickstart`). Either this or `scenario`. */
  readonly file?: string;
  /** The scenario itself, in the fields of docs/scenarios.md, as an object or as YAML. */
  readonly scenario?: Readonly<Record<string, unknown>> | string;
  /** Fields to change, by their path or short name: `{"load.sessions": 4, effort: "low,high"}`. */
  readonly overrides?: Readonly<Record<string, FieldValue>>;
  /** Beside those of the scenario, such as `voice_to_voice p90 < 2500ms`. */
  readonly thresholds?: readonly string[];
  /** Folder that the run's folder is made in. Default `reports`. */
  readonly reportsRoot?: string;
  /** Folder with clips of your own (manifest.json); default ./fixtures where there is one. */
  readonly fixtures?: string;
  /** Threads that make the calls. Default: what suits callers and cores. */
  readonly threads?: number;
  /** A call beside the others that shows how wrong this machine is. Default true. */
  readonly canary?: boolean;
  /** The sound of turns, a WAV file each (caller left, answer right) in the run's folder `audio`, to be heard in report.html. Default `none`. */
  readonly keepAudio?: Kept;
  /** Every event of calls with its instant, in the run's folder `traces`. Default `none`. */
  readonly trace?: Kept;
  /** Told of every turn as it ends; must be quick, for it runs beside what is measured. Instants are µs since the run's start. */
  readonly onRow?: (row: TurnRow) => void;
  /** Aborted: no new turn begins, those in progress finish, and the run ends as `interrupted` with all its reports. */
  readonly signal?: AbortSignal;
}

export interface RunOutcome extends RunRecord {
  /** The run's folder, with run.json and every report. */
  readonly folder: string;
  /** What `earshot run` would have ended with: 0 fine, 3 a threshold was missed, 6 not valid, 7 incomplete. */
  readonly exitCode: ExitCode;
}

/** How a run is made, whatever is asked in it. */
export type RunSettings = Omit<RunOptions, "file" | "scenario">;
