// Transcription sessions (`?intent=transcription`): a conversation that never answers, under a session object of its own.
// All that a caller's turn does is the conversation's; what is asked for and what the session is called are dressed here.

import type { SessionConfig, TranscriptionSessionConfig } from "../protocol/session-config.ts";
import type { Conversation, Input } from "./conversation.ts";
import { createConversation } from "./conversation.ts";
import type { Command, ConversationOptions, RawEvent } from "./conversation-state.ts";
import type { Fault } from "./fault.ts";
import { errorBody, fault } from "./fault.ts";
import type { Check } from "./field-checks.ts";
import { audioFormat, isObject, oneOf, only, turnDetection } from "./field-checks.ts";
import type { Shape } from "./session-update.ts";
import { merge } from "./session-update.ts";
import { inputTranscription, STREAMING_MODEL } from "./transcription-config.ts";

const answerFields = ["create_response", "interrupt_response", "idle_timeout_ms"] as const;
/** Nobody answers here, whatever the caller says. */
const silent = { create_response: false, interrupt_response: false };

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
  include: only(null, "including logprobs", []),
};

/** As the live server begins one, out of the conversation's own session. */
function firstConfig(session: SessionConfig): TranscriptionSessionConfig {
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

function updated(config: TranscriptionSessionConfig, patch: unknown): Updated {
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

/** What else a client may not ask of a session without answers. */
const refused: ReadonlySet<unknown> = new Set(["response.create", "response.cancel", "conversation.item.create", "conversation.item.truncate"]);

export function createTranscription(options: ConversationOptions): Conversation {
  const inner = createConversation(options);
  let config: TranscriptionSessionConfig | undefined;

  /** The conversation's own session events, told as this session's. */
  function dress(command: Command): Command {
    if (command.type !== "send") return command;
    const { event } = command;
    if (event.type !== "session.created" && event.type !== "session.updated") return command;
    config ??= firstConfig(event.session as SessionConfig);
    return { ...command, event: { ...event, session: config } };
  }

  const update = (input: object): Input => ({ type: "event", event: { type: "session.update", session: { type: "realtime", audio: { input } } } });

  function open(atUs: number): readonly Command[] {
    const commands = inner.step({ type: "open" }, atUs).map(dress);
    inner.step(update({ turn_detection: { type: "server_vad", ...silent } }), atUs);
    return commands;
  }

  function takeUpdate(event: RawEvent, atUs: number): readonly Command[] {
    if (!config) return [];
    const result = updated(config, event["session"]);
    if ("wrong" in result) return [refusal(options, result.wrong, event)];
    config = result.config;
    const { format, transcription, turn_detection } = config.audio.input;
    return inner.step(update({ format, transcription, turn_detection: turn_detection && { ...turn_detection, ...silent } }), atUs).map(dress);
  }

  return {
    sessionId: inner.sessionId,
    get nextUs() {
      return inner.nextUs;
    },
    step(input, atUs) {
      if (input.type === "open") return open(atUs);
      if (input.type === "event" && input.event["type"] === "session.update") return takeUpdate(input.event, atUs);
      if (input.type === "event" && refused.has(input.event["type"])) {
        const message = `Invalid value: '${String(input.event["type"])}' is not supported in a transcription session.`;
        return [refusal(options, fault("invalid_value", "type", message), input.event)];
      }
      return inner.step(input, atUs).map(dress);
    },
  };
}

function refusal(options: ConversationOptions, wrong: Fault, event: RawEvent): Command {
  const eventId = typeof event["event_id"] === "string" ? event["event_id"] : undefined;
  return { type: "send", event: { type: "error", event_id: options.ids.next("event"), error: errorBody(wrong, eventId) } };
}
