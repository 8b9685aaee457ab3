// A translation session as a state machine, like conversation.ts: inputs at instants go in, commands come out. What is said
// and when on the clock of the audio is the interpreter's; session.close lets it run on by itself until all is said.

import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import { clientEventTypes } from "../protocol/client-event.ts";
import type { TranslationServerEvent, TranslationServerEventDraft, TranslationSessionConfig } from "../protocol/translation-event.ts";
import type { Agenda } from "./agenda.ts";
import { createAgenda } from "./agenda.ts";
import type { Input } from "./conversation.ts";
import type { Command, RawEvent } from "./conversation-state.ts";
import type { Fault } from "./fault.ts";
import { errorBody, fault } from "./fault.ts";
import type { Ids } from "./ids.ts";
import type { Interpreter, InterpreterSettings } from "./interpreter.ts";
import { createInterpreter, DELTA_MS } from "./interpreter.ts";
import type { TurnKey } from "./latency-model.ts";
import type { Profile } from "./profile.ts";
import { expiresAtS, expiryText } from "./session-life.ts";
import { newTranslationSession, shortLanguage, updateTranslationSession } from "./translation-session.ts";
import type { TranslationSpeech } from "./translation-speech.ts";
import type { SaidDelta } from "./translation-truth.ts";
import { unreadableFault } from "./unreadable.ts";

/** After session.closed the client hangs up; one that does not is hung up on. Assumed. */
const HANG_UP_MS = 5_000;

export interface TranslationOptions {
  readonly model: string;
  readonly profile: Profile;
  readonly speech: TranslationSpeech;
  readonly key: Omit<TurnKey, "turn">;
  /** How the client named the call, for the truth rows. */
  readonly callName?: string;
  readonly ids: Ids;
  readonly openedAtUs: number;
  /** Calendar time, s since 1970, for expires_at. */
  readonly openedAtS: number;
  readonly sessionMs?: number;
  /** A session.update that comes before everything else: what a secret was minted for, checked then. */
  readonly defaults?: unknown;
}

type Task = { readonly type: "expire" } | { readonly type: "drain" } | { readonly type: "hang_up" };

interface State {
  readonly options: TranslationOptions;
  readonly agenda: Agenda<Task>;
  readonly interpreter: Interpreter;
  commands: Command<TranslationServerEvent>[];
  session: TranslationSessionConfig;
  isClosing: boolean;
  /** What is left to say waits for the recogniser. */
  isDrainHeld: boolean;
  /** session.closed was sent: nothing may follow it. */
  isClosed: boolean;
  isStalled: boolean;
}

export interface TranslationConversation {
  readonly sessionId: string;
  readonly appendType: "session.input_audio_buffer.append";
  step(input: Input, atUs: number): readonly Command<TranslationServerEvent>[];
  readonly nextUs: number | undefined;
}

function createState(options: TranslationOptions): State {
  const { ids, model, openedAtS, sessionMs, profile, speech, key } = options;
  const fresh = newTranslationSession({ id: ids.next("sess"), model, expiresAtS: expiresAtS(openedAtS, sessionMs) });
  const configured = options.defaults === undefined ? fresh : updateTranslationSession(fresh, options.defaults);
  const call = options.callName === undefined ? {} : { call: options.callName };
  const state: State = {
    options,
    agenda: createAgenda(),
    interpreter: createInterpreter({
      profile,
      speech,
      key,
      tell: (draft, delta) => emit(state, draft, delta),
      ask: (number, audio) => void state.commands.push({ type: "recognise", itemId: String(number), audio, format: "pcm24k" }),
      account: (row) => void state.commands.push({ type: "note", row: { v: 1, type: "translation", sessionId: state.session.id, ...call, ...row } }),
    }),
    commands: [],
    session: "session" in configured ? configured.session : fresh,
    isClosing: false,
    isDrainHeld: false,
    isClosed: false,
    isStalled: false,
  };
  return state;
}

export function createTranslation(options: TranslationOptions): TranslationConversation {
  const state = createState(options);
  function doDue(atUs: number): void {
    while ((state.agenda.nextUs ?? Infinity) <= atUs) {
      const entry = state.agenda.take();
      if (entry) doTask(state, entry.task, entry.dueUs);
    }
  }
  return {
    sessionId: state.session.id,
    appendType: "session.input_audio_buffer.append",
    get nextUs() {
      return state.agenda.nextUs;
    },
    step(input, atUs) {
      if (input.type !== "closed") doDue(atUs);
      take(state, input, atUs);
      if (input.type !== "closed") doDue(atUs);
      const { commands } = state;
      state.commands = [];
      return commands;
    },
  };
}

