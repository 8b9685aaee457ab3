// How many call, and when: the load section, resolved. Times are in ms, and no default is left open but those that follow
// from other fields.

/** Calls a second over the time of an open load. All but `constant` are drawn: gaps between calls are exponential. */
export type Arrivals =
  | { readonly constant: { readonly ratePerS: number } }
  | { readonly poisson: { readonly ratePerS: number } }
  /** From one rate to the other in a straight line, and then on at that. */
  | { readonly ramp: { readonly fromPerS: number; readonly toPerS: number; readonly overMs: number } }
  /** `steps` steps upwards from the first rate, each held for a while; the last one is held to the end. */
  | { readonly stairs: { readonly fromPerS: number; readonly stepPerS: number; readonly everyMs: number; readonly steps: number } }
  /** The peak begins `atMs` into the load. */
  | { readonly spike: { readonly basePerS: number; readonly peakPerS: number; readonly atMs: number; readonly forMs: number } };

/** So many callers for so long. */
export interface Stage {
  readonly sessions: number;
  readonly forMs: number;
}

/** What is called before the measurement, in each cell: extra callers, extra calls of each caller, or a time. */
export type WarmUp = { readonly sessions: number } | { readonly calls: number } | { readonly durationMs: number };

export interface Load {
  /** closed: so many callers, whose next call or turn waits for the one before. open: calls come when they come. */
  readonly model: "closed" | "open";
  /** Callers in every cell; in stages the most of them. In an open load as maxSessions. */
  readonly sessions: number;
  readonly calls: number;
  /** For how long calls arrive, or turns begin (from the end of startOverMs and of a warm-up). */
  readonly durationMs?: number;
  /** Calls in progress at once over all cells; default: sessions, and every caller of a run by time. */
  readonly concurrency?: number;
  /** Over how long the first callers spread their starts; default max(1 s, concurrency / 200 s). */
  readonly startOverMs?: number;
  /** Of an open load, over all cells of a group together. */
  readonly arrivals?: Arrivals;
  /** Of an open load: a call that would be one more than this at once is dropped. */
  readonly maxSessions?: number;
  readonly stages?: readonly Stage[];
  readonly warmUp?: WarmUp;
  /** What turns in progress may take once no new one may begin; default patience + 5 s. */
  readonly gracefulStopMs?: number;
  /** How cells follow each other; default: serial where an axis changes how busy the machine is. */
  readonly order?: "blocks" | "serial";
  /** How often every cell runs, one time after the other; default 1. */
  readonly repeat?: number;
}

/** Whether a time and not a number of turns ends the callers' talk. */
export const isByTime = ({ model, durationMs, stages }: Load): boolean => model === "closed" && (durationMs !== undefined || stages !== undefined);
