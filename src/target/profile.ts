// A latency profile: a dated file of fixtures/profiles that says how long each part of a turn takes. Parts, never sums,
// and each with its origin, so that whoever reads a report knows which figures were measured and which are assumed.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";
import type { ReasoningEffort } from "../protocol/session-config.ts";
import { reasoningEfforts } from "../protocol/session-config.ts";
import type { Distribution } from "./distribution.ts";
import { committedModels } from "./transcription-config.ts";

export interface Sourced {
  readonly origin: "measured" | "assumed";
  readonly source: string;
}

export type SourcedDelay = Sourced & { readonly delay: Distribution };
export type SourcedNumber = Sourced & { readonly value: number };

export interface EffortProfile {
  /** From the server's notice that the caller has finished (commit, or response.create) to the first audio delta. */
  readonly thinkMs: SourcedDelay;
  /** The same after a tool's output; without it a model thinks as long as the first time. */
  readonly toolThinkMs?: SourcedDelay;
  /** Share of turns that get no answer within a minute. */
  readonly unansweredShare: SourcedNumber;
  /** Share of turns in which the model calls with wrong arguments, or answers something else; without it none. */
  readonly wrongShare?: SourcedNumber;
  /** Text output tokens spent on thinking; the API bills and does not name them. */
  readonly reasoningTokens: SourcedNumber;
}

export interface TranscriptProfile {
  /** From committed to the first delta of the transcript. */
  readonly firstDeltaMs: SourcedDelay;
  /** From the first delta to completed, the other deltas spread over it. */
  readonly spanMs: SourcedDelay;
  readonly wordErrorShare: SourcedNumber;
  readonly failedShare: SourcedNumber;
}

export interface TranscriptionProfile {
  /** By model, those that write after the commit. */
  readonly models: Readonly<Record<string, TranscriptProfile>>;
  /** Of the model that writes while the caller speaks. */
  readonly streaming: {
    /** From the commit to completed. */
    readonly spanMs: SourcedDelay;
    readonly failedShare: SourcedNumber;
    /** By the delay that is asked for: from the end of a word in the audio (or the commit, where VAD ends turns) to its delta. */
    readonly delays: Readonly<Record<ReasoningEffort, { readonly lagMs: SourcedDelay; readonly wordErrorShare: SourcedNumber }>>;
  };
}

/** What a translation session takes its time from. */
export interface TranslationProfile {
  /** From the start of an utterance to the start of its translation, on the clock of the caller's audio. */
  readonly earVoiceSpanMs: SourcedDelay;
  /** How many times faster than it plays the rest is sent after session.close. */
  readonly drainSpeed: SourcedNumber;
}

export interface Profile {
  readonly version: 1;
  readonly name: string;
  readonly date: string;
  readonly about: string;
  /** Beyond silence_duration_ms, at the end of a turn that server VAD found. */
  readonly endOfUtteranceJitterMs: SourcedDelay;
  /** Delays speech_stopped and committed, and so all that follows: a client meets the network there, not between two server events. */
  readonly pathMs: SourcedDelay;
  /** Exact zero samples before the answer's first word. */
  readonly leadingSilenceMs: SourcedDelay;
  /** Exact zero samples after its last. */
  readonly trailingSilenceMs: SourcedNumber;
  /** Audio in a delta. */
  readonly deltaMs: SourcedNumber;
  /** Time between deltas over the audio they hold: 0.25 is four times faster than it plays. */
  readonly burst: SourcedNumber;
  readonly translation: TranslationProfile;
  readonly efforts: Readonly<Record<ReasoningEffort, EffortProfile>>;
  readonly transcription: TranscriptionProfile;
  /** Shares of the think time added per minute of the session and per thousand tokens of its context. */
  readonly growth?: { readonly perMinute: SourcedNumber; readonly perThousandTokens: SourcedNumber };
  /** How many answers the whole target thinks about at a time; without it nobody waits. */
  readonly queue?: { readonly slots: SourcedNumber };
}

export const profileNames = ["realtime-2", "realtime-1.5", "cascade", "long-session", "crowded", "seed", "exact"] as const;

/** The shipped profile of that name, or why there is none. */
export function readProfile(name: string): Result<Profile> {
  if (!(profileNames as readonly string[]).includes(name)) {
    const near = didYouMean(name, profileNames);
    return failed({
      source: "profile",
      message: `there is no latency profile "${name}"${near ? `; did you mean "${near}"?` : ""} (${profileNames.join(", ")})`,
    });
  }
  const file = `fixtures/profiles/${name}.json`;
  // Transcripts do not depend on the model that answers, so profiles that say nothing of them share one account.
  const { transcription, translation } = profileJson(TRANSCRIBER);
  return checkProfile({ transcription, translation, ...profileJson(name) }, file);
}

const TRANSCRIBER = "realtime-2";
const profileJson = (name: string): Fields => fieldsOf(JSON.parse(readPackageText("fixtures", "profiles", `${name}.json`)));

type Fields = Readonly<Record<string, unknown>>;
type Say = (path: string, message: string) => void;

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const isNumber = (value: unknown, from: number, to: number): value is number => typeof value === "number" && value >= from && value <= to;

const delayNames = ["endOfUtteranceJitterMs", "pathMs", "leadingSilenceMs"];
const numberRanges = { trailingSilenceMs: [0, 10_000], deltaMs: [10, 2_000], burst: [0, 2] } as const;

