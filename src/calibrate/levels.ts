// How many callers are tried next: the levels asked for, then between the most that went well and the fewest above that did
// not.

export const defaultLevels: readonly number[] = [1, 10, 100, 1_000];
const BISECTIONS_MAX = 3;
/** Between levels closer than this there is nothing left to learn. */
const CLOSE = 1.15;

export interface Tried {
  readonly callers: number;
  readonly isHonest: boolean;
}

/** So many callers the machine drives honestly, 0 for none. A lower level that was not honest was disturbed, not too heavy. */
export const honestCallers = (tried: readonly Tried[]): number => Math.max(0, ...tried.filter(({ isHonest }) => isHonest).map(({ callers }) => callers));

/** The fewest callers that were too many, above the most that were not. */
const tooMany = (tried: readonly Tried[]): number => Math.min(...tried.filter(({ callers }) => callers > honestCallers(tried)).map(({ callers }) => callers));

/** The next level, or undefined when the search is over. Between levels it goes by ratios: they span decades. */
export function nextLevel(asked: readonly number[], tried: readonly Tried[]): number | undefined {
  const next = asked.find((callers) => !tried.some((level) => level.callers === callers));
  if (next !== undefined) return next;
  const [low, high] = [honestCallers(tried), tooMany(tried)];
  if (low === 0 || !Number.isFinite(high) || high / low < CLOSE || tried.length - asked.length >= BISECTIONS_MAX) return undefined;
  const middle = roundToTwoDigits(Math.sqrt(low * high));
  return middle > low && middle < high ? middle : undefined;
}

function roundToTwoDigits(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / step) * step;
}
