// What the rows beside run.json hold, as JSON Schema: turns.ndjson, tool-calls.ndjson and recoveries.ndjson. Each line also has `crc`, the
// CRC-32C of what stands before it.

import { failureClasses } from "../core/failure-classes.ts";
import { always, anyOf, count, flag, list, maybe, number, object, oneOf, record, text, type Shape } from "../core/json-shape.ts";
import { recoveryCauses, recoveryRowVersion, type RecoveryRow } from "../metrics/recovery-row.ts";
import { outcomes, turnRowVersion, type ExpectationRow, type ToolCallRow, type TurnRow, type TurnUsage } from "../metrics/turn-row.ts";

/** Every row of a log is closed by it. */
interface Sealed {
  readonly crc: string;
}

const us = (what: string): Shape => number(`${what}, µs since the run's start`);
/** An instant that may not have come. */
export const at = (what: string): { readonly absentOr: Shape } => maybe(us(what));
const crc = text("CRC-32C of the line before this key, eight hex digits");
const money = anyOf([{ type: "number" }, { type: "null" }], "millionths of a dollar at list price; null where a price is unknown");
const failureClass = oneOf(failureClasses, "whose failure it was; see docs/failures.md");

const usage = object<TurnUsage>("tokens; cached ones are part of the input", {
  textIn: count("text tokens in"),
  textCached: count("of them cached"),
  audioIn: count("audio tokens in"),
  audioCached: count("of them cached"),
  textOut: count("text tokens out"),
  audioOut: count("audio tokens out"),
});

const place = {
  run: text("the run's id"),
  cell: text("the cell's id in run.json"),
  session: count("caller, from 0 in its cell"),
  call: count("calls this caller made before"),
};

/** A line of turns.ndjson. */
export const turnRowShape = object<TurnRow & Sealed>("One turn. A key that is absent was never known; nothing is zero for want of a value.", {
  v: always(turnRowVersion, "version of this row"),
  ...place,
  turn: count("turn in the call, from 0"),
  kind: oneOf(["plain", "tool"], "tool: the model called a function in it"),
  input: maybe(oneOf(["text"], "written instead of said")),
  clip: maybe(text("the clip that was said")),
  text: maybe(text("what was written")),
  effort: maybe(text("reasoning effort of the turn")),
  frameMs: number("length of the microphone frames, ms"),
  network: text("what the caller's connection suffered"),
  contextTokens: maybe(count("input tokens of the turn's last response")),
  tags: maybe(record({ type: "string" }, "the run's labels")),
  warmUp: maybe(always(true, "before the measurement: in no figure")),
  stage: maybe(count("stage of the load it began in")),
  repeat: maybe(count("which time its cell ran, from 1")),
  sessionId: maybe(text("the server's id of the session")),
  responseIds: maybe(list({ type: "string" }, "the server's ids of all responses of the turn")),
  answerId: maybe(text("the response that the answer was heard from")),
  itemId: maybe(text("the server's id of the caller's item")),
  callIds: maybe(list({ type: "string" }, "ids of function calls")),
  plannedUs: at("when the plan wanted the audio to begin"),
  startedUs: at("when it began"),
  speechStartUs: at("first voiced sample of the caller"),
  speechEndUs: at("last voiced sample of the caller"),
  speechEndFrameUs: at("when the frame with the last voiced sample was to be sent"),
  speechEndSentUs: at("when it was handed to the socket"),
  speechEndAudioMs: maybe(number("the end of that frame on the session's audio clock, ms")),
  speechStartedUs: at("input_audio_buffer.speech_started came"),
  speechStoppedUs: at("input_audio_buffer.speech_stopped came"),
  committedUs: at("the audio was committed"),
  heardStartUs: at("where the server heard the speech begin"),
  heardEndUs: at("where it heard it end"),
  firstTranscriptUs: at("first piece of the caller's transcript"),
  finalTranscriptUs: at("the whole of it"),
  responseCreatedUs: at("response.created came"),
  firstDeltaUs: at("first audio of the answer"),
  playerStartUs: at("the modelled player began"),
  audibleDeltaUs: at("the delta with the first audible sample came"),
  firstAudibleUs: at("the first audible sample was played"),
  playoutEndUs: at("the answer was played to its end"),
  responseDoneUs: at("response.done came"),
  lastDeltaUs: at("last audio of the answer"),
  audioBeforeLastUs: maybe(number("audio that had come before it, µs")),
  stalls: maybe(count("how often the player ran dry")),
  stalledUs: maybe(number("for how long in all, µs")),
  longestStallUs: maybe(number("and at most, µs")),
  minStartBufferUs: maybe(number("the start buffer that would have spared it, µs")),
  deadAirUs: maybe(number("the longest silence within the answer, µs")),
  toolCalledUs: at("the first function call's arguments were complete"),
  toolRoundTripUs: maybe(number("the longest wait from a call's arguments to its output's sending, µs")),
  fillerUs: at("first audible sample of a response that then called a function"),
  playerStoppedUs: at("the player stopped because of this turn"),
  oldAudibleEndUs: at("last audible sample of the old answer"),
  lastOldDeltaUs: at("last audio of the old answer"),
  unheardUs: maybe(number("audio of the old answer that came and was never played, µs")),
  truncateSentMs: maybe(number("what was reported as heard of it, ms")),
  truncatedMs: maybe(number("what the server says it keeps, ms")),
  backChannelUs: at("first voiced sample of a back-channel over the answer"),
  backChannelStoppedUs: at("the answer stopped because of it"),
  outcome: oneOf(outcomes, "how the turn ended"),
  failureClass: maybe(failureClass),
  failure: maybe(text("what happened, for people")),
  censoredAtMs: maybe(number("how long was waited in vain, ms since the end of speech")),
  lateAnswerMs: maybe(number("when an answer came after all, ms")),
  flags: maybe(list({ enum: ["early_endpoint", "talked_over", "late_answer", "cut_off", "recovered"] }, "what else befell it")),
  expectations: maybe(
    list(
      object<ExpectationRow>("one expectation", {
        what: oneOf(["transcript", "tool", "answer", "answeredWithinMs"], "what was expected of"),
        met: flag("whether it came to that"),
        why: text("what was found, for people"),
      }),
      "what was expected of the turn",
    ),
  ),
  transcriptErrors: maybe(
    object<NonNullable<TurnRow["transcriptErrors"]>>("the transcript of the caller against what the clip says", {
      words: count("words of the clip"),
      wordErrors: count("words wrong, missing or too many"),
      characters: count("characters of the clip"),
      characterErrors: count("characters wrong, missing or too many"),
    }),
  ),
  transcripts: maybe(
    object<NonNullable<TurnRow["transcripts"]>>("what was said, by the server", { caller: maybe(text("by the caller")), answer: maybe(text("by the model")) }),
  ),
  usage: maybe(usage),
  costMicroUsd: maybe(money),
  priceList: maybe(text("the price list it is of")),
  connectedMs: maybe(number("the turn's share of the time its call was connected, ms")),
  audioSentMs: maybe(number("audio sent for the turn, ms")),
  audioHeardMs: maybe(number("audio of the answer, ms")),
  latenessMaxUs: maybe(number("the latest frame, µs after its time")),
  framesSent: maybe(count("microphone frames")),
  framesLate: maybe(count("of them late")),
  bufferedBytesMax: maybe(count("most bytes that waited in the socket")),
  suspect: maybe(flag("this machine stood still at an instant that decides")),
  crc,
});

