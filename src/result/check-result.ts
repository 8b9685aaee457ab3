// What a check of the instrument found, versioned: check.json. Reports and validity read it, and every later run on the
// same machine is held against it.

export const checkVersion = 1;

/** The metrics that are held against the target's own account. */
export const checkedMetrics = ["voice_to_voice", "first_audio", "end_of_utterance", "barge_in_stop", "tool_turn"] as const;
export type CheckedMetric = (typeof checkedMetrics)[number];

/**
 * measured - truth, ms. The quantiles are of its size, whatever its sign, and absent where the turns are too few to back
 * them; the extremes keep their sign.
 */
export interface ErrorSummary {
  readonly count: number;
  /** Turns that have the metric and of which the target's log has no account. */
  readonly unmatched: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  /** The largest, whatever its sign. */
  readonly max?: number;
  readonly signedMedian?: number;
  readonly signedMin?: number;
  readonly signedMax?: number;
}

export interface CheckLevel {
  /** Calls at once. */
  readonly callers: number;
  readonly turns: number;
  readonly answered: number;
  readonly framesSent: number;
  readonly errors: Readonly<Record<CheckedMetric, ErrorSummary>>;
  /** Of every microphone frame, ms. */
  readonly latenessMs: { readonly p50?: number; readonly p99?: number; readonly max?: number };
  readonly loopUtilisation?: number;
  readonly isHonest: boolean;
  /** Why it is not, as sentences. */
  readonly reasons: readonly string[];
  /** Folder of the level's run, from the check's own. */
  readonly run: string;
}

/** What has to be the same for a check to say anything of a run. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
}

export interface CheckResult {
  readonly v: typeof checkVersion;
  readonly checkId: string;
  readonly earshotVersion: string;
  /** ISO 8601, UTC, and the same as milliseconds of the Unix epoch. */
  readonly startedAt: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly machine: Machine;
  readonly frameMs: number;
  /** Between callers and target, where there was one: such a check says nothing of runs without it. */
  readonly network?: string;
  /** By callers, the fewest first. */
  readonly levels: readonly CheckLevel[];
  /** So many callers this machine drives honestly; 0 where no level was honest. */
  readonly honestCallers: number;
  /** It ended at this level, which is not among them; absent where it was finished. */
  readonly cutAtCallers?: number;
}

/** What a check says of one run; kept in its run.json. */
export interface RunCheck {
  readonly checkId: string;
  /** Between the check's start and the run's, by the calendar. */
  readonly ageMs: number;
  /** So many callers the check found honest, at its frames. */
  readonly honestCallers: number;
  readonly frameMs: number;
  /** The run's callers, counted in the check's frames: shorter ones weigh more. */
  readonly askedCallers: number;
  /** The lowest level measured that has as many callers as the run; absent beyond the highest. */
  readonly level?: { readonly callers: number; readonly isHonest: boolean; readonly error: ErrorSummary };
}
