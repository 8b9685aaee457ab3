// What a session asks of the server: session.update, from the cell's settings.

import type { Cell } from "../plan/matrix.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { wireFormats } from "../protocol/audio-format.ts";
import { betaFormats, type BetaSessionUpdate } from "../protocol/beta-session.ts";
import type { Dialect } from "../protocol/capabilities.ts";
import type { ClientEvent } from "../protocol/client-event.ts";
import { capabilitiesOf } from "../protocol/providers.ts";
import type { FunctionTool, ReasoningEffort, ServerVad } from "../protocol/session-config.ts";

/** What may be sent to configure a session. */
export type SessionUpdate = Extract<ClientEvent, { readonly type: "session.update" }> | BetaSessionUpdate;

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

/** In whose words the session is configured. */
export const dialectOf = ({ cell }: Pick<PlannedCall, "cell">): Dialect => capabilitiesOf(cell.settings.target).events;

/** The same in the beta's words. */
function betaUpdate(settings: SessionSettings): BetaSessionUpdate {
  return {
    type: "session.update",
    session: {
      modalities: ["audio", "text"],
      instructions: settings.instructions,
      max_response_output_tokens: settings.maxOutputTokens,
      ...(settings.tools === undefined ? {} : { tools: settings.tools.map(functionTool), tool_choice: "auto" }),
      ...(settings.effort === undefined ? {} : { reasoning: { effort: settings.effort } }),
      input_audio_format: betaFormats[settings.inputFormat],
      output_audio_format: betaFormats[settings.outputFormat],
      turn_detection: turnDetection(settings),
      ...(settings.transcription === undefined ? {} : { input_audio_transcription: settings.transcription }),
      ...(settings.voice === undefined ? {} : { voice: settings.voice }),
    },
  };
}

/** The whole configuration, everything written out, so that no server's defaults decide what is measured. */
export function sessionUpdate(settings: SessionSettings, dialect: Dialect = "ga"): SessionUpdate {
  if (dialect === "beta") return betaUpdate(settings);
  return {
    type: "session.update",
    session: {
      type: "realtime",
      instructions: settings.instructions,
      output_modalities: ["audio"],
      max_output_tokens: settings.maxOutputTokens,
      ...(settings.tools === undefined ? {} : { tools: settings.tools.map(functionTool), tool_choice: "auto" }),
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
export function effortUpdate(effort: ReasoningEffort, dialect: Dialect): SessionUpdate {
  if (dialect === "beta") return { type: "session.update", event_id: effortUpdateId, session: { reasoning: { effort } } };
  return { type: "session.update", event_id: effortUpdateId, session: { type: "realtime", reasoning: { effort } } };
}
