// The session object: how it begins, and how session.update and response.create change it. An update is applied whole or
// not at all.

import type { WireAudioFormat } from "../protocol/audio-format.ts";
import { wireFormats } from "../protocol/audio-format.ts";
import type { FunctionTool, McpTool, OutputModality, ReasoningEffort, SessionConfig, ToolChoice } from "../protocol/session-config.ts";
import { reasoningEfforts, voices } from "../protocol/session-config.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Check } from "./field-checks.ts";
import { limitFault, truncation } from "./truncation.ts";
import {
  array,
  audioFormat,
  boolean,
  defaultTurnDetection,
  ignored,
  isObject,
  maxOutputTokens,
  metadata,
  oneOf,
  only,
  outputModalities,
  text,
  tracing,
  turnDetection,
} from "./field-checks.ts";
import { choiceFault, toolChoice, tools } from "./tool-checks.ts";

import { include, inputTranscription } from "./transcription-config.ts";

const DEFAULT_INSTRUCTIONS = "Your knowledge cutoff is 2023-10. You are a helpful, witty, and friendly AI.";

/** As the live server begins a conversation. */
export function newSession(options: { readonly id: string; readonly model: string; readonly expiresAtS: number }): SessionConfig {
  return {
    type: "realtime",
    object: "realtime.session",
    id: options.id,
    model: options.model,
    output_modalities: ["audio"],
    instructions: DEFAULT_INSTRUCTIONS,
    tools: [],
    tool_choice: "auto",
    parallel_tool_calls: true,
    max_output_tokens: "inf",
    reasoning: { effort: "low" },
    tracing: null,
    truncation: "auto",
    prompt: null,
    expires_at: options.expiresAtS,
    audio: {
      input: { format: wireFormats.pcm24k, transcription: null, noise_reduction: null, turn_detection: defaultTurnDetection },
      output: { format: wireFormats.pcm24k, voice: "alloy", speed: 1 },
    },
    include: null,
  };
}

/** What may be set, field by field, as deep as it goes. */
export interface Shape {
  readonly [key: string]: Check | Shape;
}

const sessionShape: Shape = {
  type: oneOf("realtime"),
  model: ignored,
  output_modalities: outputModalities,
  instructions: text,
  tools,
  tool_choice: toolChoice,
  parallel_tool_calls: boolean,
  max_output_tokens: maxOutputTokens,
  reasoning: { effort: oneOf(...reasoningEfforts) },
  tracing,
  truncation,
  prompt: only(null, "a stored prompt"),
  include,
  audio: {
    input: {
      format: audioFormat,
      transcription: inputTranscription,
      noise_reduction: only(null, "noise reduction"),
      turn_detection: turnDetection,
    },
    output: { format: audioFormat, voice: oneOf(...voices), speed: only(1, "a speed other than 1") },
  },
};

const responseShape: Shape = {
  conversation: oneOf("auto", "none"),
  input: array,
  instructions: text,
  max_output_tokens: maxOutputTokens,
  metadata,
  output_modalities: outputModalities,
  reasoning: { effort: oneOf(...reasoningEfforts) },
  tools,
  tool_choice: toolChoice,
  parallel_tool_calls: boolean,
  prompt: only(null, "a stored prompt"),
  audio: { output: { format: audioFormat, voice: oneOf(...voices) } },
};

type Merged = { readonly merged: Readonly<Record<string, unknown>> } | { readonly wrong: Fault };

/** `base` with the fields of `patch` in their places, or the first thing that is wrong with them. */
export function merge(shape: Shape, base: Readonly<Record<string, unknown>>, patch: unknown, path: string): Merged {
  if (!isObject(patch)) return { wrong: fault("invalid_type", path, `Invalid type for '${path}': expected an object.`) };
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const place = `${path}.${key}`;
    const part = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!part) return { wrong: fault("unknown_parameter", place, `Unknown parameter: '${place}'.`) };
    if (typeof part !== "function") {
      const inner = merge(part, (base[key] ?? {}) as Readonly<Record<string, unknown>>, value, place);
      if ("wrong" in inner) return inner;
      merged[key] = inner.merged;
      continue;
    }
    const checked = part(value, place, base[key]);
    if ("wrong" in checked) return checked;
    merged[key] = checked.keep;
  }
  return { merged };
}

/** The session after the update; or why it stays as it is. `hasSpoken`: the voice is fixed by the first audio. */
export function updateSession(session: SessionConfig, patch: unknown, hasSpoken: boolean): { readonly session: SessionConfig } | { readonly wrong: Fault } {
  if (patch === undefined) return { wrong: fault("missing_required_parameter", "session", "Missing required parameter: 'session'.") };
  if (isObject(patch) && patch["type"] === undefined)
    return { wrong: fault("missing_required_parameter", "session.type", "Missing required parameter: 'session.type'.") };
  const result = merge(sessionShape, session as unknown as Readonly<Record<string, unknown>>, patch, "session");
  if ("wrong" in result) return result;
  const updated = result.merged as unknown as SessionConfig;
  if (hasSpoken && updated.audio.output.voice !== session.audio.output.voice) {
    return { wrong: fault("cannot_update_voice", "session.audio.output.voice", "Cannot update a conversation's voice if assistant audio is present.") };
  }
  const wrong = choiceFault(updated, "session") ?? limitFault(updated.truncation, session.model, "session.truncation");
  return wrong ? { wrong } : { session: updated };
}

/** What one response is made with: the session's settings under the overrides of its response.create. */
export interface ResponseSettings {
  readonly instructions: string;
  readonly max_output_tokens: number | "inf";
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly output_modalities: readonly [OutputModality];
  readonly reasoning: { readonly effort: ReasoningEffort };
  readonly audio: { readonly output: { readonly format: WireAudioFormat; readonly voice: string } };
  readonly tools: readonly (FunctionTool | McpTool)[];
  readonly tool_choice: ToolChoice;
  readonly parallel_tool_calls: boolean;
  /** `none`: beside the conversation, which neither shows nor keeps it. */
  readonly conversation: "auto" | "none";
  /** Read in place of the conversation, as the client gave it; undefined: the conversation. */
  readonly input?: readonly unknown[];
}

export function responseSettings(session: SessionConfig, overrides: unknown): { readonly settings: ResponseSettings } | { readonly wrong: Fault } {
  const { instructions, max_output_tokens, output_modalities, reasoning, audio, parallel_tool_calls } = session;
  const base: ResponseSettings = {
    instructions,
    max_output_tokens,
    output_modalities,
    reasoning,
    metadata: null,
    tools: session.tools,
    tool_choice: session.tool_choice,
    parallel_tool_calls,
    conversation: "auto",
    audio: { output: { format: audio.output.format, voice: audio.output.voice } },
  };
  const result = merge(responseShape, base as unknown as Readonly<Record<string, unknown>>, overrides ?? {}, "response");
  if ("wrong" in result) return result;
  const settings = result.merged as unknown as ResponseSettings;
  const wrong = choiceFault(settings, "response");
  return wrong ? { wrong } : { settings };
}
