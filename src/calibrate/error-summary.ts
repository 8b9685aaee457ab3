// Errors to what may be said of them: a quantile only where ten turns lie beyond it, the largest always.

import { isQuantileBacked, quantile } from "../metrics/quantile.ts";
import type { ErrorSummary } from "../result/check-result.ts";
import type { MetricErrors } from "./truth-join.ts";

export function summariseErrors({ errorsMs, unmatched }: MetricErrors): ErrorSummary {
  const at = (values: readonly number[], p: number): number | undefined =>
    quantile(
      values.map((value) => ({ value, censored: false })),
      p,
    )?.value;
  const backed = (values: readonly number[], p: number): number | undefined => (isQuantileBacked(values.length, p) ? at(values, p) : undefined);
  const sizes = errorsMs.map(Math.abs);
  const known = {
    p50: backed(sizes, 0.5),
    p90: backed(sizes, 0.9),
    p99: backed(sizes, 0.99),
    max: at(sizes, 1),
    signedMedian: backed(errorsMs, 0.5),
    signedMin: at(errorsMs, Number.MIN_VALUE),
    signedMax: at(errorsMs, 1),
  };
  return { count: errorsMs.length, unmatched, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}
