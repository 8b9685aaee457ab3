import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeTurn, type Expected, type Happened } from "./expectations.ts";

const happened: Happened = {
  callerTranscript: "Where is my border?",
  transcriptErrors: { words: 4, wordErrors: 1, characters: 14, characterErrors: 1 },
  calls: [
    { name: "lookup_order", arguments: '{"id":"A1042","deep":{"a":[1]}}' },
    { name: "send_invoice", arguments: '{"id":"A1042"}' },
  ],
  answerTranscript: "Your order has shipped.",
  answeredMs: 1_200,
};
const found = (expected: Expected, change: Partial<Happened> = {}) => judgeTurn(expected, { ...happened, ...change });

const cases: readonly (readonly [expected: Expected, met: readonly boolean[], why: RegExp])[] = [
  [{ transcript: { wer: 0.25 } }, [true], /1 of 4 words wrong, at most 0.25: Where is my border/],
  [{ transcript: { wer: 0.2 } }, [false], /1 of 4/],
  [{ tool: { name: "lookup_order" } }, [true], /called lookup_order/],
  [{ tool: { name: "lookup_order", arguments: { id: "A1042" } } }, [true], /"id":"A1042"/],
  [{ tool: { name: "lookup_order", arguments: { deep: { a: [1] } } } }, [true], /deep/],
  [{ tool: { name: "lookup_order", arguments: { id: "a1042" } } }, [false], /lookup_order \{"id":"a1042"\} expected, called lookup_order .*, send_invoice/],
  [{ tool: { name: "lookup_order", arguments: { toString: "x" } } }, [false], /expected/],
  [{ tool: { name: "lookup_order", schema: { required: ["id"], properties: { id: { pattern: "^A" } } } } }, [true], /called/],
  [{ tool: { name: "lookup_order", schema: { additionalProperties: false, properties: { id: {} } } } }, [false], /by \{"additional/],
  [{ tool: { name: "refund" } }, [false], /refund expected, called/],
  [{ tool: [{ name: "send_invoice" }, { name: "lookup_order" }] }, [true, true], /send_invoice/],
  [{ tool: [{ name: "send_invoice" }, { name: "send_invoice" }] }, [true, false], /send_invoice/],
  [{ answer: { contains: ["ORDER has", "shipped"] } }, [true], /^Your order/],
  [{ answer: { contains: "Thursday" } }, [false], /"Thursday" not in Your order/],
  [{ answer: { matches: "ship(ped|ping)\\.$" } }, [true], /^Your order/],
  [{ answer: { contains: "shipped", matches: "^order" } }, [false], /\/\^order\/ not in/],
  [{ answeredWithinMs: 1_200 }, [true], /1200 ms, 1200 ms allowed/],
  [{ answeredWithinMs: 1_199 }, [false], /1200 ms, 1199 ms allowed/],
];
for (const [expected, met, why] of cases) {
  test(`${JSON.stringify(expected)} is ${met.map((one) => (one ? "met" : "missed")).join(", ")}`, () => {
    const judged = found(expected);
    assert.deepEqual(
      judged.map((one) => one.met),
      met,
    );
    assert.match(judged[0]?.why ?? "", why);
  });
}

test("what never came meets nothing, and each says what was missing", () => {
  const all: Expected = { transcript: { wer: 1 }, tool: { name: "refund" }, answer: { contains: "a" }, answeredWithinMs: 10 };
  const judged = judgeTurn(all, { calls: [] });
  assert.deepEqual(
    judged.map(({ what, met }) => [what, met]),
    (["transcript", "tool", "answer", "answeredWithinMs"] as const).map((what) => [what, false]),
  );
  assert.match(judged.map(({ why }) => why).join("|"), /no transcript came.*refund expected, nothing called.*no answer with a transcript.*no answer, 10 ms/);
});

test("arguments that are no JSON, or no map, are wrong and quoted; long ones are cut", () => {
  for (const text of ['{"id":', '"A1042"', "[1]"]) {
    const [judged] = found({ tool: { name: "lookup_order" } }, { calls: [{ name: "lookup_order", arguments: text }] });
    assert.equal(judged?.met, false);
    assert.ok(judged?.why.includes(text));
  }
  const [long] = found({ tool: { name: "refund" } }, { calls: [{ name: "lookup_order", arguments: "x".repeat(10_000) }] });
  assert.ok((long?.why.length ?? 0) < 500);
});
