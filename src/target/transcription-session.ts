// The session object of a transcription: how it begins and how session.update changes it.

import type { SessionConfig, TranscriptionSessionConfig } from "../protocol/session-config.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Check } from "./field-checks.ts";
import { audioFormat, isObject, oneOf, only, turnDetection } from "./field-checks.ts";
import type { Shape } from "./session-update.ts";
import { merge } from "./session-update.ts";
import { include, inputTranscription, STREAMING_MODEL } from "./transcription-config.ts";

const answerFields = ["create_response", "interrupt_response", "idle_timeout_ms"] as const;
/** Nobody answers here, whatever the caller says. */
export const silent = { create_response: false, interrupt_response: false };

/** Detection of turns without the fields that concern answers. */
const detection: Check = (value, path, current) => {
  const strange = isObject(value) ? answerFields.find((name) => name in value) : undefined;
  if (strange) return { wrong: fault("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`) };
  const checked = turnDetection(value, path, isObject(current) ? { ...current, ...silent, idle_timeout_ms: null } : current);
  return "wrong" in checked || checked.keep === null ? checked : { keep: withoutAnswers(checked.keep as object) };
};

const withoutAnswers = (settings: object): object =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !(answerFields as readonly string[]).includes(name)));

const shape: Shape = {
  type: oneOf("transcription"),
  audio: {
    input: {
      format: audioFormat,
      transcription: inputTranscription,
      noise_reduction: only(null, "noise reduction"),
      turn_detection: detection,
    },
  },
  include,
};

/** As the live server begins one, out of the conversation's own session. */
export function newTranscriptionSession(session: SessionConfig): TranscriptionSessionConfig {
  const { format, transcription, noise_reduction, turn_detection } = session.audio.input;
  const quiet = (turn_detection && withoutAnswers(turn_detection)) as TranscriptionSessionConfig["audio"]["input"]["turn_detection"];
  return {
    type: "transcription",
    object: "realtime.transcription_session",
    id: session.id,
    expires_at: session.expires_at,
    audio: { input: { format, transcription, noise_reduction, turn_detection: quiet } },
    include: null,
  };
}

type Updated = { readonly config: TranscriptionSessionConfig } | { readonly wrong: Fault };

/** The session after the update, or why it stays as it is. */
export function updateTranscriptionSession(config: TranscriptionSessionConfig, patch: unknown): Updated {
  if (patch === undefined) return { wrong: fault("missing_required_parameter", "session", "Missing required parameter: 'session'.") };
  if (isObject(patch) && patch["type"] === undefined)
    return { wrong: fault("missing_required_parameter", "session.type", "Missing required parameter: 'session.type'.") };
  const result = merge(shape, config as unknown as Readonly<Record<string, unknown>>, patch, "session");
  if ("wrong" in result) return result;
  const next = result.merged as unknown as TranscriptionSessionConfig;
  const { input } = next.audio;
  if (input.transcription?.model !== STREAMING_MODEL || input.turn_detection === null) return { config: next };
  const patched = (patch as { audio?: { input?: { turn_detection?: unknown } } }).audio?.input?.turn_detection;
  if (patched !== undefined) {
    const message = `Turn detection is not supported by the model '${STREAMING_MODEL}': it must be null.`;
    return { wrong: fault("invalid_value", "session.audio.input.turn_detection", message) };
  }
  return { config: { ...next, audio: { input: { ...input, turn_detection: null } } } };
}