/** The profile, or everything that is wrong with it. */
export function checkProfile(value: unknown, source: string): Result<Profile> {
  const issues: Issue[] = [];
  const say: Say = (path, message) => void issues.push({ source, path, message });
  const fields = fieldsOf(value);
  if (fields["version"] !== 1) say("version", "must be 1");
  for (const name of ["name", "date", "about"]) if (typeof fields[name] !== "string") say(name, "must be text");
  for (const name of delayNames) checkDelay(fields[name], name, say);
  for (const [name, [from, to]] of Object.entries(numberRanges)) checkNumber(fields[name], name, from, to, say);
  const translation = fieldsOf(fields["translation"]);
  checkDelay(translation["earVoiceSpanMs"], "translation.earVoiceSpanMs", say);
  checkNumber(translation["drainSpeed"], "translation.drainSpeed", 1, 100, say);
  for (const effort of reasoningEfforts) {
    const path = `efforts.${effort}`;
    const parts = fieldsOf(fieldsOf(fields["efforts"])[effort]);
    checkDelay(parts["thinkMs"], `${path}.thinkMs`, say);
    if (parts["toolThinkMs"] !== undefined) checkDelay(parts["toolThinkMs"], `${path}.toolThinkMs`, say);
    checkNumber(parts["unansweredShare"], `${path}.unansweredShare`, 0, 1, say);
    if (parts["wrongShare"] !== undefined) checkNumber(parts["wrongShare"], `${path}.wrongShare`, 0, 1, say);
    checkNumber(parts["reasoningTokens"], `${path}.reasoningTokens`, 0, 32_000, say);
  }
  checkTranscription(fieldsOf(fields["transcription"]), say);
  checkLoad(fields, say);
  return issues.length > 0 ? { ok: false, issues } : ok(value as Profile);
}

/** The parts that only some profiles have. */
function checkLoad({ growth, queue }: Fields, say: Say): void {
  if (growth !== undefined) for (const name of ["perMinute", "perThousandTokens"]) checkNumber(fieldsOf(growth)[name], `growth.${name}`, 0, 100, say);
  if (queue === undefined) return;
  checkNumber(fieldsOf(queue)["slots"], "queue.slots", 1, 100_000, say);
  if (!Number.isInteger(fieldsOf(fieldsOf(queue)["slots"])["value"])) say("queue.slots.value", "must be a whole number");
}

function checkTranscription(fields: Fields, say: Say): void {
  const models = fieldsOf(fields["models"]);
  for (const name of committedModels) {
    const path = `transcription.models.${name}`;
    const parts = fieldsOf(models[name]);
    for (const part of ["firstDeltaMs", "spanMs"]) checkDelay(parts[part], `${path}.${part}`, say);
    for (const part of ["wordErrorShare", "failedShare"]) checkNumber(parts[part], `${path}.${part}`, 0, 1, say);
  }
  const streaming = fieldsOf(fields["streaming"]);
  checkDelay(streaming["spanMs"], "transcription.streaming.spanMs", say);
  checkNumber(streaming["failedShare"], "transcription.streaming.failedShare", 0, 1, say);
  for (const delay of reasoningEfforts) {
    const path = `transcription.streaming.delays.${delay}`;
    const parts = fieldsOf(fieldsOf(streaming["delays"])[delay]);
    checkDelay(parts["lagMs"], `${path}.lagMs`, say);
    checkNumber(parts["wordErrorShare"], `${path}.wordErrorShare`, 0, 1, say);
  }
}

function checkSource(fields: Fields, path: string, say: Say): void {
  if (fields["origin"] !== "measured" && fields["origin"] !== "assumed") say(`${path}.origin`, "must be measured or assumed");
  if (typeof fields["source"] !== "string" || fields["source"] === "") say(`${path}.source`, "must say where the figure comes from");
}

function checkNumber(value: unknown, path: string, from: number, to: number, say: Say): void {
  const fields = fieldsOf(value);
  checkSource(fields, path, say);
  if (!isNumber(fields["value"], from, to)) say(`${path}.value`, `must be a number from ${from} to ${to}`);
}

function checkDelay(value: unknown, path: string, say: Say): void {
  const fields = fieldsOf(value);
  checkSource(fields, path, say);
  const delay = fieldsOf(fields["delay"]);
  const uniform = delay["uniformMs"];
  const mixture = delay["mixture"];
  const known =
    isNumber(delay["fixedMs"], 0, 60_000) ||
    (Array.isArray(uniform) && uniform.length === 2 && isNumber(uniform[0], 0, 60_000) && isNumber(uniform[1], uniform[0], 60_000)) ||
    isLognormal(delay["lognormal"]) ||
    (Array.isArray(mixture) && mixture.every(isLognormal) && isWhole(mixture.map((part) => fieldsOf(part)["share"])));
  if (!known)
    say(`${path}.delay`, "must be fixedMs, uniformMs [from, to], lognormal {shiftMs, medianMs, sigma} or a mixture of lognormals whose shares add up to 1");
}

const isLognormal = (value: unknown): boolean => {
  const fields = fieldsOf(value);
  return isNumber(fields["shiftMs"], 0, 60_000) && isNumber(fields["medianMs"], 0, 60_000) && isNumber(fields["sigma"], 0, 3);
};

const isWhole = (shares: readonly unknown[]): boolean =>
  shares.every((share) => isNumber(share, 0, 1)) && Math.abs(shares.reduce<number>((sum, share) => sum + (share as number), 0) - 1) < 1e-9;
