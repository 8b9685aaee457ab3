// The normal distribution, as far as planning and simulations need it.

export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

const STEPS = 2_000;
/** Beyond this many standard deviations nothing is left that matters to a share of one in a million. */
const FAR = 8;

/** Midpoint sum of `f` from `from` to `to`. */
function integral(f: (x: number) => number, from: number, to: number): number {
  const step = (to - from) / STEPS;
  let sum = 0;
  for (let index = 0; index < STEPS; index++) sum += f(from + (index + 0.5) * step);
  return sum * step;
}

/** The share below z. */
export const normalShare = (z: number): number => (z < -FAR ? 0 : 0.5 + Math.sign(z) * integral(normalDensity, 0, Math.min(FAR, Math.abs(z))));

/** The correlation of "is above z" between two normal draws whose own correlation is `correlation`. */
export function beyondCorrelation(z: number, correlation: number): number {
  const share = 1 - normalShare(z);
  const spread = Math.sqrt(1 - correlation ** 2);
  const both = integral((x) => normalDensity(x) * (1 - normalShare((z - correlation * x) / spread)), z, FAR);
  return (both - share ** 2) / (share * (1 - share));
}
