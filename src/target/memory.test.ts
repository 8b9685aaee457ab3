import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import type { ResponseObject } from "../protocol/server-event.ts";
import type { Usage } from "../protocol/usage.ts";
import { usageFaults } from "../protocol/usage.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";

const profile = orThrow(readProfile("exact"));
const open = (model = "gpt-realtime"): ConversationSession => openSession({ profile, speech: plainSpeech(profile), model });
const inputLimit = 28_224;

const textItem = (words: number, id?: string): Record<string, unknown> => ({
  type: "conversation.item.create",
  item: { ...(id === undefined ? {} : { id }), type: "message", role: "user", content: [{ type: "input_text", text: "word ".repeat(words) }] },
});
const truncation = (value: unknown): Record<string, unknown> => ({ type: "session.update", session: { type: "realtime", truncation: value } });
const instructions = (words: number): Record<string, unknown> => ({
  type: "session.update",
  session: { type: "realtime", instructions: "rule ".repeat(words) },
});

/** A session with a clock of its own: everything at once, then a response to its end. */
function talk(session: ConversationSession): {
  say(...events: readonly Record<string, unknown>[]): void;
  respond(afterMs?: number): ResponseObject | undefined;
  readonly errors: () => readonly (string | null)[];
} {
  let ms = 0;
  const done = (): ResponseObject[] => session.only("response.done").map(({ response }) => response);
  return {
    say: (...events) => events.forEach((event) => session.send((ms += 1), event)),
    respond(cancelAfterMs) {
      const before = done().length;
      session.send((ms += 1), { type: "response.create", event_id: "ask" });
      if (cancelAfterMs !== undefined) session.send((ms += cancelAfterMs), { type: "response.cancel" });
      session.until((ms += 2_000));
      return done()[before];
    },
    errors: () => session.only("error").map(({ error }) => error.code),
  };
}

const usageOf = (response: ResponseObject | undefined): Usage => response?.usage as Usage;
const cachedOf = (response: ResponseObject | undefined): number => usageOf(response).input_token_details.cached_tokens;

test("a conversation that outgrows the window loses its oldest items, keeps the newest, and keeps them all retrievable", () => {
  const session = open();
  const { say, respond } = talk(session);
  say(instructions(100), textItem(10_000, "a"), textItem(10_000, "b"));
  assert.equal(usageOf(respond()).input_tokens, 130 + 26_000);
  say(textItem(5_000, "c"));
  // The first item is gone, its answer is not: 4 words in 6 tokens and 450 ms in 9.
  assert.equal(usageOf(respond()).input_tokens, 130 + 13_000 + 15 + 6_500);
  say({ type: "conversation.item.retrieve", item_id: "a" });
  assert.equal(session.only("conversation.item.retrieved")[0]?.item.id, "a");
});

test("what is left out of the front takes the cache behind the instructions with it, once, and a retention ratio makes that rarer", () => {
  const busts = (value: unknown): number => {
    const { say, respond } = talk(open());
    say(instructions(100), truncation(value));
    const cached = Array.from({ length: 30 }, () => {
      say(textItem(2_000));
      return cachedOf(respond());
    });
    assert.ok(
      cached.every((tokens, index) => index === 0 || tokens >= 128),
      String(cached),
    );
    return cached.slice(1).filter((tokens) => tokens === 128).length;
  };
  assert.deepEqual([busts("auto"), busts({ type: "retention_ratio", retention_ratio: 0.5 })], [20, 4]);
});

test("a limit of tokens after the instructions truncates earlier than the window", () => {
  const { say, respond } = talk(open("gpt-realtime-2"));
  say(instructions(100), truncation({ type: "retention_ratio", retention_ratio: 0.8, token_limits: { post_instructions: 5_000 } }));
  const inputs = Array.from({ length: 12 }, () => {
    say(textItem(500));
    return usageOf(respond()).input_tokens - 130;
  });
  assert.ok(Math.max(...inputs) <= 5_000 && Math.max(...inputs) > 4_500, String(inputs));
  assert.ok(inputs.some((tokens, index) => tokens < (inputs[index - 1] ?? 0)));
});

test("with truncation disabled, or an item too long by itself, there is an error and no response", () => {
  const session = open();
  const { say, respond, errors } = talk(session);
  say(truncation("disabled"), textItem(20_000), textItem(5_000));
  assert.equal(respond(), undefined);
  say(truncation("auto"));
  assert.equal(usageOf(respond()).input_tokens <= inputLimit, true);
  say(textItem(30_000));
  assert.equal(respond(), undefined);
  assert.deepEqual(errors(), ["context_length_exceeded", "context_length_exceeded"]);
  assert.equal(session.only("error")[0]?.error.event_id, "ask");
});

for (const [value, code, param] of [
  ["never", "invalid_value", "session.truncation"],
  [{ type: "retention_ratio" }, "missing_required_parameter", "session.truncation.retention_ratio"],
  [{ type: "ratio", retention_ratio: 0.5 }, "invalid_value", "session.truncation.type"],
  [{ type: "retention_ratio", retention_ratio: 1.5 }, "decimal_above_max_value", "session.truncation.retention_ratio"],
  [{ type: "retention_ratio", retention_ratio: 0.5, keep: 1 }, "unknown_parameter", "session.truncation.keep"],
  [{ type: "retention_ratio", retention_ratio: 0.5, token_limits: { all: 1 } }, "unknown_parameter", "session.truncation.token_limits.all"],
  [
    { type: "retention_ratio", retention_ratio: 0.5, token_limits: { post_instructions: -1 } },
    "integer_below_min_value",
    "session.truncation.token_limits.post_instructions",
  ],
] as const) {
  test(`truncation ${JSON.stringify(value)} is refused with ${code}`, () => {
    const session = open();
    session.send(0, truncation(value));
    const [wrong] = session.only("error");
    assert.deepEqual([wrong?.error.code, wrong?.error.param], [code, param]);
  });
}

