// Chances as networks are written with: a percentage, above none and below all.

/** A share between 0 and 1; undefined for anything but a plain percentage in between. */
export function shareOf(text: string): number | undefined {
  const [, number] = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text) ?? [];
  const percent = Number(number);
  return number !== undefined && percent > 0 && percent < 100 ? percent / 100 : undefined;
}

export const percentText = (share: number): string => `${Number((share * 100).toFixed(6))}%`;
