// What is said in a translation session (/v1/realtime/translations): three client events, seven server events, no turns, no
// responses and no usage.

import type { NoiseReductionConfig } from "./session-config.ts";
import type { ErrorBody } from "./server-event.ts";

/** The languages that can be translated into, ISO 639-1, in the order in which the server's error lists them. */
export const translationLanguages = ["es", "pt", "fr", "ja", "ru", "zh", "de", "ko", "hi", "id", "vi", "it", "en"] as const;

export interface TranslationSessionConfig {
  readonly id: string;
  readonly type: "translation";
  readonly model: string;
  /** Seconds since 1970. */
  readonly expires_at: number;
  readonly audio: {
    readonly input: { readonly transcription: { readonly model: string } | null; readonly noise_reduction: NoiseReductionConfig | null };
    readonly output: { readonly language: string };
  };
}

interface Named<Type extends string> {
  readonly type: Type;
  readonly event_id: string;
}

/** `elapsed_ms` is the engine's clock: 200 for every 200 ms of the caller's audio. */
interface Delta {
  readonly delta: string;
  readonly elapsed_ms: number;
}

export type TranslationServerEvent =
  | (Named<"session.created"> & { readonly session: TranslationSessionConfig })
  | (Named<"session.updated"> & { readonly session: TranslationSessionConfig })
  | Named<"session.closed">
  | (Named<"session.input_transcript.delta"> & Delta)
  | (Named<"session.output_transcript.delta"> & Delta)
  | (Named<"session.output_audio.delta"> & Delta & { readonly sample_rate: 24_000; readonly channels: 1; readonly format: "pcm16" })
  | (Named<"error"> & { readonly error: ErrorBody });

export type TranslationServerEventDraft = TranslationServerEvent extends infer Event
  ? Event extends TranslationServerEvent
    ? Omit<Event, "event_id">
    : never
  : never;
