// What a session asks of the server: session.update, from the cell's settings.

import type { Cell } from "../plan/matrix.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { wireFormats } from "../protocol/audio-format.ts";
import { betaFormats, type BetaSessionUpdate } from "../protocol/beta-session.ts";
import type { Dialect } from "../protocol/capabilities.ts";
import type { ClientEvent } from "../protocol/client-event.ts";
import { capabilitiesOf } from "../protocol/providers.ts";
import type { FunctionTool, SemanticVad, ServerVad, Truncation } from "../protocol/session-config.ts";

/** What may be sent to configure a session. */
export type SessionUpdate = Extract<ClientEvent, { readonly type: "session.update" }> | BetaSessionUpdate;

type Settings = Cell["settings"];
type SessionSettings = Settings["session"];

/** Where efforts go with response.create, it is the caller who asks for every response. */
function turnDetection({ session: settings, caller }: Settings): Omit<ServerVad, "idle_timeout_ms"> | SemanticVad | null {
  const { turnDetection: detection } = settings;
  if (detection.type === "manual") return null;
  const answers = { create_response: caller.effortBy === "update", interrupt_response: detection.interruptResponse };
  if (detection.type === "semantic") return { type: "semantic_vad", eagerness: detection.eagerness, ...answers };
  const { threshold, prefixMs, silenceMs } = detection;
  return { type: "server_vad", threshold, prefix_padding_ms: prefixMs, silence_duration_ms: silenceMs, ...answers };
}

/** What the model is told of a function; how it is answered is ours alone. */
const functionTool = ({ name, description, parameters }: NonNullable<SessionSettings["tools"]>[number]): FunctionTool => ({
  type: "function",
  name,
  ...(description === undefined ? {} : { description }),
  parameters,
});

/** In whose words the session is configured. */
export const dialectOf = ({ cell }: Pick<PlannedCall, "cell">): Dialect => capabilitiesOf(cell.settings.target).events;

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

const salted = (instructions: string, salt: string | undefined): string => (salt === undefined ? instructions : `[session ${salt}] ${instructions}`);

/** The same in the beta's words, which know no truncation. */
function betaUpdate(all: Settings, salt: string | undefined): BetaSessionUpdate {
  const { session: settings } = all;
  return {
    type: "session.update",
    session: {
      modalities: ["audio", "text"],
      instructions: salted(settings.instructions, salt),
      max_response_output_tokens: settings.maxOutputTokens,
      ...(settings.tools === undefined ? {} : { tools: settings.tools.map(functionTool), tool_choice: "auto" }),
      ...(settings.effort === undefined ? {} : { reasoning: { effort: settings.effort } }),
      input_audio_format: betaFormats[settings.inputFormat],
      output_audio_format: betaFormats[settings.outputFormat],
      turn_detection: turnDetection(all),
      ...(settings.transcription === undefined ? {} : { input_audio_transcription: settings.transcription }),
      ...(settings.voice === undefined ? {} : { voice: settings.voice }),
    },
  };
}

/**
 * The whole configuration, everything written out, so that no server's defaults decide what is measured. `salt` makes the
 * instructions begin differently from every other session's.
 */
export function sessionUpdate(all: Settings, dialect: Dialect = "ga", salt?: string): SessionUpdate {
  if (dialect === "beta") return betaUpdate(all, salt);
  const { session: settings } = all;
  return {
    type: "session.update",
    session: {
      type: "realtime",
      instructions: salted(settings.instructions, salt),
      output_modalities: ["audio"],
      max_output_tokens: settings.maxOutputTokens,
      ...(settings.tools === undefined ? {} : { tools: settings.tools.map(functionTool), tool_choice: "auto" }),
      ...truncation(settings),
      ...(settings.effort === undefined ? {} : { reasoning: { effort: settings.effort } }),
      audio: {
        input: {
          format: wireFormats[settings.inputFormat],
          turn_detection: turnDetection(all),
          ...(settings.transcription === undefined ? {} : { transcription: settings.transcription }),
        },
        output: { format: wireFormats[settings.outputFormat], ...(settings.voice === undefined ? {} : { voice: settings.voice }) },
      },
    },
  };
}
