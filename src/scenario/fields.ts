// The kinds of value a field may have, each with the sentence that says what it must be. schema.ts puts them together and
// axes.ts lends the same fields to the axes of a matrix.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { parseNetwork } from "../faults/profile.ts";
import { parseServerFault } from "../faults/server-fault.ts";
import { effortChoices, efforts } from "./effort.ts";
import { turnDetectionKinds } from "../protocol/capabilities.ts";
import { eagernesses } from "../protocol/session-config.ts";
import { audioFormats } from "./scenario.ts";

interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** What is counted, for the sentence: `milliseconds`. */
  readonly unit?: string;
}

const rangeText = (kind: string, { min, max, unit }: NumberRange): string => `must be a ${kind} from ${min} to ${max}${unit ? ` (${unit})` : ""}`;

export function wholeNumber(range: NumberRange) {
  const says = rangeText("whole number", range);
  return z.number(says).int(says).min(range.min, says).max(range.max, says);
}

export function number(range: NumberRange) {
  const says = rangeText("number", range);
  return z.number(says).min(range.min, says).max(range.max, says);
}

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) => z.enum(values, `must be ${listed(values)}`);

export const listed = (values: readonly string[]): string => (values.length === 1 ? `${values[0]}` : `one of ${values.join(", ")}`);

/** Any text that is not empty. */
export const text = (says: string) => z.string(says).regex(/\S/, says);

/** The name of a file that ships, of a clip, of a scenario: it becomes part of paths, so it holds nothing that could lead elsewhere. */
export function slug(what: string) {
  const says = `must be ${what}: lower-case letters, digits and dashes`;
  return z
    .string(says)
    .regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/, says)
    .max(80, says);
}

export const ms = (max: number, min = 0) => number({ min, max, unit: "milliseconds" });

const minute = 60_000;

const spanSays = "must be a time with its unit, such as 500ms, 2s or 1m";

const spanPattern = /^(?:0|\d{1,9}(?:\.\d{1,6})?(?:ms|s|m))$/;

/** A time such as `1.5s`, from and to which it may be and how that is said; the value keeps the words, spanMs reads them. */
function spanWithin({ minMs, maxMs, says, zero }: { readonly minMs: number; readonly maxMs: number; readonly says: string; readonly zero: string }) {
  return z.union([z.literal(0), z.string().meta({ pattern: spanPattern.source })], `${spanSays}${zero}`).superRefine((written, context) => {
    const isSpan = written === 0 || spanPattern.test(written);
    const lengthMs = isSpan ? spanMs(written) : undefined;
    const message = lengthMs === undefined ? `${spanSays}${zero}` : lengthMs < minMs || lengthMs > maxMs ? says : undefined;
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

export const span = spanWithin({ minMs: 0, maxMs: limits.sessionMs, says: "must be at most an hour", zero: ", or 0" });

/** For how long turns begin. */
export const window = spanWithin({ minMs: 1_000, maxMs: limits.windowMs, says: "must be from 1s to 55m", zero: "" });

const spanUnits = { ms: 1, s: 1_000, m: minute } as const;

/** The milliseconds of what `span` lets through. */
export function spanMs(written: string | 0): number {
  if (written === 0 || written === "0") return 0;
  const unit = /[ms]+$/.exec(written)?.[0] as keyof typeof spanUnits;
  return Math.round(Number.parseFloat(written) * spanUnits[unit]);
}

const uniformSays = "must be two numbers of milliseconds, the smaller first, such as [300, 900]";
const thinkSays = "must be a number of milliseconds, {uniform: [300, 900]} or {lognormal: {median: 500, sigma: 0.5}}";

/** A time drawn anew each time: fixed, uniform or lognormal. */
export const durationMs = z.union(
  [
    number({ min: 0, max: 10 * minute, unit: "milliseconds" }),
    section({ uniform: z.tuple([ms(10 * minute), ms(10 * minute)], uniformSays).refine(([from, to]) => from <= to, uniformSays) }),
    section({ lognormal: section({ median: ms(10 * minute, 1), sigma: number({ min: 0, max: 3 }) }) }),
  ],
  thinkSays,
);

/** A map with exactly these fields. */
export function section<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : `must be a map of ${Object.keys(shape).join(", ")}`) });
}

