// The session object of the beta, which ended at OpenAI in May 2026 and lives on in servers that copied it: flat, with names
// of its own for formats, and without a type.

import type { FormatName } from "./audio-format.ts";
import type { FunctionTool, InputTranscriptionConfig, ReasoningEffort, SemanticVad, ServerVad } from "./session-config.ts";

export const betaFormats = { pcm24k: "pcm16", pcmu: "g711_ulaw", pcma: "g711_alaw" } as const satisfies Readonly<Record<FormatName, string>>;

type BetaFormat = (typeof betaFormats)[FormatName];

export interface BetaSessionUpdate {
  readonly type: "session.update";
  readonly event_id?: string;
  readonly session: {
    readonly modalities?: readonly ["audio", "text"];
    readonly instructions?: string;
    readonly voice?: string;
    readonly input_audio_format?: BetaFormat;
    readonly output_audio_format?: BetaFormat;
    readonly input_audio_transcription?: InputTranscriptionConfig;
    readonly turn_detection?: Partial<ServerVad> | Partial<SemanticVad> | null;
    readonly tools?: readonly FunctionTool[];
    readonly tool_choice?: "auto";
    readonly max_response_output_tokens?: number | "inf";
    readonly reasoning?: { readonly effort: ReasoningEffort };
  };
}
