// What the target says: answer clips, cut into deltas and encoded once per format, so that a thousand sessions share
// them. Only a first delta is made anew, because the leading silence before the first word differs from turn to turn.

import type { ClipStore } from "../audio/clip-store.ts";
import type { AudioFormat } from "../audio/format.ts";
import { formats } from "../audio/format.ts";
import { fromWire } from "../audio/wire.ts";
import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";
import type { Profile } from "./profile.ts";
import type { Script } from "./script.ts";
import { answerFor, answersOf } from "./script.ts";

export interface Delta {
  readonly base64: string;
  readonly audioMs: number;
}

export interface Utterance {
  readonly clip: string;
  readonly text: string;
  /** The text in words, each with the space before it: joined they are the text. */
  readonly words: readonly string[];
  /** The audio, voiced from its first sample on. */
  readonly deltas: readonly Delta[];
  /** Of the first delta, to put silence before. */
  readonly firstBytes: Buffer;
  readonly format: AudioFormat;
}

export interface Speech {
  /** The answer to the call's `turn`-th question, counted from 0. */
  answer(turn: number, format: AudioFormat): Utterance;
}

/** Reads and encodes every answer of the script in every format, or says which clips are missing. */
export async function prepareSpeech(options: { readonly clips: ClipStore; readonly script: Script; readonly profile: Profile }): Promise<Result<Speech>> {
  const { clips, script, profile } = options;
  const wanted = answersOf(script).flatMap((id) => (Object.keys(formats) as AudioFormat[]).map((format) => ({ id, format })));
  const made = await Promise.all(
    wanted.map(async ({ id, format }): Promise<Result<readonly [string, Utterance]>> => {
      const wire = await clips.wire(id, format);
      return wire.ok ? ok([`${id} ${format}`, utter(id, clips.find(id)?.text ?? "", wire.value, format, profile)]) : wire;
    }),
  );
  const issues = made.flatMap((result) => (result.ok ? [] : result.issues));
  if (issues.length > 0) return { ok: false, issues };
  const byKey = new Map(made.flatMap((result) => (result.ok ? [result.value] : [])));
  return ok({ answer: (turn, format) => byKey.get(`${answerFor(script, turn)} ${format}`) as Utterance });
}

function utter(clip: string, text: string, wire: Buffer, format: AudioFormat, profile: Profile): Utterance {
  const { bytesPerMs, silenceByte } = formats[format];
  const audio = Buffer.concat([fromFirstSound(wire, format), Buffer.alloc(bytesPerMs * Math.round(profile.trailingSilenceMs.value), silenceByte)]);
  const deltaBytes = bytesPerMs * Math.round(profile.deltaMs.value);
  const pieces = Array.from({ length: Math.ceil(audio.length / deltaBytes) }, (_, index) => audio.subarray(index * deltaBytes, (index + 1) * deltaBytes));
  return {
    clip,
    text: text.trim(),
    words: text.trim().match(/\s*\S+/g) ?? [],
    deltas: pieces.map((piece) => ({ base64: piece.toString("base64"), audioMs: piece.length / bytesPerMs })),
    firstBytes: pieces[0] ?? Buffer.alloc(0),
    format,
  };
}

/** The level that counts as heard, of 16-bit samples: -45 dBFS, as a run's report declares it. */
const HEARD = 185;

/**
 * The clip from its first audible sample on. Answer clips are stored trimmed, but another rate or G.711 smooths their edges;
 * the account of when an answer was heard must hold in every format.
 */
function fromFirstSound(wire: Buffer, format: AudioFormat): Buffer {
  const samples = fromWire(wire, format);
  const first = samples.findIndex((sample) => Math.abs(sample) >= HEARD);
  return first <= 0 ? wire : wire.subarray(first * formats[format].bytesPerSample);
}

/** How many ms of silence a wish for so many becomes: a whole number of samples. */
export function wholeSamplesMs(ms: number, format: AudioFormat): number {
  const samplesPerMs = formats[format].sampleRateHz / 1_000;
  return Math.round(ms * samplesPerMs) / samplesPerMs;
}

/** The first delta behind `silenceMs` (whole samples) of exact silence. */
export function firstDelta(utterance: Utterance, silenceMs: number): Delta {
  const { bytesPerMs, silenceByte } = formats[utterance.format];
  const silence = Buffer.alloc(Math.round(silenceMs * bytesPerMs), silenceByte);
  return { base64: Buffer.concat([silence, utterance.firstBytes]).toString("base64"), audioMs: silenceMs + (utterance.deltas[0]?.audioMs ?? 0) };
}
