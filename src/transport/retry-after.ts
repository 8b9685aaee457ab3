// Retry-After (RFC 9110, 10.2.3): seconds, or a date. A date is held against the answer's own Date, so that no clock of ours
// has to be right.

export type RetryHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Nobody waits longer than a day; what asks for more has written a date of another kind. */
const MOST_MS = 24 * 60 * 60_000;

/** How long to wait, ms; undefined where nothing readable is asked. */
export function retryAfterMsOf(headers: RetryHeaders): number | undefined {
  const asked = headers["retry-after"];
  if (typeof asked !== "string") return undefined;
  if (/^\d{1,9}$/.test(asked.trim())) return within(Number(asked) * 1_000);
  const sentAt = headers["date"];
  // Only dates: Date.parse reads almost anything as one.
  if (typeof sentAt !== "string" || !asked.endsWith(" GMT")) return undefined;
  const waitMs = Date.parse(asked) - Date.parse(sentAt);
  return Number.isFinite(waitMs) ? within(Math.max(0, waitMs)) : undefined;
}

const within = (ms: number): number => Math.min(ms, MOST_MS);
