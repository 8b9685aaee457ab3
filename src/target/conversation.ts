// The server's side of one session as a state machine without sockets, clocks or chance of its own: an input at an instant
// goes in, commands come out, and `nextUs` says when it wants to be woken. A test drives it with a table of inputs.

import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import { clientEventTypes } from "../protocol/client-event.ts";
import { askForResponse, clearAudio, commitAudio, followSession, hearAudio, tellSpeechStarted, tellTurnEnded } from "./caller-turn.ts";
import type { Command, ConversationOptions, ConversationState, EndedTurn, RawEvent, Task } from "./conversation-state.ts";
import { createState, emit, emitFault, writeTruth } from "./conversation-state.ts";
import type { Fault } from "./fault.ts";
import { fault, missing, named } from "./fault.ts";
import { numberFrom, wrongType } from "./field-checks.ts";
import { noteHeard } from "./hearing.ts";
import { takeIdle } from "./idle-turn.ts";
import { resumeTranscript, setTranscript, stepTranscript } from "./input-transcription.ts";
import { truncated, unknownItem } from "./items.ts";
import { sayLiveWord, takeLiveHeard } from "./live-transcript.ts";
import { forgetItemAudio, itemWithAudio, keepItemAudio } from "./kept-audio.ts";
import { listTools } from "./mcp-listing.ts";
import { admitItem } from "./memory.ts";
import { newItem } from "./new-item.ts";
import { unlimitedRows } from "./rate-limit.ts";
import type { Heard } from "./recogniser.ts";
import { billUnfinished, cancelResponse, isBeingSent, nextResponse, stepResponse } from "./response-ladder.ts";
import { expiryText } from "./session-life.ts";
import { updateSession } from "./session-update.ts";
import type { Unreadable } from "./unreadable.ts";
import { unreadableFault } from "./unreadable.ts";

export type Input =
  | { readonly type: "open" }
  /** Decoded audio of an append, read before the call returns. */
  /** `isSilent`: all of it is known to be zero; it costs less then. */
  | { readonly type: "audio"; readonly bytes: Uint8Array; readonly isSilent?: boolean }
  | { readonly type: "event"; readonly event: RawEvent }
  | Unreadable
  /** The answer to a command `recognise`, with what it named; `heard` is undefined when the recogniser is lost. */
  | { readonly type: "recognised"; readonly itemId: string; readonly turn?: EndedTurn; readonly heard: Heard | undefined }
  /** The transcript that was just completed never gets to the client. */
  | { readonly type: "transcript_lost"; readonly itemId: string }
  | { readonly type: "wake" }
  /** The client reads too slowly: answers wait from here to `flowing`, all else goes on. */
  | { readonly type: "stalled" }
  | { readonly type: "flowing" }
  | { readonly type: "closed" };

export interface Conversation {
  readonly sessionId: string;
  /** What to do now, in this order. */
  step(input: Input, atUs: number): readonly Command[];
  /** When the next step is due though nothing comes in; undefined while there is none. */
  readonly nextUs: number | undefined;
}

const nothing: readonly Command[] = [];

export function createConversation(options: ConversationOptions): Conversation {
  const state = createState(options);
  // What a secret was minted for can be too much for the model that came with the connection.
  const wrongDefaults = options.defaults === undefined ? undefined : configure(state, options.defaults);
  const nextUs = (): number | undefined => earlier(state.isStalled ? undefined : nextResponse(state)?.dueUs, state.agenda.nextUs);
  /** As it was after the last step. */
  let plannedUs = nextUs();
  function doDue(atUs: number): void {
    for (;;) {
      const dueUs = nextUs();
      if (dueUs === undefined || dueUs > atUs) return;
      const entry = state.agenda.nextUs === dueUs ? state.agenda.take() : undefined;
      if (entry) doTask(state, entry.task, dueUs);
      else {
        const next = nextResponse(state);
        if (next) stepResponse(state, next.response, dueUs);
      }
    }
  }
  return {
    sessionId: state.session.id,
    get nextUs() {
      return plannedUs;
    },
    step(input, atUs) {
      // What was due and not done when the session closed was never said.
      if (input.type !== "closed" && isDue(plannedUs, atUs)) {
        doDue(atUs);
        plannedUs = nextUs();
      }
      take(state, input, atUs);
      if (input.type === "open" && wrongDefaults) emitFault(state, wrongDefaults);
      // Hearing puts something on the agenda and changes no response: fifty times a second that is looked up and nothing else.
      plannedUs = input.type === "audio" ? earlier(plannedUs, state.agenda.nextUs) : nextUs();
      if (isDue(plannedUs, atUs)) {
        doDue(atUs);
        plannedUs = nextUs();
      }
      if (state.commands.length === 0) return nothing;
      const { commands } = state;
      state.commands = [];
      return commands;
    },
  };
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : b === undefined ? a : Math.min(a, b));
const isDue = (dueUs: number | undefined, atUs: number): boolean => dueUs !== undefined && dueUs <= atUs;