const languageSays = "must be a language code, such as en";

export const effort = oneOf(efforts).describe("How much the model may think before it answers");
export const sessionEffort = oneOf(effortChoices).describe(
  "How much the model may think before it answers; dynamic: turn by turn, as caller.effortPolicy says",
);
export const audioFormat = oneOf(audioFormats).describe("How audio goes over the wire");
export const frameMs = wholeNumber({ min: limits.frameMsMin, max: limits.frameMsMax, unit: "milliseconds" }).describe(
  "In pieces of which length the microphone's audio leaves",
);
export const sessions = wholeNumber({ min: 1, max: limits.sessions });
export const silenceMs = wholeNumber({ min: 0, max: 10_000, unit: "milliseconds" }).describe("How long a silence the server takes for the end of a turn");
export const prefixMs = wholeNumber({ min: 0, max: 10_000, unit: "milliseconds" }).describe("How much before the first voice the server takes into the turn");
export const threshold = number({ min: 0, max: 1 }).describe("How sure the server must be to take sound for a voice");
export const turnDetectionType = oneOf(turnDetectionKinds).describe(
  "Who says that a turn is over: the server by silence (server) or by what was said (semantic), or the caller (manual: push to talk)",
);
export const eagerness = oneOf(eagernesses).describe(
  "How soon semantic turn detection takes the caller to have finished: low waits up to 8 s, medium 4 s, high 2 s; auto is medium",
);
export const patienceMs = ms(10 * minute, 100).describe("How long a caller waits for an answer; after that the turn counts as unanswered, never as fast");
export const startBufferMs = ms(10_000).describe("How much of an answer the caller's player gathers before it begins");
export const model = text("must be the name of a model").describe("Model to ask for, and whose list prices count");
export const voice = text("must be the name of a voice").describe("Voice of the answers");
export const profile = slug("the name of a latency profile").describe("How fast the embedded target answers: earshot target --explain --profile NAME");
export const script = slug("the name of a script of answers").describe("What the embedded target answers");

export const sessionMinutes = number({ min: 0.01, max: 60, unit: "minutes" }).describe("How long a session of the embedded target lasts before it expires");
export const tokensPerMinute = wholeNumber({ min: 1, max: 1_000_000_000 }).describe("Rate limit of the embedded target, all sessions together");
export const requestsPerMinute = wholeNumber({ min: 1, max: 1_000_000 }).describe("Rate limit of the embedded target, all sessions together, in responses");
export const targetFault = text("must be a fault of the whole target, such as restart@10s+2s")
  .superRefine((written, context) => {
    const parsed = parseServerFault(written);
    if (!parsed.ok) for (const issue of parsed.issues) context.addIssue({ code: "custom", message: issue.message });
  })
  .describe("A fault of the whole target, so long after its first connection");

/** `none` or impairments. Each fault of the text is an issue of its own. */
export const network = text("must be none, or impairments such as delay:80ms,jitter:20ms")
  .superRefine((written, context) => {
    const parsed = parseNetwork(written);
    if (!parsed.ok) for (const issue of parsed.issues) context.addIssue({ code: "custom", message: issue.message });
  })
  .describe("The network between caller and server; delays are one way");

export const flag = z.boolean("must be true or false");
export const maxOutputTokens = z
  .union([wholeNumber({ min: 1, max: 4096 }), z.literal("inf")], "must be a whole number from 1 to 4096, or inf")
  .describe("Longest answer, in tokens");
export const language = z
  .string(languageSays)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, languageSays)
  .describe("Language, by its code");
