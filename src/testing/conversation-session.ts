// Drives the target's state machine as its socket would, on virtual time: stamps truth rows, wakes it when it asks to be
// woken, and keeps what it said with the instant it said it. All of it is judged (event-judge.ts).

import type { AudioFormat } from "../audio/format.ts";
import type { Profile } from "../target/profile.ts";
import type { ServerEvent, ServerEventType } from "../protocol/server-event.ts";
import type { Conversation, Input } from "../target/conversation.ts";
import { createConversation } from "../target/conversation.ts";
import type { ConversationOptions, RawEvent } from "../target/conversation-state.ts";
import { stampSent } from "../target/conversation-state.ts";
import type { NoteRow, TruthRow } from "../target/ground-truth.ts";
import { createIds } from "../target/ids.ts";
import type { Heard } from "../target/recogniser.ts";
import type { Script } from "../target/script.ts";
import type { ServiceQueue } from "../target/service-queue.ts";
import type { Speech } from "../target/speech.ts";
import { stream } from "../core/random.ts";
import { judge } from "./event-judge.ts";
import { sungNote } from "./sung-note.ts";

export interface Said {
  readonly atMs: number;
  readonly event: ServerEvent;
}

export interface ConversationSession {
  readonly said: readonly Said[];
  readonly truth: readonly TruthRow[];
  readonly notes: readonly NoteRow[];
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
  at(ms: number, input: Input): void;
  send(ms: number, event: RawEvent): void;
  /** 20 ms frames from `ms` on, each arriving when it is full; `frames` hold their bytes. */
  speak(ms: number, audio: Uint8Array): number;
  until(ms: number): void;
  /** Events of these types, or all, said so far. */
  types(): ServerEventType[];
  only<Type extends ServerEventType>(type: Type): (ServerEvent & { readonly type: Type })[];
}

interface Hearing {
  /** Answers at once what a turn holds; without it nothing is recognised. */
  readonly recognise?: (audio: Uint8Array, format: AudioFormat) => Heard | undefined;
  readonly scriptListens?: boolean;
  /** Another kind of session than a conversation. */
  readonly create?: (options: ConversationOptions) => Conversation;
}

interface SessionOptions extends Hearing {
  readonly profile: Profile;
  readonly speech: Speech;
  readonly seed?: number;
  readonly model?: string;
  readonly queue?: ServiceQueue;
  readonly asked?: Partial<ConversationOptions>;
}

export function openSession(options: SessionOptions): ConversationSession {
  const conversation = (options.create ?? createConversation)({
    scriptListens: options.scriptListens === true,
    model: options.model ?? "gpt-realtime-2",
    ...(options.queue ? { queue: options.queue } : {}),
    profile: options.profile,
    speech: options.speech,
    key: { seed: options.seed ?? 1, session: 0, call: 0 },
    callName: "1/low/0/0",
    ids: createIds(0, stream(1, "ids")),
    openedAtUs: 0,
    openedAtS: 1_000,
    ...options.asked,
  });
  const said: Said[] = [];
  const truth: TruthRow[] = [];
  const notes: NoteRow[] = [];
  const closes: { code: number; reason: string }[] = [];

  function step(input: Input, atUs: number): void {
    const recognised: Input[] = [];
    for (const command of conversation.step(input, atUs)) {
      if (command.type === "send") {
        if (command.stamp) stampSent(command.stamp, atUs);
        judge(command.event);
        said.push({ atMs: atUs / 1_000, event: command.event });
      } else if (command.type === "truth") truth.push(structuredClone(command.row));
      else if (command.type === "note") notes.push(command.row);
      else if (command.type === "recognise") {
        const { itemId, turn, audio, format } = command;
        recognised.push({ type: "recognised", itemId, ...(turn ? { turn } : {}), heard: options.recognise?.(audio, format) });
      } else closes.push({ code: command.code, reason: command.reason });
    }
    for (const answer of recognised) step(answer, atUs);
  }

  function until(ms: number): void {
    for (let nextUs = conversation.nextUs; nextUs !== undefined && nextUs <= ms * 1_000; nextUs = conversation.nextUs) step({ type: "wake" }, nextUs);
  }

  const session: ConversationSession = {
    said,
    truth,
    notes,
    closes,
    at(ms, input) {
      until(ms);
      step(input, ms * 1_000);
    },
    send: (ms, event) => session.at(ms, { type: "event", event }),
    speak(ms, audio) {
      const frameBytes = 960;
      let at = ms;
      for (let from = 0; from < audio.length; from += frameBytes) session.at((at += 20), { type: "audio", bytes: audio.subarray(from, from + frameBytes) });
      return at;
    },
    until,
    types: () => said.map(({ event }) => event.type),
    only: <Type extends ServerEventType>(type: Type) =>
      said.map(({ event }) => event).filter((event): event is ServerEvent & { readonly type: Type } => event.type === type),
  };
  session.at(0, { type: "open" });
  return session;
}

/** 24 kHz audio: silence, and a sung tone between the instants, ms. */
export function toneBetween(lengthMs: number, fromMs: number, toMs: number): Uint8Array {
  const samples = Int16Array.from({ length: lengthMs * 24 }, (_, index) =>
    index >= fromMs * 24 && index < toMs * 24 ? Math.round(12_000 * sungNote(index / 24_000)) : 0,
  );
  return new Uint8Array(samples.buffer);
}

const plainScript: Script = { version: 1, name: "plain", about: "", rules: [], otherwise: ["plain"] };

/** A speaker of one sentence whatever the clip: 350 ms of a loud square wave, in any format. */
export function plainSpeech(profile: Profile, script: Script = plainScript): Speech {
  const words = ["Your", " order", " has", " shipped."];
  const deltaMs = profile.deltaMs.value;
  return {
    script,
    say(clip, format) {
      const bytesPerMs = format === "pcm24k" ? 48 : 8;
      const audio = Buffer.alloc(350 * bytesPerMs, 0x20);
      const pieces = Array.from({ length: Math.ceil(350 / deltaMs) }, (_, index) =>
        audio.subarray(index * deltaMs * bytesPerMs, (index + 1) * deltaMs * bytesPerMs),
      );
      const deltas = pieces.map((piece) => ({ base64: piece.toString("base64"), audioMs: piece.length / bytesPerMs }));
      return { clip, text: words.join(""), words, deltas, firstBytes: pieces[0] as Buffer, format };
    },
  };
}
