// Transcription sessions (`?intent=transcription`): a conversation that never answers, under a session object of its own.
// All that a caller's turn does is the conversation's; what is asked for and what the session is called are dressed here.

import type { SessionConfig, TranscriptionSessionConfig } from "../protocol/session-config.ts";
import type { Conversation, Input } from "./conversation.ts";
import { createConversation } from "./conversation.ts";
import type { Command, ConversationOptions, RawEvent } from "./conversation-state.ts";
import type { Fault } from "./fault.ts";
import { errorBody, fault } from "./fault.ts";
import { newTranscriptionSession, silent, updateTranscriptionSession } from "./transcription-session.ts";

/** What else a client may not ask of a session without answers. */
const refused: ReadonlySet<unknown> = new Set(["response.create", "response.cancel", "conversation.item.create", "conversation.item.truncate"]);

export function createTranscription(options: ConversationOptions): Conversation {
  const { defaults, ...plain } = options;
  const inner = createConversation(plain);
  let config: TranscriptionSessionConfig | undefined;

  /** The conversation's own session events, told as this session's. */
  function dress(command: Command): Command {
    if (command.type !== "send") return command;
    const { event } = command;
    if (event.type !== "session.created" && event.type !== "session.updated") return command;
    config ??= begin(event.session as SessionConfig);
    return { ...command, event: { ...event, session: config } };
  }

  /** As a secret was minted for it, checked then. */
  function begin(session: SessionConfig): TranscriptionSessionConfig {
    const fresh = newTranscriptionSession(session);
    const configured = defaults === undefined ? undefined : updateTranscriptionSession(fresh, defaults);
    return configured && "config" in configured ? configured.config : fresh;
  }

  /** The conversation inside hears as this session says, and answers nothing. */
  function updateOf({ audio, include }: TranscriptionSessionConfig): Input {
    const { format, transcription, turn_detection } = audio.input;
    const input = { format, transcription, turn_detection: turn_detection && { ...turn_detection, ...silent } };
    return { type: "event", event: { type: "session.update", session: { type: "realtime", include, audio: { input } } } };
  }

  function open(atUs: number): readonly Command[] {
    const commands = inner.step({ type: "open" }, atUs).map(dress);
    if (config) inner.step(updateOf(config), atUs);
    return commands;
  }

  function takeUpdate(event: RawEvent, atUs: number): readonly Command[] {
    if (!config) return [];
    const result = updateTranscriptionSession(config, event["session"]);
    if ("wrong" in result) return [refusal(options, result.wrong, event)];
    config = result.config;
    return inner.step(updateOf(config), atUs).map(dress);
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
