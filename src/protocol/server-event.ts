// What a server says in a conversation session (GA protocol). Names of WebRTC, of MCP calls and of DTMF are left out: no
// session of ours can meet them on a WebSocket; a client counts them as unknown and goes on.

import type { WireAudioFormat } from "./audio-format.ts";
import type { ContentPart, ConversationItem } from "./conversation-item.ts";
import type { OutputModality, SessionConfig, TranscriptionSessionConfig } from "./session-config.ts";
import type { TranscriptionUsage, Usage } from "./usage.ts";

export interface ErrorBody {
  readonly type: "invalid_request_error" | "server_error";
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
  /** The client event that was wrong, when it carried an id. */
  readonly event_id: string | null;
}

export type ResponseStatus = "in_progress" | "completed" | "cancelled" | "failed" | "incomplete";

export type StatusDetails =
  | { readonly type: "cancelled"; readonly reason: "turn_detected" | "client_cancelled" }
  | { readonly type: "incomplete"; readonly reason: "max_output_tokens" | "content_filter" }
  | { readonly type: "failed"; readonly error: { readonly type: string; readonly code: string | null; readonly message?: string } };

export interface ResponseObject {
  readonly object: "realtime.response";
  readonly id: string;
  readonly status: ResponseStatus;
  readonly status_details: StatusDetails | null;
  readonly output: readonly ConversationItem[];
  /** Null for a response outside the conversation. */
  readonly conversation_id: string | null;
  readonly output_modalities: readonly [OutputModality];
  readonly max_output_tokens: number | "inf";
  readonly audio: { readonly output: { readonly format: WireAudioFormat; readonly voice: string } };
  readonly usage: Usage | null;
  readonly metadata: Readonly<Record<string, string>> | null;
}

export interface RateLimit {
  readonly name: "requests" | "tokens";
  readonly limit: number;
  readonly remaining: number;
  readonly reset_seconds: number;
}

interface Named<Type extends string> {
  readonly type: Type;
  readonly event_id: string;
}

interface InResponse {
  readonly response_id: string;
  readonly item_id: string;
  readonly output_index: number;
}

interface InPart extends InResponse {
  readonly content_index: number;
}

interface OfItem {
  readonly item_id: string;
}

interface WithItem {
  readonly item: ConversationItem;
  readonly previous_item_id?: string | null;
}

interface WithOutputItem {
  readonly response_id: string;
  readonly output_index: number;
  readonly item: ConversationItem;
}

/** Text-like deltas carry padding against guessing from lengths. */
interface TextDelta extends InPart {
  readonly delta: string;
  readonly obfuscation?: string;
}

export type SessionEvent =
  | (Named<"session.created"> & { readonly session: SessionConfig | TranscriptionSessionConfig })
  | (Named<"session.updated"> & { readonly session: SessionConfig | TranscriptionSessionConfig })
  | (Named<"rate_limits.updated"> & { readonly rate_limits: readonly RateLimit[] })
  | (Named<"error"> & { readonly error: ErrorBody });

export type InputEvent =
  | (Named<"input_audio_buffer.speech_started"> & OfItem & { readonly audio_start_ms: number })
  | (Named<"input_audio_buffer.speech_stopped"> & OfItem & { readonly audio_end_ms: number })
  | (Named<"input_audio_buffer.committed"> & OfItem & { readonly previous_item_id: string | null })
  | Named<"input_audio_buffer.cleared">
  | (Named<"input_audio_buffer.timeout_triggered"> & OfItem & { readonly audio_start_ms: number; readonly audio_end_ms: number });

export type ItemEvent =
  | (Named<"conversation.item.added"> & WithItem)
  | (Named<"conversation.item.done"> & WithItem)
  | (Named<"conversation.item.deleted"> & OfItem)
  | (Named<"conversation.item.retrieved"> & { readonly item: ConversationItem })
  | (Named<"mcp_list_tools.in_progress"> & OfItem)
  | (Named<"mcp_list_tools.failed"> & OfItem)
  | (Named<"conversation.item.truncated"> & OfItem & { readonly content_index: number; readonly audio_end_ms: number })
  | (Named<"conversation.item.input_audio_transcription.delta"> &
      OfItem & { readonly content_index?: number; readonly delta?: string; readonly obfuscation?: string; readonly logprobs?: readonly LogProb[] })
  | (Named<"conversation.item.input_audio_transcription.segment"> & OfItem & TranscriptSegment)
  | (Named<"conversation.item.input_audio_transcription.completed"> &
      OfItem & {
        readonly content_index: number;
        readonly transcript: string;
        readonly usage: TranscriptionUsage;
        readonly logprobs?: readonly LogProb[];
        /** Empty where no language was made out. */
        readonly languages?: readonly { readonly code: string }[];
      })
  | (Named<"conversation.item.input_audio_transcription.failed"> &
      OfItem & {
        readonly content_index: number;
        readonly error: { readonly type: string; readonly code: string; readonly message: string; readonly param: string };
      });

/** How sure a transcriber was of a token. `bytes` are the token's, in UTF-8. */
export interface LogProb {
  readonly token: string;
  readonly bytes: readonly number[];
  readonly logprob: number;
}

/** What one speaker said in one go. Times in seconds of the item's audio. */
interface TranscriptSegment {
  readonly content_index: number;
  readonly id: string;
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type ResponseEvent =
  | (Named<"response.created"> & { readonly response: ResponseObject })
  | (Named<"response.output_item.added"> & WithOutputItem)
  | (Named<"response.output_item.done"> & WithOutputItem)
  | (Named<"response.content_part.added"> & InPart & { readonly part: ContentPart })
  | (Named<"response.content_part.done"> & InPart & { readonly part: ContentPart })
  | (Named<"response.output_text.delta"> & TextDelta)
  | (Named<"response.output_text.done"> & InPart & { readonly text: string })
  | (Named<"response.output_audio.delta"> & InPart & { readonly delta: string })
  | (Named<"response.output_audio.done"> & InPart)
  | (Named<"response.output_audio_transcript.delta"> & TextDelta)
  | (Named<"response.output_audio_transcript.done"> & InPart & { readonly transcript: string })
  | (Named<"response.function_call_arguments.delta"> & InResponse & { readonly call_id: string; readonly delta: string })
  | (Named<"response.function_call_arguments.done"> & InResponse & { readonly call_id: string; readonly name: string; readonly arguments: string })
  | (Named<"response.done"> & { readonly response: ResponseObject });

export type ServerEvent = SessionEvent | InputEvent | ItemEvent | ResponseEvent;
export type ServerEventType = ServerEvent["type"];

/** A server event before it got its id. */
export type ServerEventDraft = ServerEvent extends infer Event ? (Event extends ServerEvent ? Omit<Event, "event_id"> : never) : never;
