// May this run's figures be believed? Apart from whether they are good. Each doubt names its remedy. The rules are those
// of docs: lateness against the frame and against the headline, a busy loop, a plan that does not reconcile.

import type { RunCheck } from "./check-result.ts";
import { ownFailureDoubts } from "./own-failures.ts";
import type { CallRow, CellResult, Doubt, Instrument, RunResult } from "./run-result.ts";
import { FAR_OFF_MS, isOftenFarOff } from "./truth-error.ts";

export interface ValidityQuestion {
  readonly instrument: Instrument;
  readonly cells: readonly CellResult[];
  readonly calls?: readonly CallRow[];
  readonly end: RunResult["end"];
  readonly droppedRows: number;
  /** True where the target keeps no truth log that earshot could check itself against. */
  readonly truthUnknown: boolean;
  /** What the newest check of this machine says of the run; absent without one. */
  readonly check?: RunCheck;
  /** Lateness p99 of the network shaper, ms; absent without one. */
  readonly shaperLatenessMsP99?: number;
}

/** Of the processors' time: what a host took away, and what is left to spare, above and below which it can be why a run was late. */
const STOLEN_SHARE = 0.02;
const BUSY_SHARE = 0.9;
/** Doubts that are about being late, whoever is to blame. */
const LATE = new Set(["late_frames", "shaper_late", "own_error", "canary_error"]);
/** Cells that a message names; the outcomes of all are in every report. */
/** What a shaped network may add of its own at p99, ms. */
const SHAPER_TOLERABLE_MS = 2;
const CELLS_NAMED_MAX = 3;
const CALMER = "use fewer sessions, a machine with more cores, or longer frames";
const round = (value: number): number => Number(value.toFixed(1));

function latenessDoubts(question: ValidityQuestion): Doubt[] {
  const { cells, shaperLatenessMsP99 } = question;
  const p99 = question.instrument.lateness.p99;
  const tolerableMs = Math.max(2, Math.min(...cells.map((cell) => cell.frameMs)) / 4);
  return [
    ...lateDoubts(cells, { code: "late_frames", what: "frames left", p99, tolerableMs }),
    ...lateDoubts(cells, { code: "shaper_late", what: "the network shaper let bytes go", p99: shaperLatenessMsP99, tolerableMs: SHAPER_TOLERABLE_MS }),
  ];
}

interface Lateness {
  readonly code: string;
  /** Who was late, with its verb. */
  readonly what: string;
  readonly p99: number | undefined;
  readonly tolerableMs: number;
}

/** Invalid where it is a good part of a frame or of the answer, doubtful from `tolerableMs` on. */
function lateDoubts(cells: ValidityQuestion["cells"], { code, what, p99, tolerableMs }: Lateness): Doubt[] {
  if (p99 === undefined) return [];
  const frameMs = Math.min(...cells.map((cell) => cell.frameMs));
  const headlines = cells.flatMap((cell) => cell.metrics.voice_to_voice?.p50 ?? []);
  const headlineMs = headlines.length > 0 ? Math.min(...headlines) : Infinity;
  const message = `${what} ${round(p99)} ms late at p99`;
  if (p99 > frameMs / 2) return [{ code, severity: "invalid", message: `${message}, more than half a frame of ${frameMs} ms`, remedy: CALMER }];
  if (p99 > headlineMs * 0.02)
    return [{ code, severity: "invalid", message: `${message}, more than 2 % of the median answer of ${Math.round(headlineMs)} ms`, remedy: CALMER }];
  return p99 > tolerableMs ? [{ code, severity: "doubt", message: `${message}, more than ${round(tolerableMs)} ms`, remedy: CALMER }] : [];
}

function reconciliationDoubts({ cells, end, droppedRows }: ValidityQuestion): Doubt[] {
  const doubts: Doubt[] = [];
  const accountedIn = (cell: CellResult): number => Object.values(cell.outcomes).reduce((a, b) => a + b, 0);
  const wrong = cells.filter((cell) => cell.turnsPlanned !== accountedIn(cell));
  if (wrong.length > 0) {
    const planned = cells.reduce((sum, cell) => sum + cell.turnsPlanned, 0);
    const accounted = cells.reduce((sum, cell) => sum + accountedIn(cell), 0);
    const where = wrong.slice(0, CELLS_NAMED_MAX).map((cell) => `${cell.turnsPlanned} and ${accountedIn(cell)} in ${cell.id}`);
    const message = `${planned} turns were planned and ${accounted} have an outcome${cells.length > 1 ? `: ${where.join(", ")}` : ""}`;
    const severity = end.type === "complete" ? "invalid" : "doubt";
    const remedy =
      end.type === "complete" ? "this is a bug of earshot's; please report it with the run folder" : "run again; figures are of the turns that were recorded";
    doubts.push({ code: "not_reconciled", severity, message, remedy });
  }
  if (droppedRows > 0)
    doubts.push({
      code: "torn_rows",
      severity: "doubt",
      message: `${droppedRows} rows of turns.ndjson were torn and left out`,
      remedy: "run again if those turns matter",
    });
  return doubts;
}

