// From the bytes of a server's message to what a session needs of it. Audio deltas are by far the most bytes and only
// their place and length matter, so they are scanned; everything else is parsed as JSON.

import { limits } from "../core/limits.ts";

/** An audio delta: where its base64 text stands in `data`, so that it is decoded only if somebody needs the samples. */
export interface AudioDelta {
  readonly kind: "audio";
  readonly responseId: string;
  readonly itemId: string;
  /** Where the server names it with the audio. */
  readonly rateHz?: number;
  readonly data: Buffer;
  readonly start: number;
  readonly end: number;
}

export type Received =
  | AudioDelta
  | { readonly kind: "event"; readonly event: Readonly<Record<string, unknown>> & { readonly type: string } }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Type, ids and the opening quote of the delta stand in the first bytes of every capture; a server that orders its keys otherwise is parsed. */
const HEAD_BYTES = 512;
const audioType = /"type"\s*:\s*"response\.(?:output_)?audio\.delta"/;
const deltaOpening = /"delta"\s*:\s*"/;
const responseIdField = /"response_id"\s*:\s*"([^"\\]*)"/;
const itemIdField = /"item_id"\s*:\s*"([^"\\]*)"/;
const rateField = /"sample_rate(?:_hz)?"\s*:\s*([\d.eE+-]+)/;
/** Short fields may follow the audio. */
const TAIL_BYTES = 256;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function scanAudioDelta(data: Buffer): AudioDelta | undefined {
  const head = data.toString("latin1", 0, HEAD_BYTES);
  const opening = deltaOpening.exec(head);
  if (!opening || !audioType.test(head)) return undefined;
  const start = opening.index + opening[0].length;
  const end = data.indexOf(QUOTE, start);
  const responseId = responseIdField.exec(head)?.[1];
  if (end < 0 || responseId === undefined) return undefined;
  // A server that writes a slash as \\/ has its base64 read by JSON.parse, which undoes that.
  const backslash = data.indexOf(BACKSLASH, start);
  if (backslash >= 0 && backslash < end) return undefined;
  const around = head.slice(0, opening.index) + data.toString("latin1", end, end + TAIL_BYTES);
  return { kind: "audio", responseId, itemId: itemIdField.exec(head)?.[1] ?? "", ...rateIn(Number(rateField.exec(around)?.[1])), data, start, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads one text message. Never throws; `unreadable` says what was wrong with it. */
export function readServerMessage(data: Buffer): Received {
  const delta = scanAudioDelta(data);
  if (delta) return delta;
  let parsed: unknown;
  try {
    parsed = JSON.parse(data.toString("utf8"));
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  }
  if (!isRecord(parsed) || typeof parsed["type"] !== "string") return { kind: "unreadable", reason: "not a JSON object with a type" };
  const event = parsed as Record<string, unknown> & { type: string };
  const isAudio = event.type === "response.output_audio.delta" || event.type === "response.audio.delta";
  if (!isAudio || typeof event["delta"] !== "string") return { kind: "event", event };
  const base64 = Buffer.from(event["delta"], "latin1");
  const rate = rateIn(Number(event["sample_rate_hz"] ?? event["sample_rate"]));
  return { kind: "audio", responseId: text(event["response_id"]), itemId: text(event["item_id"]), ...rate, data: base64, start: 0, end: base64.length };
}

const rateIn = (rateHz: number): Pick<AudioDelta, "rateHz"> => (isSampleRate(rateHz) ? { rateHz } : {});

/** At one sample a second, a tenth of a second of sound would take an hour to play. */
export const isSampleRate = (rateHz: number): boolean => rateHz >= limits.sampleRateHzMin && rateHz <= limits.sampleRateHzMax;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** How many bytes of audio the delta holds, without decoding it. */
export function audioByteLength(delta: AudioDelta): number {
  let end = delta.end;
  while (end > delta.start && delta.data[end - 1] === 0x3d) end--;
  return Math.floor(((end - delta.start) * 3) / 4);
}

/** The delta's audio, written over what `into` held; undefined where it does not fit. The result is a view of `into`. */
export function decodeAudioDelta(delta: AudioDelta, into: Buffer): Buffer | undefined {
  if (audioByteLength(delta) > into.length) return undefined;
  return into.subarray(0, into.write(delta.data.toString("latin1", delta.start, delta.end), "base64"));
}
