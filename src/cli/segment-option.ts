// `--segment k/n` and `--start-at`: which part of the plan, and when its first call may come.

import { failed, ok, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { Segment } from "../plan/segment.ts";

/** `2/3` to {part: 2, of: 3}. */
export function readSegment(text: string): Result<Segment> {
  const [, part, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (part !== undefined && of !== undefined && part >= 1 && part <= of && of <= limits.segments) return ok({ part, of });
  return failed({ source: "--segment", message: `"${text}" must be k/n with k from 1 to n and n at most ${limits.segments}, such as 1/2` });
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** An ISO 8601 time with its zone, or milliseconds of the Unix epoch; in the future, and not so far that it must be a mistake. */
export function readStartAt(text: string, nowMs: number): Result<Date> {
  const issue = (message: string): Result<never> => failed({ source: "--start-at", message: `"${text}" ${message}` });
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const at = new Date(/^\d{13}$/.test(text) ? Number(text) : isIso ? text : Number.NaN);
  const ms = at.getTime();
  if (Number.isNaN(ms)) return issue("must be a time with its zone, such as 2026-12-01T09:00:00Z, or milliseconds of the Unix epoch");
  if (ms <= nowMs) return issue("is over; every part must be told the same time, and early enough to be ready");
  return ms - nowMs > DAY_MS ? issue("is more than a day away") : ok(at);
}
