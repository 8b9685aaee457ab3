// The audio of a conversation's items, for who retrieves them. What the caller said is kept up to a bound, of the session
// and of all sessions together, and the oldest goes first; what the target said is never copied, only named.

import { formats } from "../audio/format.ts";
import { limits } from "../core/limits.ts";
import type { ConversationItem } from "../protocol/conversation-item.ts";
import type { ConversationState } from "./conversation-state.ts";
import type { Entry } from "./items.ts";
import type { Utterance } from "./speech.ts";

/** Counts the audio of an item that just joined the conversation, and lets go of the oldest while it is too much. */
export function keepItemAudio(state: ConversationState, { item, audio }: Entry): void {
  if (audio?.type !== "heard") return;
  const { kept, options } = state;
  const audioBytes = audio.parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
  kept.sizes.set(item.id, audioBytes);
  kept.bytes += audioBytes;
  if (options.audioTotal) options.audioTotal.bytes += audioBytes;
  for (const itemId of kept.sizes.keys()) {
    const isFull = kept.bytes > limits.keptAudioBytes;
    if (!isFull && (options.audioTotal?.bytes ?? 0) <= limits.keptAudioOfAllBytes) return;
    drop(state, itemId, isFull ? "session" : "target");
  }
}

function drop(state: ConversationState, itemId: string, full: "session" | "target"): void {
  const { callName } = state.options;
  const audioBytes = forgetItemAudio(state, itemId);
  const entry = state.items.find(itemId);
  if (entry) {
    const { audio: _, ...rest } = entry;
    state.items.replace(rest);
  }
  const row = {
    v: 1,
    type: "audio_dropped",
    sessionId: state.session.id,
    ...(callName === undefined ? {} : { call: callName }),
    itemId,
    audioBytes,
    full,
  } as const;
  state.commands.push({ type: "note", row });
}

/** Counts the item's audio no more, because the item goes; returns what it took. */
export function forgetItemAudio({ kept, options }: ConversationState, itemId: string): number {
  const audioBytes = kept.sizes.get(itemId) ?? 0;
  kept.sizes.delete(itemId);
  kept.bytes -= audioBytes;
  if (options.audioTotal) options.audioTotal.bytes -= audioBytes;
  return audioBytes;
}

/** The item with its audio in base64, in the format it came in or was said in; without it where none is kept. */
export function itemWithAudio({ item, audio, audioMs = 0 }: Entry): ConversationItem {
  if (item.type !== "message" || !audio) return item;
  if (item.role === "user" && audio.type === "heard") {
    const content = item.content.map((part, index) => {
      const bytes = part.type === "input_audio" ? audio.parts[index] : undefined;
      return part.type === "input_audio" && bytes ? { ...part, audio: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64") } : part;
    });
    return { ...item, content };
  }
  if (item.role !== "assistant" || audio.type !== "said") return item;
  const said = saidBytes(audio.utterance, audio.silenceMs, audioMs).toString("base64");
  return { ...item, content: item.content.map((part) => (part.type === "output_audio" ? { ...part, audio: said } : part)) };
}

/** The first `audioMs` of an answer. */
function saidBytes({ deltas, format }: Utterance, silenceMs: number, audioMs: number): Buffer {
  const { bytesPerMs, bytesPerSample, silenceByte } = formats[format];
  const silence = Buffer.alloc(Math.round(silenceMs * bytesPerMs), silenceByte);
  const whole = Buffer.concat([silence, ...deltas.map(({ base64 }) => Buffer.from(base64, "base64"))]);
  return whole.subarray(0, Math.round((audioMs * bytesPerMs) / bytesPerSample) * bytesPerSample);
}