function take(state: ConversationState, input: Input, atUs: number): void {
  switch (input.type) {
    case "open":
      emit(state, { type: "session.created", session: state.session });
      return state.agenda.add(state.options.openedAtUs + msToUs(state.options.sessionMs ?? limits.sessionMs), { type: "expire" });
    case "audio":
      return hearAudio(state, input, atUs);
    case "event":
      // What follows a commit must not overtake it on its path to the server.
      if (state.heldUntilUs > atUs) return state.agenda.add(state.heldUntilUs, { type: "client_event", event: input.event, audioMs: state.audioMs });
      return takeEvent(state, input.event, state.audioMs, atUs);
    case "unreadable":
    case "bad_audio":
      return emitFault(state, unreadableFault(input), "eventId" in input ? input.eventId : undefined);
    case "recognised":
      return takeRecognised(state, input, atUs);
    case "transcript_lost":
      return setTranscript(state, input.itemId, null);
    case "wake":
      return;
    case "stalled":
      state.isStalled = true;
      return;
    case "flowing":
      state.isStalled = false;
      return;
    case "closed":
      state.vad.close();
      for (let entry = state.agenda.take(); entry; entry = state.agenda.take()) if (entry.task.type === "turn_ended") writeTruth(state, entry.task.turn, "cut");
      if (state.pending) writeTruth(state, state.pending, "unasked");
      if (state.response?.isAnswered && state.response.turn.truth.firstDeltaSentUs === undefined) writeTruth(state, state.response.turn, "cut");
      billUnfinished(state);
      state.pending = undefined;
      state.response = undefined;
      state.beside = [];
      for (const itemId of state.kept.sizes.keys()) forgetItemAudio(state, itemId);
  }
}

function takeRecognised(state: ConversationState, { itemId, turn, heard }: Input & { readonly type: "recognised" }, atUs: number): void {
  if (!turn) return takeLiveHeard(state, itemId, heard, atUs);
  noteHeard(state, turn, heard);
  resumeTranscript(state, turn, atUs);
  for (const { dueUs, overrides, eventId } of state.hearing.waiting.splice(0)) askForResponse(state, dueUs, overrides, eventId);
}

function doTask(state: ConversationState, task: Task, dueUs: number): void {
  switch (task.type) {
    case "speech_started":
      return tellSpeechStarted(state, task, dueUs);
    case "turn_ended":
      return tellTurnEnded(state, task.turn, dueUs);
    case "client_event":
      // Another commit may have gone before it meanwhile.
      if (state.heldUntilUs > dueUs) return state.agenda.add(state.heldUntilUs, task);
      return takeEvent(state, task.event, task.audioMs, dueUs);
    case "idle":
      return takeIdle(state, task, dueUs);
    case "rate_limits":
      return emit(state, { type: "rate_limits.updated", rate_limits: state.options.limiter?.rows(dueUs) ?? unlimitedRows(task.usedTokens) });
    case "transcript":
      return stepTranscript(state, task.turn, dueUs);
    case "live_word":
      return sayLiveWord(state, task);
    case "expire": {
      const message = expiryText(state.options.sessionMs);
      emitFault(state, fault("session_expired", null, message));
      state.commands.push({ type: "close", code: 1001, reason: message });
    }
  }
}

/** `audioMs`: all audio that had come when the event did. */
function takeEvent(state: ConversationState, event: RawEvent, audioMs: number, atUs: number): void {
  const eventId = typeof event["event_id"] === "string" ? event["event_id"] : undefined;
  switch (event["type"]) {
    case "session.update":
      return takeSessionUpdate(state, event["session"], eventId);
    case "input_audio_buffer.commit":
      return commitAudio(state, audioMs, atUs, eventId);
    case "input_audio_buffer.clear":
      return clearAudio(state, audioMs);
    case "conversation.item.create":
      return createItem(state, event, eventId);
    case "conversation.item.truncate":
      return truncateItem(state, event, eventId);
    case "conversation.item.delete":
      return deleteItem(state, event, eventId);
    case "conversation.item.retrieve":
      return retrieveItem(state, event, eventId);
    case "response.create":
      return askForResponse(state, atUs, event["response"], eventId);
    case "response.cancel":
      return takeCancel(state, event["response_id"], atUs, eventId);
    case "session.close":
    case "session.input_audio_buffer.append":
      return emitFault(state, fault("invalid_value", "type", `Invalid value: '${event["type"]}' is for translation sessions only.`), eventId);
    case undefined:
      return emitFault(state, fault("invalid_event", null, "An event needs a 'type', and this one has none."), eventId);
    default: {
      const known = clientEventTypes.map((type) => `'${type}'`).join(", ");
      return emitFault(state, fault("invalid_value", "type", `Invalid value: '${named(event["type"])}'. Supported values are: ${known}.`), eventId);
    }
  }
}

