import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { articleCall, estimateCall } from "./estimate-call.ts";
import { loadPriceBook } from "./price-book.ts";

test("the article's example costs what it says at medium effort, and a cent less or more at the others", () => {
  assert.deepEqual(articleCall(), [
    { effort: "low", usd: 0.35 },
    { effort: "medium", usd: 0.36 },
    { effort: "high", usd: 0.37 },
  ]);
});

test("by the article's own prices, switching the effort moves its bill by 5.4 % at most, not by a quarter", () => {
  const [low, , high] = articleCall().map(({ usd }) => usd) as [number, number, number];
  assert.equal((((high - low) / high) * 100).toFixed(1), "5.4");
});

test("a call of an unknown model has no estimate", () => {
  const usage = { textIn: 0, textCached: 0, audioIn: 600, audioCached: 0, textOut: 0, audioOut: 0 };
  const call = { book: orThrow(loadPriceBook("openai-2026-11")), effort: "low", minutes: 1, usage };
  assert.equal(estimateCall({ ...call, model: "gpt-realtime-9" }), undefined);
  assert.equal(estimateCall({ ...call, model: "gpt-realtime-2" }), 19_200n);
});
