// What a session asks of the server: session.update, from the cell's settings.

import type { Cell } from "../plan/matrix.ts";
import { wireFormats } from "../protocol/audio-format.ts";
import type { ClientEvent } from "../protocol/client-event.ts";
import type { FunctionTool, ReasoningEffort, ServerVad, Truncation } from "../protocol/session-config.ts";

type SessionSettings = Cell["settings"]["session"];

function turnDetection(settings: SessionSettings): Omit<ServerVad, "idle_timeout_ms"> | null {
  const { turnDetection: detection } = settings;
  if (detection.type === "manual") return null;
  return {
    type: "server_vad",
    threshold: detection.threshold,
    prefix_padding_ms: detection.prefixMs,
    silence_duration_ms: detection.silenceMs,
    create_response: true,
    interrupt_response: true,
  };
}

/** What the model is told of a function; how it is answered is ours alone. */
const functionTool = ({ name, description, parameters }: NonNullable<SessionSettings["tools"]>[number]): FunctionTool => ({
  type: "function",
  name,
  ...(description === undefined ? {} : { description }),
  parameters,
});

function truncation({ truncation: wish }: SessionSettings): { readonly truncation?: Truncation } {
  if (wish === undefined || typeof wish === "string") return wish === undefined ? {} : { truncation: wish };
  const { retentionRatio, tokenLimit } = wish;
  const limits = tokenLimit === undefined ? {} : { token_limits: { post_instructions: tokenLimit } };
  return { truncation: { type: "retention_ratio", retention_ratio: retentionRatio, ...limits } };
}

/** A document as an item of the conversation. */
export const documentItem = (text: string): ClientEvent => ({
  type: "conversation.item.create",
  item: { type: "message", role: "user", content: [{ type: "input_text", text }] },
});

/**
 * The whole configuration, everything written out, so that no server's defaults decide what is measured. `salt` makes the
 * instructions begin differently from every other session's.
 */
export function sessionUpdate(settings: SessionSettings, salt?: string): ClientEvent {
  return {
    type: "session.update",
    session: {
      type: "realtime",
      instructions: salt === undefined ? settings.instructions : `[session ${salt}] ${settings.instructions}`,
      output_modalities: ["audio"],
      max_output_tokens: settings.maxOutputTokens,
      ...(settings.tools === undefined ? {} : { tools: settings.tools.map(functionTool), tool_choice: "auto" }),
      ...truncation(settings),
      ...(settings.effort === undefined ? {} : { reasoning: { effort: settings.effort } }),
      audio: {
        input: {
          format: wireFormats[settings.inputFormat],
          turn_detection: turnDetection(settings),
          ...(settings.transcription === undefined ? {} : { transcription: settings.transcription }),
        },
        output: { format: wireFormats[settings.outputFormat], ...(settings.voice === undefined ? {} : { voice: settings.voice }) },
      },
    },
  };
}

/** Servers echo it in the error that refuses the update. */
export const effortUpdateId = "earshot_effort";

/** The partial update that changes nothing but the effort. */
export function effortUpdate(effort: ReasoningEffort): ClientEvent {
  return { type: "session.update", event_id: effortUpdateId, session: { type: "realtime", reasoning: { effort } } };
}
