// Holm's correction (1979): of many looks at nothing, some look like something.

/** The p-values adjusted for being looked at together, in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = pValues.map(() => 0);
  let floor = 0;
  order.forEach((index, rank) => {
    floor = Math.max(floor, Math.min(1, (pValues[index] as number) * (pValues.length - rank)));
    adjusted[index] = floor;
  });
  return adjusted;
}
