// What a metric says of itself, and what those of one kind have in common.

export type MetricKind = "duration" | "rate" | "count" | "money";

export interface Metric {
  readonly id: string;
  readonly unit: "ms" | "share" | "ratio" | "count" | "tokens" | "usd";
  readonly kind: MetricKind;
  /** Signed metrics never enter an HDR histogram, which knows no negative values. */
  readonly signed: boolean;
  readonly better: "lower" | "higher" | "neither";
  /** The instant it starts and stops at, for durations. */
  readonly from?: string;
  readonly to?: string;
  /** True where an unanswered or failed turn counts as "longer than we waited". */
  readonly censors: boolean;
  /** Only turns that called a function have it, or no turn at all: each time a session lost its connection has it. */
  readonly of?: "tool" | "recovery";
  readonly help: string;
  readonly since: string;
}

const plain = { signed: false, censors: false, since: "0.1.0" } as const;
export const duration = { ...plain, unit: "ms", kind: "duration", better: "lower" } as const;
export const share = { ...plain, unit: "share", kind: "rate" } as const;
export const count = { ...plain, unit: "tokens", kind: "count", better: "neither" } as const;
export const money = { ...plain, unit: "usd", kind: "money", better: "lower" } as const;
