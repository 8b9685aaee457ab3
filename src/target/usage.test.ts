// What responses cost, over whole conversations of any kind: written, spoken and called, beside each other, cancelled, cut,
// deleted from and truncated, under every strategy of truncation.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import type { ResponseObject, ServerEvent } from "../protocol/server-event.ts";
import type { Usage } from "../protocol/usage.ts";
import { usageFaults } from "../protocol/usage.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { windowOf } from "./context-window.ts";
import { readProfile } from "./profile.ts";
import type { Script } from "./script.ts";

const exact = orThrow(readProfile("exact"));
const low = exact.efforts.low;
const silence = { ...exact.leadingSilenceMs, delay: { fixedMs: 700 } };
/** Some answers never come, and silence is the greater part of their audio. */
const profile = {
  ...exact,
  leadingSilenceMs: silence,
  efforts: { ...exact.efforts, low: { ...low, unansweredShare: { ...low.unansweredShare, value: 0.1 } } },
};
const script: Script = {
  version: 1,
  name: "s",
  about: "",
  rules: [{ when: { textContains: "order" }, preamble: "a", call: [{ name: "look", arguments: { id: "A1 and more" } }], say: "b" }],
  otherwise: ["a"],
};
const model = "gpt-realtime";
const window = windowOf(model).inputTokens;
const kinds: Readonly<Record<string, object>> = {
  text: { type: "input_text", text: "Hello" },
  order: { type: "input_text", text: "Where is my order?" },
  long: { type: "input_text", text: "word ".repeat(6_000) },
  image: { type: "input_image", image_url: "data:image/png;base64,AAAA" },
  audio: { type: "input_audio", audio: Buffer.alloc(48 * 1_230).toString("base64") },
};
const speech = toneBetween(1_000, 100, 600);

const most = fc.constantFrom<object>({}, {}, { max_output_tokens: 1 }, { max_output_tokens: 9 }, { max_output_tokens: 17 });
const where = fc.constantFrom<object>(
  {},
  {},
  { conversation: "none" },
  { conversation: "none", input: [{ type: "message", role: "user", content: [kinds["text"]] }] },
);
const modality = fc.constantFrom<object>({}, { output_modalities: ["text"] });
const truncations = [
  "auto",
  "disabled",
  { type: "retention_ratio", retention_ratio: 0.5 },
  { type: "retention_ratio", retention_ratio: 0.8, token_limits: { post_instructions: 9_000 } },
];

type Step =
  | { readonly do: "write"; readonly kind: string; readonly isInFront: boolean }
  | { readonly do: "respond"; readonly settings: object }
  | { readonly do: "cancel" }
  | { readonly do: "speak" }
  | { readonly do: "outputs" }
  | { readonly do: "delete" | "truncate"; readonly which: number }
  | { readonly do: "update"; readonly session: object };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("write" as const), kind: fc.constantFrom(...Object.keys(kinds)), isInFront: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("respond" as const),
      settings: fc.tuple(most, where, modality).map((parts) => Object.assign({}, ...parts) as object),
    }),
  },
  { weight: 4, arbitrary: fc.constantFrom<Step>({ do: "cancel" }, { do: "speak" }, { do: "outputs" }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("delete" as const, "truncate" as const), which: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("update" as const),
      session: fc.oneof(
        fc.constantFrom(...truncations).map((truncation) => ({ truncation })),
        fc.constantFrom("", "rule ".repeat(90)).map((instructions) => ({ instructions })),
        fc.constantFrom([], [{ type: "function", name: "look" }]).map((tools) => ({ tools })),
      ),
    }),
  },
);

/** Does the step at the instant; returns when it is over. */
function play(session: ConversationSession, ms: number, todo: Step): number {
  const send = (event: object): void => session.send(ms, event as Record<string, unknown>);
  const items = session.only("conversation.item.added").map(({ item }) => item);
  if (todo.do === "speak") return session.speak(ms, speech);
  if (todo.do === "cancel") send({ type: "response.cancel" });
  else if (todo.do === "respond") send({ type: "response.create", response: todo.settings });
  else if (todo.do === "update") send({ type: "session.update", session: { type: "realtime", ...todo.session } });
  else if (todo.do === "write") {
    const item = { type: "message", role: "user", content: [kinds[todo.kind]] };
    send({ type: "conversation.item.create", item, ...(todo.isInFront ? { previous_item_id: "root" } : {}) });
  } else if (todo.do === "outputs") {
    for (const { call_id } of session.only("response.function_call_arguments.done"))
      send({ type: "conversation.item.create", item: { type: "function_call_output", call_id, output: '{"eta":"today"}' } });
  } else {
    const wanted = todo.do === "delete" ? items : items.filter((item) => item.type === "message" && item.role === "assistant");
    const item_id = wanted[todo.which % Math.max(1, wanted.length)]?.id ?? "none";
    send(
      todo.do === "delete"
        ? { type: "conversation.item.delete", item_id }
        : { type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 120 },
    );
  }
  return ms;
}

