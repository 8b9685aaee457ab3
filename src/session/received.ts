// From what comes out of a connection to an input of the session.

import { audibleRuns } from "../audio/energy.ts";
import { formats, type AudioFormat } from "../audio/format.ts";
import { describeClose } from "../protocol/close-codes.ts";
import { audioByteLength, decodeAudioDelta, readServerMessage, type AudioDelta } from "../protocol/codec.ts";
import type { ConnectionClose } from "../transport/connection.ts";
import type { Input } from "./state.ts";

/** A message that arrived at `atUs`; the server's audio is in `format`. */
export function messageInput(data: Buffer, atUs: number, format: AudioFormat): Input {
  const received = readServerMessage(data);
  switch (received.kind) {
    case "audio":
      return audioInput(received, atUs, format);
    case "event":
      return { type: "event", atUs, name: received.event.type, fields: received.event };
    case "unreadable":
      return { type: "unreadable", atUs, reason: received.reason };
  }
}

/** Every delta is decoded in turn into the same memory; a second of audio, and more once a server sends more at a time. */
let scratch = Buffer.alloc(48_000);

/** When in the delta something is heard; the samples themselves are looked at once and not kept. */
function audioInput(delta: AudioDelta, atUs: number, format: AudioFormat): Input {
  const { bytesPerMs, sampleRateHz } = formats[format];
  const audioBytes = audioByteLength(delta);
  if (audioBytes > scratch.length) scratch = Buffer.alloc(audioBytes * 2);
  const samples = decodeAudioDelta(delta, scratch) ?? scratch.subarray(0, 0);
  return {
    type: "audio",
    atUs,
    responseId: delta.responseId,
    itemId: delta.itemId,
    durationUs: (audioBytes / bytesPerMs) * 1_000,
    audible: audibleRuns(samples, format).map((sample) => Math.round((sample * 1e6) / sampleRateHz)),
  };
}

/** An end that this side did not ask for. */
export function closeInput(close: ConnectionClose): Input {
  if (close.failure) return { type: "closed", atUs: close.atUs, failureClass: close.failure.class, reason: close.failure.message };
  const failureClass = close.code === 1001 ? "expired" : close.code >= 3_000 ? "handshake" : close.code === 1011 ? "server_error" : "network";
  return { type: "closed", atUs: close.atUs, failureClass, reason: describeClose(close.code, close.reason) };
}

/** The network takes nothing any more, and nobody has said so. */
export function backlogInput(bytes: number, atUs: number): Input {
  const reason = `${Math.round(bytes / 1e6)} MB of audio could not be sent: the network or the server takes nothing any more`;
  return { type: "closed", atUs, failureClass: "network", reason };
}
