// What a session asks of the server: session.update, from the cell's settings.

import type { Cell } from "../plan/matrix.ts";
import { wireFormats } from "../protocol/audio-format.ts";
import type { ClientEvent } from "../protocol/client-event.ts";
import type { FunctionTool, ServerVad } from "../protocol/session-config.ts";

type Settings = Cell["settings"];
type SessionSettings = Settings["session"];

/** Where efforts go with response.create, it is the caller who asks for every response. */
function turnDetection({ session: settings, caller }: Settings): Omit<ServerVad, "idle_timeout_ms"> | null {
  const { turnDetection: detection } = settings;
  if (detection.type === "manual") return null;
  return {
    type: "server_vad",
    threshold: detection.threshold,
    prefix_padding_ms: detection.prefixMs,
    silence_duration_ms: detection.silenceMs,
    create_response: caller.effortBy === "update",
    interrupt_response: detection.interruptResponse,
  };
}

/** What the model is told of a function; how it is answered is ours alone. */
const functionTool = ({ name, description, parameters }: NonNullable<SessionSettings["tools"]>[number]): FunctionTool => ({
  type: "function",
  name,
  ...(description === undefined ? {} : { description }),
  parameters,
});

/** The whole configuration, everything written out, so that no server's defaults decide what is measured. */
export function sessionUpdate(all: Settings): ClientEvent {
  const { session: settings } = all;
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
          turn_detection: turnDetection(all),
          ...(settings.transcription === undefined ? {} : { transcription: settings.transcription }),
        },
        output: { format: wireFormats[settings.outputFormat], ...(settings.voice === undefined ? {} : { voice: settings.voice }) },
      },
    },
  };
}
