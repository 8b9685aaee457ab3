// What was asked, resolved: every default filled in, every reference to the environment replaced. schema.ts checks a
// user's YAML against the same shape; plan/ turns it into calls.

export const efforts = ["minimal", "low", "medium", "high", "xhigh"] as const;
export type Effort = (typeof efforts)[number];

export const audioFormats = ["pcm24k", "pcmu", "pcma"] as const;

/** A duration in ms: fixed, or drawn anew each time from the caller's own stream. */
export type DurationMs = number | { readonly uniform: readonly [number, number] } | { readonly lognormal: { readonly median: number; readonly sigma: number } };

export type TurnDetection =
  | { readonly type: "server"; readonly silenceMs: number; readonly prefixMs: number; readonly threshold: number }
  | { readonly type: "manual" };

export interface EmbeddedTarget {
  readonly provider: "embedded";
  readonly model: string;
  /** Latency profile, a file of fixtures/profiles. */
  readonly profile: string;
  /** What the target answers, a file of fixtures/scripts. */
  readonly script: string;
}

export interface CompatibleTarget {
  readonly provider: "compatible";
  readonly model: string;
  /** ws:// or wss:// address; the model is appended as a query unless it is there already. */
  readonly url: string;
  readonly auth?: { readonly bearer: string };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallerTurn {
  /** The clip to say, by id. */
  readonly say: string;
  /** Effort from this turn on, by session.update before it. */
  readonly effort?: Effort;
  /** Another clip, said over the answer: its voice sets in `atAnswerMs` into what is audible of the answer. A turn of its own. */
  readonly interrupt?: { readonly say: string; readonly atAnswerMs: number };
}

/** A function that the model may call, and what it gets for an answer. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of an object, as the model is given it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly answers: {
    /** Sent as JSON; text as it is. */
    readonly value: unknown;
    /** From the complete arguments to the output. */
    readonly delayMs: DurationMs;
    /** Share of calls that get an error instead. */
    readonly errorRate: number;
  };
}

/** That the server is to write down what the caller says, and with which model. */
export interface InputTranscription {
  readonly model: string;
  readonly language?: string;
}

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly seed: number;
  readonly target: EmbeddedTarget | CompatibleTarget;
  readonly session: {
    readonly kind: "conversation";
    readonly instructions: string;
    readonly voice?: string;
    readonly inputFormat: (typeof audioFormats)[number];
    readonly outputFormat: (typeof audioFormats)[number];
    readonly frameMs: number;
    /** Absent where the model takes none. */
    readonly effort?: Effort;
    readonly maxOutputTokens: number | "inf";
    readonly turnDetection: TurnDetection;
    readonly transcription?: InputTranscription;
    readonly tools?: readonly Tool[];
  };
  readonly caller: {
    readonly patienceMs: number;
    readonly startBufferMs: number;
    readonly thinkMs: DurationMs;
    readonly turns: readonly CallerTurn[];
    /** The turns again and again in the same session, until load.durationMs is over; there whenever that is. */
    readonly repeat?: "turns";
  };
  readonly load: {
    readonly model: "closed";
    /** Callers in every cell. */
    readonly sessions: number;
    readonly calls: number;
    /** From the end of startOverMs: how long turns begin. Without it each caller says the turns once a call. */
    readonly durationMs?: number;
    /** Calls in progress at once over all cells; default: sessions, and every caller of a run by time. */
    readonly concurrency?: number;
    /** Over how long the first callers spread their starts; default max(1 s, concurrency / 200 s). */
    readonly startOverMs?: number;
  };
  /** `none`, or impairments such as `delay:80ms,jitter:20ms`. */
  readonly network: string;
  /** Price list for money: the name of a file of fixtures/prices, or the path of a .json file. */
  readonly prices: string;
  /** What the run may cost at most; `none` is no limit on money, said on purpose. */
  readonly budget?: { readonly usd?: number | "none"; readonly tokens?: number; readonly minutes?: number };
  /** Full paths to the values they take, in the order written: {"session.effort": ["low", "high"]}. */
  readonly matrix: Readonly<Record<string, readonly (string | number)[]>>;
  readonly thresholds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}