interface Seen {
  /** How many steps of each kind the property has really seen do something. */
  readonly counts: Map<string, number>;
}

/** What must hold of one response that is done, after those before it. */
function assertUsage({ status, max_output_tokens, usage }: ResponseObject & { readonly usage: Usage }, lastTotal: number): void {
  assert.deepEqual(usageFaults(usage), []);
  if (status === "failed") assert.equal(usage.total_tokens, 0);
  assert.ok(usage.input_tokens <= window, `${usage.input_tokens} of ${window}`);
  assert.ok(usage.output_tokens <= (max_output_tokens === "inf" ? Infinity : max_output_tokens), `${usage.output_tokens} of ${max_output_tokens}`);
  assert.equal(usage.input_token_details.cached_tokens % 64, 0);
  assert.ok(usage.input_token_details.cached_tokens <= lastTotal, `${usage.input_token_details.cached_tokens} of ${lastTotal}`);
}

/** Of the whole conversation, from its events alone. `isWithinWindow`: nothing is ever left out of what is read. */
function assertConversation(events: readonly ServerEvent[], isWithinWindow: boolean, { counts }: Seen): void {
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const begun = new Map<string, { readonly lastTotal: number; readonly isBusted: boolean }>();
  const ended: string[] = [];
  let [lastTotal, lastCached, isBusted] = [0, 0, false];
  for (const event of events) {
    if (event.type === "conversation.item.deleted" || event.type === "conversation.item.truncated") count(event.type);
    isBusted ||= changesFront(event);
    if (event.type === "response.created") {
      begun.set(event.response.id, { lastTotal, isBusted });
      if (event.response.conversation_id !== null) isBusted = false;
    }
    if (event.type !== "response.done") continue;
    const { response } = event;
    ended.push(response.id);
    const [usage, from] = [response.usage, begun.get(response.id)];
    assert.ok(usage && from);
    assertUsage({ ...response, usage }, from.lastTotal);
    const isBeside = response.conversation_id === null;
    count(isBeside ? `beside ${response.status}` : response.status);
    if (response.output.some(({ type }) => type === "function_call")) count("called");
    if (isBeside) continue;
    // A failed response was not read, so what changed before it changes what the next one finds.
    if (response.status === "failed") {
      isBusted ||= from.isBusted;
      continue;
    }
    const { cached_tokens } = usage.input_token_details;
    if (isWithinWindow && !from.isBusted) {
      count("kept");
      assert.ok(cached_tokens >= lastCached, `${cached_tokens} cached after ${lastCached} with nothing changed`);
    }
    lastCached = cached_tokens;
    // Reasoning is billed and not read again; rounding may add to what is.
    lastTotal = usage.input_tokens + Math.ceil(usage.output_tokens * 1.5) + 64;
  }
  assert.deepEqual(ended.toSorted(), [...begun.keys()].toSorted());
}

/** Whether what is read may begin otherwise from here on. */
const changesFront = (event: ServerEvent): boolean =>
  ["session.updated", "conversation.item.deleted", "conversation.item.truncated"].includes(event.type) ||
  (event.type === "conversation.item.added" && event.previous_item_id === null);

test("whatever happens in a conversation, usage adds up, keeps to its limits, and is cached while nothing before it changes", () => {
  const seen: Seen = { counts: new Map() };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(900), step), { minLength: 5, maxLength: 40 }),
      fc.constantFrom(...truncations),
      fc.nat(50),
      (steps, truncation, seed) => {
        const session = openSession({ profile, speech: plainSpeech(profile, script), model, seed });
        session.send(0, { type: "session.update", session: { type: "realtime", truncation, tools: [{ type: "function", name: "look" }] } });
        let ms = 1;
        for (const [waitMs, todo] of steps) {
          session.until((ms += waitMs));
          ms = play(session, ms, todo);
        }
        session.until(ms + 70_000);
        const isLarge = (todo: Step): boolean => todo.do === "write" && (todo.kind === "long" || todo.kind === "image");
        const isWithinWindow = !steps.some(([, todo]) => isLarge(todo));
        assertConversation(
          session.said.map(({ event }) => event),
          isWithinWindow,
          seen,
        );
      },
    ),
    { numRuns: 150 },
  );
  // The property is worth what it has seen.
  const wanted = [
    "completed",
    "cancelled",
    "incomplete",
    "failed",
    "beside completed",
    "called",
    "kept",
    "conversation.item.deleted",
    "conversation.item.truncated",
  ];
  for (const what of wanted) assert.ok((seen.counts.get(what) ?? 0) >= 5, `${what}: ${JSON.stringify([...seen.counts])}`);
});
