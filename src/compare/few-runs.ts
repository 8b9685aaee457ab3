// What it takes to tell two builds apart by runs at different times: the world drifts between runs, and only several runs show by how much.

/** With fewer runs a side, how far they drift apart can't be told from them. */
export const RUNS_MIN = 3;

const Z = 1.959963984540054;

/** The 97.5th percentile of Student's t, by Fisher's expansion about the normal's (Abramowitz and Stegun 26.7.5); within 0.3 % from 4 degrees of freedom on. */
export function studentT(freedom: number): number {
  const z3 = Z ** 3;
  const z5 = Z ** 5;
  return Z + (z3 + Z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * Z) / (96 * freedom ** 2) + (3 * Z ** 7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * freedom ** 3);
}

/**
 * How much wider the interval of resampled runs has to be. Resampling n runs shows the variance of their mean too small by (n - 1) / n,
 * and what is estimated from so few follows Student's t, not the normal distribution.
 */
export function wideningFor(baselineRuns: number, candidateRuns: number): number {
  const fewest = Math.min(baselineRuns, candidateRuns);
  return (studentT(baselineRuns + candidateRuns - 2) / Z) * Math.sqrt(fewest / (fewest - 1));
}
