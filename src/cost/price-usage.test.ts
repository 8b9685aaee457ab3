import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import { loadPriceBook } from "./price-book.ts";
import type { PricedTurn, Usage } from "./price-usage.ts";
import { priceTurn } from "./price-usage.ts";

const openai = orThrow(loadPriceBook("openai-2026-11"));
const article = orThrow(loadPriceBook("seed-article"));
const nothing: Usage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };

function microUsd(usage: Partial<Usage> | undefined, rest: Partial<PricedTurn> = {}): bigint | undefined {
  return priceTurn({ book: openai, model: "gpt-realtime-2", audioMs: { in: 0, out: 0 }, usage: usage && { ...nothing, ...usage }, ...rest });
}

const minuteOfUser = { audioIn: 600 };
const minuteOfAssistant = { audioOut: 1_200 };

/** Worked out by hand from the list: tokens times dollars per million are micro-dollars. */
const worked: readonly (readonly [what: string, usage: Partial<Usage>, model: string, expected: bigint])[] = [
  ["a minute of user audio, $0.0192", minuteOfUser, "gpt-realtime-2", 19_200n],
  ["a minute of assistant audio, $0.0768", minuteOfAssistant, "gpt-realtime-2", 76_800n],
  ["the same of the mini, $0.006", minuteOfUser, "gpt-realtime-2.1-mini", 6_000n],
  ["the same of the mini, $0.024", minuteOfAssistant, "gpt-realtime-2.1-mini", 24_000n],
  ["a dated snapshot as its model", minuteOfUser, "gpt-realtime-2-2026-05-06", 19_200n],
  ["text out of the older model", { textOut: 1_000 }, "gpt-realtime", 16_000n],
  [
    "all kinds, cached apart: 136*4 + 64*0.4 + 36*32 + 64*0.4 + 41*24 + 147*64 = 12,139.2",
    { textIn: 200, textCached: 64, audioIn: 100, audioCached: 64, textOut: 41, audioOut: 147 },
    "gpt-realtime-2",
    12_139n,
  ],
  ["5 * 0.06 = 0.3 is rounded down", { textIn: 5, textCached: 5 }, "gpt-realtime-2.1-mini", 0n],
  ["5 * 0.30 = 1.5 is rounded up", { audioIn: 5, audioCached: 5 }, "gpt-realtime-2.1-mini", 2n],
  ["rounded once, not each kind: 5*0.06 + 4*0.30 = 1.5", { textIn: 5, textCached: 5, audioIn: 4, audioCached: 4 }, "gpt-realtime-2.1-mini", 2n],
  ["no tokens cost nothing", {}, "gpt-realtime-2", 0n],
];

test("tokens cost what the list says, cached ones the cached price", () => {
  for (const [what, usage, model, expected] of worked) assert.equal(microUsd(usage, { model }), expected, what);
});

test("prices by the minute count audio sent, exact to the millisecond", () => {
  const translate = (ms: number): bigint | undefined => microUsd(undefined, { model: "gpt-realtime-translate", audioMs: { in: ms, out: 99 } });
  assert.equal(translate(60_000), 34_000n);
  assert.equal(translate(90_000), 51_000n);
  assert.equal(translate(1), 1n);
  assert.equal(translate(0), 0n);
});

test("the article's prices count the minute of the call and tokens of any kind by effort", () => {
  const turn = { book: article, connectedMs: 60_000 };
  const usage = { textIn: 100, audioIn: 200, textOut: 300, audioOut: 400, audioCached: 200 };
  assert.equal(microUsd(usage, { ...turn, effort: "low" }), 35_000n);
  assert.equal(microUsd(usage, { ...turn, effort: "high" }), 37_000n);
});

test("what is unknown is unpriced, never zero", () => {
  const cases: readonly (readonly [what: string, Partial<Usage> | undefined, Partial<PricedTurn>])[] = [
    ["unknown model", minuteOfUser, { model: "gpt-realtime-9" }],
    ["no usage", undefined, {}],
    ["more cached than there was", { textIn: 1, textCached: 2 }, {}],
    ["a negative count", { audioOut: -1 }, {}],
    ["half a token", { audioOut: 0.5 }, {}],
    ["an unknown effort", minuteOfUser, { book: article, effort: "xhigh", connectedMs: 1 }],
    ["no effort", minuteOfUser, { book: article, connectedMs: 1 }],
    ["no connected time", minuteOfUser, { book: article, effort: "low" }],
    ["a duration that is none", undefined, { model: "gpt-realtime-translate", audioMs: { in: NaN, out: 0 } }],
  ];
  for (const [what, usage, rest] of cases) assert.equal(microUsd(usage, rest), undefined, what);
});

test("caching never makes a turn dearer, and more tokens never make it cheaper", () => {
  const tokens = fc.nat(200_000);
  fc.assert(
    fc.property(tokens, tokens, tokens, (audioIn, audioCached, audioOut) => {
      const fresh = microUsd({ audioIn: audioIn + audioCached, audioOut }) as bigint;
      assert.ok((microUsd({ audioIn: audioIn + audioCached, audioCached, audioOut }) as bigint) <= fresh);
      assert.ok((microUsd({ audioIn: audioIn + audioCached, audioOut: audioOut + 1 }) as bigint) > fresh);
    }),
  );
});