function takeSessionUpdate(state: ConversationState, patch: unknown, eventId: string | undefined): void {
  const before = state.session;
  const wrong = configure(state, patch);
  if (wrong) return emitFault(state, wrong, eventId);
  emit(state, { type: "session.updated", session: state.session });
  listTools(state, before, eventId);
}

/** The session with the patch in it, or why it stays as it is. */
function configure(state: ConversationState, patch: unknown): Fault | undefined {
  const result = updateSession(state.session, patch, state.hasSpoken);
  if ("wrong" in result) return result.wrong;
  const before = state.session;
  state.session = result.session;
  followSession(state, before);
  return undefined;
}

function takeCancel(state: ConversationState, responseId: unknown, atUs: number, eventId: string | undefined): void {
  const response = responseId === undefined ? state.response : [state.response, ...state.beside].find((active) => active?.id === responseId);
  if (response) return cancelResponse(state, response, atUs, "client_cancelled");
  emitFault(state, fault("response_cancel_not_active", null, "Cancellation failed: no active response found"), eventId);
}

function createItem(state: ConversationState, event: RawEvent, eventId: string | undefined): void {
  const after = event["previous_item_id"] === null || event["previous_item_id"] === "" ? undefined : event["previous_item_id"];
  if (after !== undefined && after !== "root" && (typeof after !== "string" || !state.items.find(after))) {
    return emitFault(state, fault("invalid_value", "previous_item_id", `Invalid value: the item with id ${JSON.stringify(after)} does not exist.`), eventId);
  }
  const { items } = state;
  const made = newItem(event["item"], { items, isCall: items.isCall, makeId: state.options.ids.next, format: state.inputFormat, path: "item" });
  const entry = "item" in made ? admitItem(state, made) : made;
  if (!("item" in entry)) return emitFault(state, entry, eventId);
  const previous_item_id = state.items.add(entry, after);
  keepItemAudio(state, entry);
  emit(state, { type: "conversation.item.added", item: entry.item, previous_item_id });
  emit(state, { type: "conversation.item.done", item: entry.item, previous_item_id });
}

/** The id that the event names, or undefined after saying that there is none. */
function itemIdOf(state: ConversationState, event: RawEvent, eventId: string | undefined): string | undefined {
  const { item_id } = event;
  if (typeof item_id === "string") return item_id;
  emitFault(state, item_id === undefined ? missing("item_id") : wrongType("item_id", "a string", item_id).wrong, eventId);
  return undefined;
}

function truncateItem(state: ConversationState, event: RawEvent, eventId: string | undefined): void {
  const item_id = itemIdOf(state, event, eventId);
  if (item_id === undefined) return;
  const { content_index, audio_end_ms } = event;
  for (const [name, value] of Object.entries({ content_index, audio_end_ms })) {
    if (value === undefined) return emitFault(state, missing(name), eventId);
    const checked = numberFrom(0, Number.MAX_SAFE_INTEGER, "integer")(value, name, undefined);
    if ("wrong" in checked) return emitFault(state, checked.wrong, eventId);
  }
  if (isBeingSent(state, item_id)) return emitFault(state, fault("invalid_value", "item_id", "Only items of finished responses can be truncated."), eventId);
  const entry = truncated(state.items, item_id, content_index as number, audio_end_ms as number);
  if (!("item" in entry)) return emitFault(state, entry, eventId);
  state.items.replace(entry);
  emit(state, { type: "conversation.item.truncated", item_id, content_index: content_index as number, audio_end_ms: audio_end_ms as number });
}

function deleteItem(state: ConversationState, event: RawEvent, eventId: string | undefined): void {
  const item_id = itemIdOf(state, event, eventId);
  if (item_id === undefined) return;
  if (isBeingSent(state, item_id)) return emitFault(state, fault("invalid_value", "item_id", "Only items of finished responses can be deleted."), eventId);
  const removed = state.items.remove(item_id);
  if (!removed) return emitFault(state, unknownItem("delete", "deleting", item_id), eventId);
  state.createdCharacters -= removed.createdCharacters ?? 0;
  forgetItemAudio(state, item_id);
  emit(state, { type: "conversation.item.deleted", item_id });
}

function retrieveItem(state: ConversationState, event: RawEvent, eventId: string | undefined): void {
  const item_id = itemIdOf(state, event, eventId);
  if (item_id === undefined) return;
  const entry = state.items.find(item_id);
  if (!entry) return emitFault(state, unknownItem("retrieve", "retrieving", item_id), eventId);
  emit(state, { type: "conversation.item.retrieved", item: itemWithAudio(entry) });
}