function emit(state: State, draft: TranslationServerEventDraft, delta?: SaidDelta): void {
  if (state.isClosed) return;
  const { type, ...rest } = draft;
  const event = { type, event_id: state.options.ids.next("event"), ...rest } as TranslationServerEvent;
  state.commands.push(delta ? { type: "send", event, stamp: { row: delta, field: "sentUs" } } : { type: "send", event });
}

function emitFault(state: State, wrong: Fault, eventId?: string): void {
  emit(state, { type: "error", error: errorBody(wrong, eventId) });
}

const settingsOf = ({ session, isStalled }: State): InterpreterSettings => ({
  language: shortLanguage(session.audio.output.language),
  isTranscribing: session.audio.input.transcription !== null,
  isStalled,
});

function take(state: State, input: Input, atUs: number): void {
  switch (input.type) {
    case "open":
      emit(state, { type: "session.created", session: state.session });
      return state.agenda.add(state.options.openedAtUs + msToUs(state.options.sessionMs ?? limits.sessionMs), { type: "expire" });
    case "audio":
      if (state.isClosing) return emitFault(state, fault("invalid_value", "type", "Audio cannot be appended after session.close."));
      return state.interpreter.hear(input.bytes, settingsOf(state), atUs);
    case "event":
      return takeEvent(state, input.event, atUs);
    case "unreadable":
    case "bad_audio":
      return emitFault(state, unreadableFault(input), "eventId" in input ? input.eventId : undefined);
    case "stalled":
      state.isStalled = true;
      return;
    case "flowing":
      state.isStalled = false;
      return;
    case "closed":
      while (state.agenda.take());
      return state.interpreter.cut();
    case "recognised":
      state.interpreter.take(Number(input.itemId), input.heard, settingsOf(state));
      if (!state.isDrainHeld) return;
      state.isDrainHeld = false;
      return state.agenda.add(atUs, { type: "drain" });
    case "transcript_lost":
    case "wake":
  }
}

function takeEvent(state: State, event: RawEvent, atUs: number): void {
  const { type } = event;
  const eventId = typeof event["event_id"] === "string" ? event["event_id"] : undefined;
  switch (type) {
    case "session.update": {
      const result = updateTranslationSession(state.session, event["session"]);
      if ("wrong" in result) return emitFault(state, result.wrong, eventId);
      state.session = result.session;
      return emit(state, { type: "session.updated", session: state.session });
    }
    case "session.close":
      if (state.isClosing) return;
      state.isClosing = true;
      state.interpreter.finish();
      return state.agenda.add(atUs, { type: "drain" });
    case undefined:
      return emitFault(state, fault("invalid_event", null, "An event needs a 'type', and this one has none."), eventId);
    default: {
      const isKnown = clientEventTypes.some((known) => known === type);
      const known = clientEventTypes.map((name) => `'${name}'`).join(", ");
      const rest = isKnown ? " is not for translation sessions." : `. Supported values are: ${known}.`;
      return emitFault(state, fault("invalid_value", "type", `Invalid value: '${String(type)}'${rest}`), eventId);
    }
  }
}

function doTask(state: State, task: Task, dueUs: number): void {
  switch (task.type) {
    case "expire": {
      const message = expiryText(state.options.sessionMs);
      emitFault(state, fault("session_expired", null, message));
      return void state.commands.push({ type: "close", code: 1001, reason: message });
    }
    case "hang_up":
      return void state.commands.push({ type: "close", code: 1000, reason: "" });
    case "drain":
      return drain(state, dueUs);
  }
}

/** After session.close: step after step, as fast as the profile drains, then session.closed. */
function drain(state: State, dueUs: number): void {
  const { interpreter, agenda, options } = state;
  if (interpreter.isWaiting) return void (state.isDrainHeld = true);
  if (!interpreter.hasMore) {
    emit(state, { type: "session.closed" });
    state.isClosed = true;
    return agenda.add(dueUs + msToUs(HANG_UP_MS), { type: "hang_up" });
  }
  interpreter.step(settingsOf(state));
  agenda.add(dueUs + msToUs(DELTA_MS / options.profile.translation.drainSpeed.value), { type: "drain" });
}
