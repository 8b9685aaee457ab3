// Durations as networks are written with: a number and its unit, ms or s.

/** Milliseconds, to the microsecond; undefined for anything but a plain number with ms or s. */
export function durationMs(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * (unit === "s" ? 1_000_000 : 1_000)) / 1_000;
}

/** `5s` where it is whole seconds, else `1500ms`. */
export const durationText = (ms: number): string => (ms > 0 && ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`);