test("an early item that is deleted or truncated breaks the cache there, a retrieved one does not", () => {
  const cachedAfter = (...events: readonly Record<string, unknown>[]): number => {
    const session = open();
    const { say, respond } = talk(session);
    say(instructions(100), textItem(100, "first"));
    const answer = respond()?.output[0]?.id;
    say(textItem(100));
    respond();
    say(...events.map((event) => (event["item_id"] === "answer" ? { ...event, item_id: answer } : event)), textItem(100));
    return cachedOf(respond());
  };
  // Instructions 130, items of 130, answers of 15 tokens.
  assert.equal(cachedAfter({ type: "conversation.item.retrieve", item_id: "first" }), Math.floor((130 + 130 + 15 + 130 + 15) / 64) * 64);
  assert.equal(cachedAfter({ type: "conversation.item.delete", item_id: "first" }), 128);
  assert.equal(cachedAfter({ type: "conversation.item.truncate", item_id: "answer", content_index: 0, audio_end_ms: 100 }), 256);
});

test("a truncated answer costs the tokens of what was heard, a deleted one nothing", () => {
  const session = open();
  const { say, respond } = talk(session);
  say(instructions(100), textItem(100));
  const item_id = respond()?.output[0]?.id;
  assert.equal(usageOf(respond()).input_tokens, 130 + 130 + 15);
  say({ type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 100 });
  assert.equal(usageOf(respond()).input_tokens, 130 + 130 + 2 + 15);
  say({ type: "conversation.item.delete", item_id });
  assert.equal(usageOf(respond()).input_tokens, 130 + 130 + 15 + 15);
});

test("a cancelled response is billed for what it generated: the whole input, and the audio that was sent", () => {
  const { say, respond } = talk(open());
  say(instructions(100), textItem(100));
  const early = respond(100);
  assert.deepEqual([early?.status, usageOf(early).input_tokens, usageOf(early).output_tokens], ["cancelled", 260, 0]);
  // Thinking takes 300 ms; the first delta holds 100 ms of silence and 100 of sound, the next comes 25 ms later.
  const late = respond(310);
  assert.deepEqual([late?.status, usageOf(late).output_token_details.audio_tokens, cachedOf(late)], ["cancelled", 4, 256]);
});

test("a client cannot make a session keep more than its bound, and the session goes on", () => {
  const session = open();
  const { say, respond, errors } = talk(session);
  for (let count = 0; count < 5; count++) say(textItem(800_000));
  assert.deepEqual(errors(), ["invalid_value"]);
  assert.equal(session.only("conversation.item.done").length, 4);
  say(textItem(1));
  const response = respond();
  assert.deepEqual([response?.status, errors().length, usageOf(response).input_tokens < 100], ["completed", 1, true]);
});

type Step =
  | { readonly do: "say"; readonly words: number }
  | { readonly do: "respond"; readonly cancelAfterMs?: number }
  | { readonly do: "delete" | "truncate" };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("say" as const), words: fc.integer({ min: 1, max: 9_000 }) }),
  fc.constant({ do: "respond" as const }),
  fc.record({ do: fc.constant("respond" as const), cancelAfterMs: fc.integer({ min: 0, max: 500 }) }),
  fc.constant({ do: "delete" as const }),
  fc.constant({ do: "truncate" as const }),
);
const anyTruncation = fc.oneof(
  fc.constant("auto"),
  fc.record({
    type: fc.constant("retention_ratio"),
    retention_ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    token_limits: fc.record({ post_instructions: fc.nat(30_000) }),
  }),
);

test("whatever is said, deleted, truncated and cancelled: usage keeps its rules, the input stays within the window, the cache within the last input", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 25 }), anyTruncation, (steps, kind) => {
      const session = open();
      const { say, respond } = talk(session);
      say(truncation(kind));
      let lastRead = 0;
      for (const step of steps) {
        const items = session.only("conversation.item.done");
        if (step.do === "say") say(textItem(step.words));
        else if (step.do === "delete") say({ type: "conversation.item.delete", item_id: items[0]?.item.id ?? "none" });
        else if (step.do === "truncate") {
          const answer = items.findLast(({ item }) => item.type === "message" && item.role === "assistant")?.item.id ?? "none";
          say({ type: "conversation.item.truncate", item_id: answer, content_index: 0, audio_end_ms: 50 });
        } else {
          const response = respond("cancelAfterMs" in step ? step.cancelAfterMs : undefined);
          if (!response) continue;
          const usage = usageOf(response);
          assert.deepEqual(usageFaults(usage), []);
          assert.ok(usage.input_tokens <= inputLimit, String(usage.input_tokens));
          assert.equal(cachedOf(response) % 64, 0);
          assert.ok(cachedOf(response) <= lastRead, `${cachedOf(response)} of ${lastRead}`);
          lastRead = usage.total_tokens;
        }
      }
    }),
    { numRuns: 60 },
  );
});
