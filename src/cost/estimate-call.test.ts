import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { callByEffort, estimateCall } from "./estimate-call.ts";
import { loadPriceBook } from "./price-book.ts";

const article = orThrow(loadPriceBook("seed-article"));
const openai = orThrow(loadPriceBook("openai-2026-11"));

test("the article's call of ten minutes and 10,000 tokens costs $0.36 at medium, and efforts move it by 2 cents of 37", () => {
  assert.deepEqual(callByEffort(article, "gpt-realtime-2", { minutes: 10, tokens: 10_000 }), [
    { effort: "low", usd: 0.35 },
    { effort: "medium", usd: 0.36 },
    { effort: "high", usd: 0.37 },
  ]);
});

test("a list that prices kinds of tokens apart does not price tokens of any kind", () => {
  assert.deepEqual(callByEffort(openai, "gpt-realtime-2", { minutes: 10, tokens: 10_000 }), []);
});

test("an effort without a price leaves the call unpriced, never free", () => {
  const usage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 10_000, audioOut: 0 };
  assert.equal(estimateCall({ book: article, model: "gpt-realtime-2", effort: "xhigh", minutes: 10, usage }), undefined);
});

test("a call of a known model is priced by its tokens, one of an unknown model not at all", () => {
  const usage = { textIn: 0, textCached: 0, audioIn: 600, audioCached: 0, textOut: 0, audioOut: 0 };
  const call = { book: openai, effort: "low", minutes: 1, usage };
  assert.equal(estimateCall({ ...call, model: "gpt-realtime-2" }), 19_200n);
  assert.equal(estimateCall({ ...call, model: "gpt-realtime-9" }), undefined);
});
