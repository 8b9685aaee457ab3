// Frames: the wire audio of a clip cut to equal pieces, and the ready-made messages that carry them. Made before a run, once per
// clip, format and frame length, and shared by all sessions, so that sending one is a write and nothing else.

import { orThrow } from "../core/issues.ts";
import type { ClipStore } from "./clip-store.ts";
import type { AudioFormat } from "./format.ts";
import { formats } from "./format.ts";

export interface FrameSet {
  readonly frameMs: number;
  readonly format: AudioFormat;
  /** The append message of each frame, in order. Shared: not to be written to. */
  readonly messages: readonly Buffer[];
  /** The append message of one frame without sound. */
  readonly silence: Buffer;
}

export interface FrameStore {
  /** Resolves to the same set for the same key. Throws InputError for a clip that does not exist or cannot be read. */
  prepare(clipId: string, format: AudioFormat, frameMs: number): Promise<FrameSet>;
}

/** Views of `wire`, each of frameMs; the last one is a copy filled up with silence where the clip ends inside it. */
export function cutFrames(wire: Buffer, format: AudioFormat, frameMs: number): Buffer[] {
  const frameBytes = frameMs * formats[format].bytesPerMs;
  const count = Math.ceil(wire.length / frameBytes);
  return Array.from({ length: count }, (_, index) => {
    const frame = wire.subarray(index * frameBytes, (index + 1) * frameBytes);
    return frame.length === frameBytes ? frame : Buffer.concat([frame, silentBytes(format, frameBytes - frame.length)]);
  });
}

/** The input_audio_buffer.append event of one frame, as the bytes of a text message. */
export const appendMessage = (frame: Buffer): Buffer => Buffer.from(`{"type":"input_audio_buffer.append","audio":"${frame.toString("base64")}"}`);

/** The append message of one frame without sound. */
export const silentFrame = (format: AudioFormat, frameMs: number): Buffer => appendMessage(silentBytes(format, frameMs * formats[format].bytesPerMs));

export function createFrameStore(clipStore: Pick<ClipStore, "wire">): FrameStore {
  const sets = new Map<string, Promise<FrameSet>>();
  const make = async (clipId: string, format: AudioFormat, frameMs: number): Promise<FrameSet> => {
    const wire = orThrow(await clipStore.wire(clipId, format));
    const silence = silentFrame(format, frameMs);
    return { frameMs, format, messages: cutFrames(wire, format, frameMs).map(appendMessage), silence };
  };
  return {
    prepare: (clipId, format, frameMs) => {
      const key = `${clipId} ${format} ${frameMs}`;
      const set = sets.get(key) ?? make(clipId, format, frameMs);
      sets.set(key, set);
      return set;
    },
  };
}

const silentBytes = (format: AudioFormat, count: number): Buffer => Buffer.alloc(count, formats[format].silenceByte);
