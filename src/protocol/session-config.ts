// The session object of a conversation, as the live server sends it: complete, with its explicit nulls. A client sends a
// partial one (SessionPatch in client-event.ts).

import type { WireAudioFormat } from "./audio-format.ts";

export const reasoningEfforts = ["minimal", "low", "medium", "high", "xhigh"] as const;
export type ReasoningEffort = (typeof reasoningEfforts)[number];

export const voices = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"] as const;

export type OutputModality = "audio" | "text";

export interface ServerVad {
  readonly type: "server_vad";
  /** 0 to 1: higher needs louder speech. */
  readonly threshold: number;
  readonly prefix_padding_ms: number;
  readonly silence_duration_ms: number;
  readonly create_response: boolean;
  readonly interrupt_response: boolean;
  readonly idle_timeout_ms: number | null;
}

export const eagernesses = ["low", "medium", "high", "auto"] as const;
/** How soon semantic VAD takes a caller to have finished; auto is medium. */
export type Eagerness = (typeof eagernesses)[number];

/** How long semantic VAD waits at most while it doubts that the caller has finished, ms (OpenAI's documentation). */
export const semanticLongestMs: Readonly<Record<Eagerness, number>> = { low: 8_000, medium: 4_000, high: 2_000, auto: 4_000 };

export interface SemanticVad {
  readonly type: "semantic_vad";
  readonly eagerness: Eagerness;
  readonly create_response: boolean;
  readonly interrupt_response: boolean;
}

export type TurnDetectionConfig = ServerVad | SemanticVad | null;

export interface InputTranscriptionConfig {
  readonly model: string;
  readonly language?: string | null;
  readonly languages?: readonly string[];
  readonly prompt?: string | null;
  readonly keywords?: readonly string[];
  readonly delay?: ReasoningEffort;
}

export interface NoiseReductionConfig {
  readonly type: "near_field" | "far_field";
  readonly strength?: number;
}

export interface FunctionTool {
  readonly type: "function";
  readonly name: string;
  readonly description?: string;
  readonly parameters?: unknown;
}

/** The services that the API reaches by itself. */
export const connectors = [
  "connector_dropbox",
  "connector_gmail",
  "connector_googlecalendar",
  "connector_googledrive",
  "connector_microsoftteams",
  "connector_outlookcalendar",
  "connector_outlookemail",
  "connector_sharepoint",
] as const;

/** A server of tools that the API itself would ask. */
export interface McpTool {
  readonly type: "mcp";
  readonly server_label: string;
  readonly server_url?: string;
  readonly connector_id?: (typeof connectors)[number];
  readonly tunnel_id?: string;
}

export type ToolChoice =
  | "none"
  | "auto"
  | "required"
  | { readonly type: "function"; readonly name: string }
  | { readonly type: "mcp"; readonly server_label: string; readonly name?: string | null };
export type Tracing = null | "auto" | { readonly workflow_name?: string; readonly group_id?: string; readonly metadata?: unknown };
export type Truncation =
  | "auto"
  | "disabled"
  | { readonly type: "retention_ratio"; readonly retention_ratio: number; readonly token_limits?: { readonly post_instructions?: number } };

export interface AudioInputConfig {
  readonly format: WireAudioFormat;
  readonly transcription: InputTranscriptionConfig | null;
  readonly noise_reduction: NoiseReductionConfig | null;
  readonly turn_detection: TurnDetectionConfig;
}

export interface AudioOutputConfig {
  readonly format: WireAudioFormat;
  readonly voice: string;
  readonly speed: number;
}

/** The session object of a transcription session: it has no model of its own and no output. */
export interface TranscriptionSessionConfig {
  readonly type: "transcription";
  readonly object: "realtime.transcription_session";
  readonly id: string;
  /** Calendar time, seconds since 1970. */
  readonly expires_at: number;
  readonly audio: {
    readonly input: Omit<AudioInputConfig, "turn_detection"> & {
      readonly turn_detection: Pick<ServerVad, "type" | "threshold" | "prefix_padding_ms" | "silence_duration_ms"> | SemanticVad | null;
    };
  };
  readonly include: readonly "item.input_audio_transcription.logprobs"[] | null;
}

export interface SessionConfig {
  readonly type: "realtime";
  readonly object: "realtime.session";
  readonly id: string;
  readonly model: string;
  readonly output_modalities: readonly [OutputModality];
  readonly instructions: string;
  readonly tools: readonly (FunctionTool | McpTool)[];
  readonly tool_choice: ToolChoice;
  readonly parallel_tool_calls: boolean;
  readonly max_output_tokens: number | "inf";
  readonly reasoning: { readonly effort: ReasoningEffort };
  readonly tracing: Tracing;
  readonly truncation: Truncation;
  /** Stored prompts are not offered. */
  readonly prompt: null;
  /** Calendar time, seconds since 1970. */
  readonly expires_at: number;
  readonly audio: { readonly input: AudioInputConfig; readonly output: AudioOutputConfig };
  readonly include: readonly "item.input_audio_transcription.logprobs"[] | null;
}
