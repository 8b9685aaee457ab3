// Tricks for testers: what a target can do wrong on purpose, when, and in which share of turns. A script names them; here
// is what one is and how it is checked. Playing them: tricked-conversation.ts.

import type { Issue } from "../core/issues.ts";
import type { ServerEventType } from "../protocol/server-event.ts";

export type Side = "before" | "after";

export type TrickDeed =
  /** The TCP connection goes away without a close frame. */
  | { readonly type: "drop"; readonly when: Side }
  | { readonly type: "close"; readonly when: Side; readonly code: number; readonly reason: string }
  /** Nothing is read, said or answered for so long, then all at once: this session, or every session of the target. */
  | { readonly type: "freeze"; readonly when: Side; readonly ms: number }
  | { readonly type: "freezeTarget"; readonly when: Side; readonly ms: number }
  /** The event and all that follows wait for so long; the session goes on listening. */
  | { readonly type: "late"; readonly ms: number }
  /** The event is left out. */
  | { readonly type: "skip" }
  /** The event and all that follows of this response is left out, its response.done too. */
  | { readonly type: "never" }
  /** Half of the event's JSON. */
  | { readonly type: "malform" }
  | { readonly type: "duplicate" }
  /** A transcript's end becomes its failure. */
  | { readonly type: "fail" }
  /** The event comes after the one that should follow it. */
  | { readonly type: "reorder" }
  /** Reads for readMs, then not for pauseMs, and so on for forMs. */
  | { readonly type: "readSlowly"; readonly pauseMs: number; readonly readMs: number; readonly forMs: number };

export interface Trick {
  readonly name: string;
  /** Strikes once a turn, at the `nth` event of this type in it (default the first). */
  readonly at: ServerEventType;
  readonly nth?: number;
  /** Share of turns it strikes in, by the call's seed. Without it only turns whose rule names it. */
  readonly share?: number;
  readonly do: TrickDeed;
}

/** Whether such events come only once a response has begun, and so once the script's rule for it is known. */
export const isOfResponse = (at: ServerEventType): boolean => at.startsWith("response.") || at === "rate_limits.updated";

/** A rule by the turn alone is known before anything of the turn was heard. */
export const isByTurnAlone = (when: object): boolean => Object.keys(when).every((key) => key === "turn");

const TRANSCRIPT_END = "conversation.item.input_audio_transcription.completed";
const targets: readonly ServerEventType[] = [
  "session.created",
  "session.updated",
  "input_audio_buffer.speech_started",
  "input_audio_buffer.speech_stopped",
  "input_audio_buffer.committed",
  "conversation.item.added",
  "conversation.item.done",
  "conversation.item.input_audio_transcription.delta",
  TRANSCRIPT_END,
  "response.created",
  "response.output_item.added",
  "response.content_part.added",
  "response.output_text.delta",
  "response.output_text.done",
  "response.output_audio_transcript.delta",
  "response.output_audio_transcript.done",
  "response.output_audio.delta",
  "response.output_audio.done",
  "response.function_call_arguments.delta",
  "response.function_call_arguments.done",
  "response.content_part.done",
  "response.output_item.done",
  "response.done",
  "rate_limits.updated",
];

const sides = { when: (value: unknown): boolean => value === "before" || value === "after" };
const isMs = (value: unknown): boolean => typeof value === "number" && value > 0 && value <= 600_000;
const frozen = { ...sides, ms: isMs };
/** The fields of each deed, and what they may be. */
const deeds: Readonly<Record<TrickDeed["type"], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  drop: sides,
  close: {
    ...sides,
    // What a peer may send in a close frame: RFC 6455, 7.4.
    code: (value) => Number.isInteger(value) && ((value as number) >= 3_000 ? (value as number) < 5_000 : closeCodes.includes(value as number)),
    reason: (value) => typeof value === "string" && Buffer.byteLength(value) <= 123,
  },
  freeze: frozen,
  freezeTarget: frozen,
  late: { ms: isMs },
  skip: {},
  never: {},
  malform: {},
  duplicate: {},
  fail: {},
  reorder: {},
  readSlowly: { pauseMs: isMs, readMs: isMs, forMs: isMs },
};
const closeCodes = [1_000, 1_001, 1_002, 1_003, 1_007, 1_008, 1_009, 1_010, 1_011, 1_012, 1_013, 1_014];

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

/** Everything that is wrong with a script's tricks and with the rules that name them. */
export function trickIssues(script: unknown, source: string): readonly Issue[] {
  const issues: Issue[] = [];
  const say = (path: string, message: string): void => void issues.push({ source, path, message });
  const { tricks = [], rules } = fieldsOf(script);
  if (!Array.isArray(tricks)) return [{ source, path: "tricks", message: "must be a list" }];
  const names = tricks.map((trick) => fieldsOf(trick)["name"]);
  for (const [index, trick] of tricks.entries()) checkTrick(fieldsOf(trick), `tricks[${index}]`, say);
  for (const [index, name] of names.entries()) if (names.indexOf(name) !== index) say(`tricks[${index}].name`, `${String(name)} is there twice`);
  for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
    const { trick, when } = fieldsOf(rule);
    if (trick === undefined) continue;
    const at = fieldsOf(tricks[names.indexOf(trick)])["at"];
    if (!names.includes(trick)) say(`rules[${index}].trick`, `there is no trick ${JSON.stringify(trick)} in this script`);
    else if (!isByTurnAlone(fieldsOf(when)) && targets.includes(at as ServerEventType) && !isOfResponse(at as ServerEventType))
      say(`rules[${index}].trick`, `strikes at ${String(at)}, before it is known that the rule fits; name an event of the response, or fit by turn alone`);
  }
  return issues;
}

function checkTrick(trick: Fields, path: string, say: (path: string, message: string) => void): void {
  const { name, at, nth = 1, share = 0, do: deed, ...rest } = trick;
  const { type, ...fields } = fieldsOf(deed);
  const strange = Object.keys(rest)[0];
  if (strange !== undefined) say(`${path}.${strange}`, "is no field of a trick: name, at, nth, share, do");
  if (typeof name !== "string" || name === "") say(`${path}.name`, "must be text");
  if (!(targets as readonly unknown[]).includes(at)) say(`${path}.at`, `must be an event that the target sends: ${targets.join(", ")}`);
  if (!Number.isInteger(nth) || (nth as number) < 1) say(`${path}.nth`, "must be a whole number from 1");
  if (typeof share !== "number" || share < 0 || share > 1) say(`${path}.share`, "must be a number from 0 to 1");
  if (typeof type !== "string" || !Object.hasOwn(deeds, type)) return say(`${path}.do.type`, `must be one of ${Object.keys(deeds).join(", ")}`);
  if (type === "fail" && at !== TRANSCRIPT_END) say(`${path}.at`, `must be ${TRANSCRIPT_END}: only a transcript can fail`);
  const wanted = deeds[type as TrickDeed["type"]];
  for (const field of new Set([...Object.keys(wanted), ...Object.keys(fields)])) {
    if (!wanted[field]?.(fields[field])) say(`${path}.do.${field}`, Object.hasOwn(wanted, field) ? `is missing or out of range` : `is no field of ${type}`);
  }
}
