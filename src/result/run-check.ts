// Which part of a check a run may lean on, and how fine its gates may be by that.

import { catalogue } from "../metrics/catalogue.ts";
import type { CheckResult, ErrorSummary, Machine, RunCheck } from "./check-result.ts";
import type { Threshold } from "./threshold.ts";

/** A gate must be this many times as wide as the instrument's error. */
export const ERROR_FACTOR = 3;

export const isSameMachine = (a: Machine, b: Machine): boolean => a.cpu === b.cpu && a.cores === b.cores && a.node === b.node;

/** What load a run puts on the machine. */
export interface RunLoad {
  readonly concurrency: number;
  /** Its shortest frames, ms. */
  readonly frameMs: number;
  /** When it begins, milliseconds of the Unix epoch. */
  readonly startedAtMs: number;
}

/** What the check says of a run. Frames shorter than the check's weigh as many callers more; longer ones lighten nothing. */
export function checkFor({ checkId, startedAtMs, honestCallers, frameMs, levels }: CheckResult, load: RunLoad): RunCheck {
  const askedCallers = Math.ceil(load.concurrency * Math.max(1, frameMs / load.frameMs));
  const level = levels.filter(({ callers }) => callers >= askedCallers).toSorted((a, b) => a.callers - b.callers)[0];
  return {
    checkId,
    ageMs: Math.max(0, load.startedAtMs - startedAtMs),
    honestCallers,
    frameMs,
    askedCallers,
    ...(level ? { level: { callers: level.callers, isHonest: level.isHonest, error: level.errors.voice_to_voice } } : {}),
  };
}

/** The error to reckon with, ms: at p99, or the largest where the turns do not back a p99. */
export const worstErrorMs = ({ p99, max }: ErrorSummary): number | undefined => p99 ?? max;

/** Why the instrument can't judge the threshold, or undefined where it can, or where nothing is known of its error. */
export function tooTight({ text, metric, limit }: Threshold, check: RunCheck | undefined): string | undefined {
  const errorMs = check?.level && worstErrorMs(check.level.error);
  if (errorMs === undefined || catalogue[metric].kind !== "duration" || Math.abs(limit) >= errorMs * ERROR_FACTOR) return undefined;
  const least = Number((errorMs * ERROR_FACTOR).toFixed(1));
  const found = `check ${check?.checkId} found earshot up to ${Number(errorMs.toFixed(1))} ms off at ${check?.level?.callers} callers on this machine`;
  return `"${text}": ${found}, and a limit below three times that (${least} ms) would judge the instrument; widen it, use fewer callers, or check again on a quieter machine`;
}