/** A line of tool-calls.ndjson. */
export const toolCallRowShape = object<ToolCallRow & Sealed>("One call of a function, and what it got.", {
  v: always(turnRowVersion, "version of this row"),
  ...place,
  turn: count("turn in the call, from 0"),
  callId: text("the server's id of the call"),
  responseId: text("the response that made it"),
  name: text("the function"),
  arguments: maybe(text("as the model wrote them")),
  calledUs: us("the arguments were complete"),
  delayMs: maybe(number("the wait that the scenario drew, ms")),
  outputUs: at("the output was sent"),
  output: maybe(text("what was sent")),
  result: oneOf(["value", "error", "timeout", "unknown"], "how it was answered"),
  crc,
});

/** A line of recoveries.ndjson. */
export const recoveryRowShape = object<RecoveryRow & Sealed>("One connection that a session lost, or replaced on purpose.", {
  v: always(recoveryRowVersion, "version of this row"),
  ...place,
  n: count("recovery in the call, from 0"),
  warmUp: maybe(always(true, "before the measurement: in no figure")),
  cause: oneOf(recoveryCauses, "why the old connection was given up"),
  failureClass: maybe(failureClass),
  failure: maybe(text("what happened, for people")),
  planned: maybe(always(true, "it was replaced on purpose, while it stood")),
  lostUs: us("last proof of life of the old connection"),
  detectedUs: us("when the loss was known"),
  attempts: count("connections that were dialled for it"),
  backoffMs: number("all that was waited before them, ms"),
  retryAfterMs: maybe(number("the longest wait that the server asked for, ms")),
  dialledUs: at("the last attempt was dialled"),
  openUs: at("its WebSocket was open"),
  sessionUs: at("its session was configured"),
  contextUs: at("every replayed item was acknowledged"),
  firstAudibleUs: at("first audible sample after it"),
  recovered: flag("a session stood again"),
  callEnded: maybe(always(true, "the call was over before one did")),
  audioLostUpMs: number("caller's speech that nobody ever heard, ms"),
  audioReplayedMs: number("caller's audio that was sent again, ms"),
  audioLostDownMs: maybe(number("audio of the answer that came and was never heard, ms")),
  itemsReplayed: count("items told to the new session"),
  itemsSkipped: count("items that could not be"),
  contextRestored: flag("all of the conversation is in the new session, as text"),
  modalityKept: maybe(flag("the model still answered with sound")),
  turn: maybe(count("the turn in progress")),
  turnsLost: count("turns given up because of it"),
  turnsDoubled: count("turns answered twice"),
  usage: maybe(usage),
  costMicroUsd: maybe(money),
  crc,
});
