// The openai package's types as a judge of ours, by the compiler: `npm run check` fails where one of our events is none of
// theirs. Required fields, names and literals are held; fields of ours that theirs don't have are not, and neither is what
// is `unknown` there. At run time event-judge.ts holds every event that was sent to the same list of names.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealtimeClientEvent, RealtimeServerEvent, RealtimeTranslationServerEvent } from "openai/resources/realtime/realtime";
import type { ClientEvent } from "../protocol/client-event.ts";
import type { ServerEvent } from "../protocol/server-event.ts";
import type { TranslationServerEvent } from "../protocol/translation-event.ts";
import { publishedNames } from "../testing/published-names.ts";

/** Fields that hold an explicit null where the published types only let them be absent, and why ours do. */
interface NullForAbsent {
  noise_reduction: "captured: a session lists what is off";
  transcription: "captured: a session lists what is off";
  include: "captured: a session lists what is off";
  conversation_id: "the documentation: null for a response outside the conversation";
  status_details: "captured: null until a response ended badly";
  usage: "captured: null until a response is done";
  transcript: "captured: the agents package throws without the key";
  audio: "null for audio that is not kept";
  code: "a server's error has none";
  language: "captured: a transcription lists what is not set";
  prompt: "captured: a transcription lists what is not set";
  previous_item_id: "clients may say null for the end of the conversation";
}

/** Ours as it would be theirs: without `readonly`, which theirs never say, and without those nulls. */
type Published<T> = T extends readonly (infer Item)[]
  ? Published<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Published<Key extends keyof NullForAbsent ? Exclude<T[Key], null> : T[Key]> }
    : T;

interface Misshapen {
  readonly item: { type: "conversation.item.added"; event_id: string; item: { type: "message"; role: "user"; content: { type: "audio" }[] } };
  readonly delta: { type: "session.output_transcript.delta"; event_id: string };
  readonly update: { type: "session.update"; session: { instructions: string } };
}

const judges = {
  said: (event: Published<ServerEvent>): RealtimeServerEvent => event,
  translated: (event: Published<TranslationServerEvent>): RealtimeTranslationServerEvent => event,
  asked: (event: Published<ClientEvent>): RealtimeClientEvent => event,
  // That the compiler would notice:
  // @ts-expect-error A part's type inside an item.
  item: (event: Misshapen["item"]): RealtimeServerEvent => event,
  // @ts-expect-error A delta without its text.
  delta: (event: Misshapen["delta"]): RealtimeTranslationServerEvent => event,
  // @ts-expect-error A session without its type.
  update: (event: Misshapen["update"]): RealtimeClientEvent => event,
} as const;

test("the compiler holds our events to the openai package's types, and every name of theirs is known where events are judged", () => {
  assert.equal(Object.keys(judges).length, 6);
  assert.equal(publishedNames.size, 46 + 4);
});