/** `3 of 40 latencies were more than 10 ms off, the worst 23.4 ms`. */
function farOffText({ count, farOff = 0, min = 0, max = 0 }: Pick<NonNullable<Instrument["truthError"]>, "count" | "farOff" | "min" | "max">): string {
  return `${farOff} of ${count} latencies were more than ${FAR_OFF_MS} ms off, the worst ${round(Math.max(Math.abs(min), Math.abs(max)))} ms`;
}

function machineDoubts({ instrument }: ValidityQuestion): Doubt[] {
  const doubts: Doubt[] = [];
  if ((instrument.loopUtilisation ?? 0) > 0.8) {
    doubts.push({
      code: "loop_busy",
      severity: "doubt",
      message: `the event loop was busy ${Math.round((instrument.loopUtilisation ?? 0) * 100)} % of the time`,
      remedy: CALMER,
    });
  }
  const { truthError } = instrument;
  if (truthError && isOftenFarOff(truthError)) {
    const message = `by the target's own account, ${farOffText(truthError)}`;
    doubts.push({ code: "own_error", severity: "doubt", message, remedy: CALMER });
  }
  if ((truthError?.unmatched ?? 0) > 0) {
    const message = `the target has no account of ${truthError?.unmatched} answered turns`;
    doubts.push({
      code: "truth_unmatched",
      severity: "doubt",
      message,
      remedy: "keep the clips' speech and the server's end of speech within a second of each other",
    });
  }
  if (instrument.lateness.p99 === undefined && instrument.framesSent > 0) {
    doubts.push({ code: "lateness_unknown", severity: "doubt", message: "how late frames left is not on record", remedy: "run again, to the end" });
  }
  return doubts;
}

/** An embedded target tells a run its own error; of any other server only a check of the machine knows it. */
function checkDoubts({ truthUnknown, check }: ValidityQuestion): Doubt[] {
  if (!check) {
    const message = "no check on this machine, so earshot's own error is unknown";
    const remedy = "run `earshot check` here, in a quiet moment and with the same --out; it takes some minutes";
    return truthUnknown ? [{ code: "no_check", severity: "doubt", message, remedy }] : [];
  }
  const { askedCallers, honestCallers, frameMs } = check;
  if (askedCallers <= honestCallers) return [];
  const message = `${askedCallers} callers at once (counted in frames of ${frameMs} ms) are more than the ${honestCallers} that the check found this machine to drive honestly`;
  const remedy = "use fewer callers or longer frames, or run `earshot check` with that many in its --levels, in a quiet moment";
  return [{ code: "beyond_check", severity: "doubt", message, remedy }];
}

function canaryDoubts({ instrument }: ValidityQuestion): Doubt[] {
  const { canary } = instrument;
  const lost = canary?.lost;
  const doubts: Doubt[] = [];
  if (canary && isOftenFarOff(canary)) {
    const message = `of the canaries beside the calls, whose true latency is known, ${farOffText({ ...canary, min: 0 })}`;
    doubts.push({ code: "canary_error", severity: "doubt", message, remedy: CALMER });
  }
  if (lost !== undefined) {
    const remedy = "run again; if that goes on, run with --no-canary and hold the figures against those of an embedded target";
    doubts.push({ code: "canary_lost", severity: "doubt", message: `the canaries had no target to talk to: ${lost}`, remedy });
  }
  return doubts;
}

/** Why a run was late, where the whole machine knows it. Nobody needs to know where nothing was late. */
function machineCauses({ instrument: { machine } }: ValidityQuestion, doubts: readonly Doubt[]): Doubt[] {
  if (!machine || !doubts.some(({ code }) => LATE.has(code))) return [];
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const causes: Doubt[] = [];
  if (machine.stolenShare > STOLEN_SHARE) {
    const message = `the host of this virtual machine took ${percent(machine.stolenShare)} of its processors' time away meanwhile`;
    causes.push({ code: "machine_shared", severity: "doubt", message, remedy: "use a machine that is not shared, or a quieter hour" });
  }
  if (machine.busyShare > BUSY_SHARE) {
    const message = `the processors of this machine were ${percent(machine.busyShare)} busy, with all that ran on it`;
    causes.push({ code: "machine_busy", severity: "doubt", message, remedy: "end what else runs here, put the server elsewhere, or use fewer sessions" });
  }
  return causes;
}

export function judgeValidity(question: ValidityQuestion): RunResult["validity"] {
  const doubts = [
    ...latenessDoubts(question),
    ...reconciliationDoubts(question),
    ...ownFailureDoubts(question.calls ?? []),
    ...machineDoubts(question),
    ...canaryDoubts(question),
    ...checkDoubts(question),
  ];
  const verdict = doubts.some((doubt) => doubt.severity === "invalid") ? "invalid" : doubts.length > 0 ? "doubtful" : "valid";
  return { verdict, doubts: [...doubts, ...machineCauses(question, doubts)] };
}
