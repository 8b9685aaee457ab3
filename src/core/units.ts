// Conversions between the units that names end in. Inside, time is integer microseconds; milliseconds are for edges.

export const US_PER_MS = 1_000;
export const US_PER_S = 1_000_000;
export const MS_PER_S = 1_000;

export const msToUs = (ms: number): number => Math.round(ms * US_PER_MS);
export const usToMs = (us: number): number => us / US_PER_MS;
