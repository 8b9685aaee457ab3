// What was asked, resolved: every default filled in, every reference to the environment replaced. schema.ts checks a
// user's YAML against the same shape; plan/ turns it into calls.

import type { Privacy } from "../core/privacy.ts";
import type { Eagerness } from "../protocol/session-config.ts";
import type { AxisValue } from "./axis-text.ts";
import type { CallerScript } from "./caller-turn.ts";
import type { Effort } from "./effort.ts";
import type { ContextDocument, TruncationWish } from "./expectations.ts";
import type { Load } from "./load.ts";
import type { ReconnectPolicy } from "./reconnect.ts";
import type { RemoteTarget } from "./remote-target.ts";

export const audioFormats = ["pcm24k", "pcmu", "pcma"] as const;

/** A duration in ms: fixed, or drawn anew each time from the caller's own stream. */
export type DurationMs = number | { readonly uniform: readonly [number, number] } | { readonly lognormal: { readonly median: number; readonly sigma: number } };

export type TurnDetection =
  | { readonly type: "server"; readonly silenceMs: number; readonly prefixMs: number; readonly threshold: number; readonly interruptResponse: boolean }
  | { readonly type: "semantic"; readonly eagerness: Eagerness; readonly interruptResponse: boolean }
  | { readonly type: "manual" };

export const modelRules = ["any", "likely", "known"] as const;

export interface EmbeddedTarget {
  readonly provider: "embedded";
  readonly model: string;
  /** Latency profile, a file of fixtures/profiles. */
  readonly profile: string;
  /** What the target answers, a file of fixtures/scripts. */
  readonly script: string;
  /** How long a session lasts; the API's hour without it. */
  readonly sessionMinutes?: number;
  /** Of all sessions together; unlimited without them. */
  readonly tokensPerMinute?: number;
  readonly requestsPerMinute?: number;
  /** Which names it takes for a model; any without it. */
  readonly models?: (typeof modelRules)[number];
  /** `restart@10s+2s`: what goes wrong with it as a whole, from its first connection on. */
  readonly faults?: readonly string[];
}

/** A place of a template that is filled in: `{{arguments.id}}`. */
export const templatePlace = /\{\{\s*([^{}]*?)\s*\}\}/gu;

/** A function that the model may call, and what it gets for an answer. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of an object, as the model is given it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly answers: {
    /** Sent as JSON; text as it is. */
    readonly value?: unknown;
    /** The same, with the call's own arguments filled in for {{arguments.name}}; one of both is there. */
    readonly template?: unknown;
    /** From the complete arguments to the output. */
    readonly delayMs: DurationMs;
    /** Share of calls that get an error instead. */
    readonly errorRate: number;
    /** Share of calls that are never answered. */
    readonly timeoutRate?: number;
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
  readonly target: EmbeddedTarget | RemoteTarget;
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
    readonly truncation?: TruncationWish;
    /** Only the items of the last so many turns stay in the conversation. */
    readonly context?: { readonly keepTurns: number };
    readonly documents?: readonly ContextDocument[];
    /** cold: no two sessions' instructions begin alike, so that nothing is cached from one to the next. */
    readonly cache: "natural" | "cold";
  };
  readonly caller: CallerScript & {
    readonly patienceMs: number;
    readonly startBufferMs: number;
    readonly thinkMs: DurationMs;
    /** Until the time of a run by time is over, and there whenever that is: the turns again in the same session, or in a new call. */
    readonly repeat?: "turns" | "call";
    /** Connections that are open and configured before a call wants them, over all cells. */
    readonly pool?: { readonly size: number };
    /** Without it a call whose connection is lost has failed. */
    readonly reconnect?: ReconnectPolicy;
  };
  readonly load: Load;
  /** `none`, or impairments such as `delay:80ms,jitter:20ms`. */
  readonly network: string;
  /** Price list for money: the name of a file of fixtures/prices, or the path of a .json file. */
  readonly prices: string;
  /** What the run may cost at most; `none` is no limit on money, said on purpose. */
  readonly budget?: { readonly usd?: number | "none"; readonly tokens?: number; readonly minutes?: number };
  /** Full paths to the values they take, in the order written: {"session.effort": ["low", "high"]}. */
  readonly matrix: Readonly<Record<string, readonly AxisValue[]>>;
  readonly thresholds: readonly string[];
  /** Thresholds that end the run once they are missed for sure, each with the time from which on it may, ms. */
  readonly abortAfterMs?: Readonly<Record<string, number>>;
  /** The same for every threshold, those of the command line too. */
  readonly abortAllAfterMs?: number;
  /** What becomes of the words that were said and of functions' arguments: kept, replaced by a fingerprint, or left out. */
  readonly privacy: Privacy;
  readonly tags: Readonly<Record<string, string>>;
  /** The scenario whose cells take turns with this one's (arms.ts), and what differs on purpose, as sentences. No file can say it. */
  readonly arms?: { readonly a: string; readonly b: string; readonly other: Scenario; readonly differences: readonly string[] };
}
