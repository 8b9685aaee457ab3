import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { reasoningEfforts } from "../protocol/session-config.ts";
import { drawTurn } from "./latency-model.ts";
import { otherAnswer, withMistake } from "./mistakes.ts";
import { readProfile } from "./profile.ts";
import { readScript } from "./script.ts";

const calls: readonly (readonly [given: Readonly<Record<string, unknown>>, wrong: Readonly<Record<string, unknown>>])[] = [
  [{ id: "A1042" }, { id: "A1043" }],
  [{ id: "A1049" }, { id: "A1048" }],
  [{ reference: "B7K29X" }, { reference: "B7K29Y" }],
  [{ name: "Liz" }, { name: "Liy" }],
  [{ text: "Why?" }, { text: "Why" }],
  [
    { month: 10, day: 3 },
    { month: 11, day: 3 },
  ],
  [
    { sure: true, id: "a" },
    { sure: true, id: "b" },
  ],
  [{ text: "" }, { text: "" }],
];
for (const [given, wrong] of calls) {
  test(`${JSON.stringify(given)} comes out as ${JSON.stringify(wrong)}`, () => {
    assert.deepEqual(withMistake({ name: "f", arguments: given }), { name: "f", arguments: wrong });
  });
}

test("another answer is one of the script's own", () => {
  const script = orThrow(readScript("crm"));
  assert.equal(otherAnswer(script, "answer-refund"), "answer-anything-else");
  assert.equal(otherAnswer(script, "answer-anything-else"), "answer-yes");
});

test("the share of mistakes follows the profile, and what is wrong at a higher effort is wrong at every lower one", () => {
  const profile = orThrow(readProfile("realtime-2"));
  const turns = Array.from({ length: 4_000 }, (_, session) => drawTurn(profile, { seed: 1, session, call: 0, turn: 0 }));
  const wrongAt = reasoningEfforts.map((effort) => turns.filter((turn) => !turn.isRight(effort)));
  for (const [index, effort] of reasoningEfforts.entries()) {
    const share = profile.efforts[effort].wrongShare?.value ?? 0;
    assert.equal(profile.efforts[effort].wrongShare?.origin, "assumed");
    assert.ok(Math.abs((wrongAt[index]?.length ?? 0) / turns.length - share) < 0.015, effort);
    assert.ok(wrongAt[index]?.every((turn) => index === 0 || wrongAt[index - 1]?.includes(turn)));
  }
});

test("a profile that says nothing of mistakes makes none", () => {
  const exact = orThrow(readProfile("exact"));
  assert.ok(Array.from({ length: 500 }, (_, session) => drawTurn(exact, { seed: 1, session, call: 0, turn: 0 })).every((turn) => turn.isRight("minimal")));
});
