// How numbers look to people. CSV keeps full precision and does not use this file.

import type { QuantileInterval } from "../compare/bootstrap.ts";
import type { Quantile } from "../metrics/quantile.ts";

/** What stands where a value is not known. Absent is not zero. */
export const absent = "–";

const grouped = (value: number, digits: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace(/^-(?=[0.,]*$)/, "");

/** The step that latencies are rounded to: whole ms, or the power of ten that the instrument's error reaches. */
export function precisionMs(errorMs: number | undefined): number {
  return errorMs === undefined || errorMs < 10 ? 1 : 10 ** Math.floor(Math.log10(errorMs));
}

/** `1,512`: ms without a unit, for columns that name it. `stepMs` comes from precisionMs. */
export function formatMs(ms: number | undefined, stepMs = 1): string {
  return ms === undefined ? absent : grouped(Math.round(ms / stepMs) * stepMs, 0);
}

/** `0.6 ms`: for the instrument's own small times. */
export function formatSmallMs(ms: number | undefined): string {
  return ms === undefined ? absent : `${grouped(ms, Math.abs(ms) < 10 ? 1 : 0)} ms`;
}

/** `1,512`, `> 8,000` where the quantile falls among unanswered turns. */
export function formatQuantile(quantile: Quantile, stepMs = 1): string {
  if (!quantile) return absent;
  return quantile.above === undefined ? formatMs(quantile.value, stepMs) : `> ${formatMs(quantile.above, stepMs)}`;
}

/** `1,720 - 2,260`; nothing where there is no interval. */
export function formatInterval(interval: QuantileInterval | undefined, stepMs = 1): string {
  return interval ? `${formatQuantile(interval.low, stepMs)} - ${formatQuantile(interval.high, stepMs)}` : "";
}

/** `71 %`, with a decimal where rounding would say all or nothing of what is neither. */
export function formatShare(share: number | undefined): string {
  if (share === undefined) return absent;
  const percent = share * 100;
  const isAlmost = (percent > 99 && percent < 100) || (percent > 0 && percent < 1);
  return `${isAlmost ? grouped(Math.min(99.9, Math.max(0.1, percent)), 1) : grouped(percent, 0)} %`;
}

/** `$0.0072`: three significant digits below a dollar, cents above. */
export function formatUsd(usd: number | undefined): string {
  if (usd === undefined) return "unpriced";
  if (usd === 0 || Math.abs(usd) >= 1) return `$${grouped(usd, 2)}`;
  return `$${usd.toFixed(Math.min(8, 1 - Math.floor(Math.log10(Math.abs(usd)))))}`;
}

export const formatCount = (count: number): string => grouped(count, 0);

/** `210 MB`, of a million bytes each. */
export const formatMegabytes = (bytes: number): string => `${grouped(bytes / 1e6, 0)} MB`;

/** `24 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return seconds === 0 ? `${grouped(ms, 0)} ms` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `+18 %` of a logarithm of a ratio. */
export function formatLogRatio(log: number): string {
  const percent = Math.expm1(log) * 100;
  return `${percent < 0 ? "-" : "+"}${grouped(Math.abs(percent), Math.abs(percent) < 9.95 ? 1 : 0)} %`;
}

/** One line of text from a stranger: line breaks, control characters and what turns the direction of writing become spaces, and it ends where it gets long. */
export function oneLine(text: string, lengthMax = 120): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1)}…` : line;
}

/** A text that may be long, with its line breaks. */
export const clipped = (text: string, lengthMax: number): string => (text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text);
