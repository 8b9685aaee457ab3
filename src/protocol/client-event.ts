// What a client may say in a conversation session (the GA protocol of the Realtime API). A server checks the payloads
// itself; these types are what a well-behaved client builds.

import type { WireAudioFormat } from "./audio-format.ts";
import type {
  AudioInputConfig,
  AudioOutputConfig,
  FunctionTool,
  OutputModality,
  ReasoningEffort,
  SessionConfig,
  ToolChoice,
  TurnDetectionConfig,
} from "./session-config.ts";

/** Every name the server's parser accepts, in the order in which its error message lists them. */
export const clientEventTypes = [
  "session.update",
  "session.close",
  "input_audio_buffer.append",
  "session.input_audio_buffer.append",
  "input_audio_buffer.commit",
  "input_audio_buffer.clear",
  "conversation.item.create",
  "conversation.item.truncate",
  "conversation.item.delete",
  "conversation.item.retrieve",
  "response.create",
  "response.cancel",
] as const;
export type ClientEventType = (typeof clientEventTypes)[number];

type Partly<Vad> = Vad extends { readonly type: string } ? Pick<Vad, "type"> & Partial<Vad> : Vad;

/** Absent fields stay as they are; `type` is mandatory. */
export interface SessionPatch extends Partial<Omit<SessionConfig, "type" | "object" | "id" | "expires_at" | "audio">> {
  readonly type: "realtime";
  readonly audio?: {
    readonly input?: Partial<Omit<AudioInputConfig, "turn_detection">> & { readonly turn_detection?: Partly<TurnDetectionConfig> };
    readonly output?: Partial<AudioOutputConfig>;
  };
}

/** Overrides of the session for one response. */
export interface ResponseOptions {
  readonly conversation?: "auto" | "none";
  readonly input?: readonly NewItem[];
  readonly instructions?: string;
  readonly max_output_tokens?: number | "inf";
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly output_modalities?: readonly [OutputModality];
  readonly reasoning?: { readonly effort: ReasoningEffort };
  readonly tools?: readonly FunctionTool[];
  readonly tool_choice?: ToolChoice;
  readonly parallel_tool_calls?: boolean;
  readonly audio?: { readonly output?: { readonly format?: WireAudioFormat; readonly voice?: string } };
}

/** An item as a client creates it. */
export type NewItem =
  | {
      readonly id?: string;
      readonly type: "message";
      readonly role: "user" | "system";
      readonly content: readonly { readonly type: "input_text"; readonly text: string }[];
    }
  | {
      readonly id?: string;
      readonly type: "message";
      readonly role: "assistant";
      readonly content: readonly { readonly type: "output_text"; readonly text: string }[];
    }
  | { readonly id?: string; readonly type: "function_call"; readonly call_id: string; readonly name: string; readonly arguments: string }
  | { readonly id?: string; readonly type: "function_call_output"; readonly call_id: string; readonly output: string };

interface Named<Type extends ClientEventType> {
  readonly type: Type;
  /** Echoed in error.error.event_id, nowhere else. */
  readonly event_id?: string;
}

export type ClientEvent =
  | (Named<"session.update"> & { readonly session: SessionPatch })
  | (Named<"input_audio_buffer.append"> & { readonly audio: string })
  | Named<"input_audio_buffer.commit">
  | Named<"input_audio_buffer.clear">
  | (Named<"conversation.item.create"> & { readonly item: NewItem; readonly previous_item_id?: string | null })
  | (Named<"conversation.item.truncate"> & { readonly item_id: string; readonly content_index: number; readonly audio_end_ms: number })
  | (Named<"conversation.item.delete"> & { readonly item_id: string })
  | (Named<"conversation.item.retrieve"> & { readonly item_id: string })
  | (Named<"response.create"> & { readonly response?: ResponseOptions })
  | (Named<"response.cancel"> & { readonly response_id?: string });
