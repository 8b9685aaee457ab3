// From what comes out of a connection to an input of the session.

import { audibleRuns } from "../audio/energy.ts";
import { formats, type AudioFormat } from "../audio/format.ts";
import { causeOfClose } from "../core/failure-causes.ts";
import { describeClose } from "../protocol/close-codes.ts";
import { audioByteLength, decodeAudioDelta, isSampleRate, readServerMessage, type AudioDelta } from "../protocol/codec.ts";
import type { ConnectionClose } from "../transport/connection.ts";
import { numberField, recordField, type EventFields } from "./server-fields.ts";
import type { SoundEar } from "./call-sound.ts";
import type { ClosedHow } from "./recovery.ts";
import type { Input } from "./state.ts";

/** A message as it came out of the socket. */
export interface Arrival {
  readonly data: Buffer;
  readonly atUs: number;
  readonly isBinary: boolean;
  /** The response that is being made: raw audio says of itself to none that it belongs. */
  readonly openResponse: string | undefined;
}

/** Every delta is decoded in turn into the same memory; a second of audio, and more once a server sends more at a time. */
let scratch = Buffer.alloc(48_000);

/**
 * Reads one session's messages, whose audio is in `format`. What it remembers: the rate of pcm, where the server names
 * another than was asked for, and the half of a sample that a delta ended with.
 */
export function createReceiver(format: AudioFormat, onSound?: SoundEar["arrive"]): (arrival: Arrival) => Input {
  const { bytesPerSample, sampleRateHz: askedHz } = formats[format];
  let rateHz = askedHz;
  let half: { readonly responseId: string; readonly byte: number } | undefined;

  /** When in the piece something is heard; the samples themselves are looked at once and not kept. */
  function audioInput({ responseId, itemId }: Pick<AudioDelta, "responseId" | "itemId">, atUs: number, decodeAt: (offset: number) => number): Input {
    const isContinued = half?.responseId === responseId;
    if (isContinued && half) scratch[0] = half.byte;
    const audioBytes = decodeAt(isContinued ? 1 : 0);
    const samples = Math.floor(audioBytes / bytesPerSample);
    const wholeBytes = samples * bytesPerSample;
    half = wholeBytes < audioBytes ? { responseId, byte: scratch[wholeBytes] as number } : undefined;
    const sound = scratch.subarray(0, wholeBytes);
    onSound?.(sound, rateHz);
    const audible = audibleRuns(sound, format).map((sample) => Math.round((sample * 1e6) / rateHz));
    return { type: "audio", atUs, responseId, itemId, durationUs: (samples * 1e6) / rateHz, audible };
  }

  /** Puts the delta's bytes behind the first `offset` of the scratch; how many there are then. */
  const deltaAt = (delta: AudioDelta) => (offset: number) => {
    const audioBytes = audioByteLength(delta);
    grow(offset + audioBytes);
    return offset + (decodeAudioDelta(delta, scratch.subarray(offset))?.length ?? 0);
  };

  const rawAt = (data: Buffer) => (offset: number) => {
    grow(offset + data.length);
    return offset + data.copy(scratch, offset);
  };

  return ({ data, atUs, isBinary, openResponse = "" }) => {
    if (isBinary && data[0] !== OPENING_BRACE) return audioInput({ responseId: openResponse, itemId: "" }, atUs, rawAt(data));
    const received = readServerMessage(data);
    switch (received.kind) {
      case "audio":
        if (format === "pcm24k" && received.rateHz !== undefined) rateHz = received.rateHz;
        return audioInput(received, atUs, deltaAt(received));
      case "event":
        if (format === "pcm24k" && received.event.type.startsWith("session.")) rateHz = outputRateOf(received.event) ?? rateHz;
        return { type: "event", atUs, name: received.event.type, fields: received.event };
      case "unreadable":
        return { type: "unreadable", atUs, reason: received.reason };
    }
  };
}

const OPENING_BRACE = 0x7b;

function grow(bytes: number): void {
  if (bytes <= scratch.length) return;
  const larger = Buffer.alloc(bytes * 2);
  scratch.copy(larger, 0, 0, 1);
  scratch = larger;
}

/** Hz of the pcm that the server says it will send; servers write formats as objects or as plain names. */
function outputRateOf(event: EventFields): number | undefined {
  const session = recordField(event, "session");
  const format = recordField(recordField(recordField(session, "audio"), "output"), "format") ?? recordField(session, "output_audio_format");
  const rateHz = numberField(format, "rate") ?? numberField(format, "sample_rate");
  return rateHz !== undefined && isSampleRate(rateHz) ? rateHz : undefined;
}

/** An end that this side did not ask for. */
export function closeInput(close: ConnectionClose): Input {
  const how = closedHow(close);
  if (close.failure) return { type: "closed", atUs: close.atUs, failureClass: close.failure.class, reason: close.failure.message, how };
  const failureClass = causeOfClose(close.code).class;
  return { type: "closed", atUs: close.atUs, failureClass, reason: describeClose(close.code, close.reason), how };
}

function closedHow({ code, failure }: ConnectionClose): ClosedHow {
  if (!failure) return { code, isRetryable: causeOfClose(code).isRetryable };
  const { phase, status, isRetryable = false, retryAfterMs } = failure;
  return { code, phase, isRetryable, ...(status === undefined ? {} : { status }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The network takes nothing any more, and nobody has said so. */
export function backlogInput(bytes: number, atUs: number): Input {
  const reason = `${Math.round(bytes / 1e6)} MB of audio could not be sent: the network or the server takes nothing any more`;
  return { type: "closed", atUs, failureClass: "network", reason };
}
