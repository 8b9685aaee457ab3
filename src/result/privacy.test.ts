import assert from "node:assert/strict";
import { test } from "node:test";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { unexplainedTextTokens } from "../report/unexplained-text.ts";
import { createVeil, fingerprintOf } from "./privacy.ts";

const base = syntheticRun({ sessions: 1, turns: 1 }).turns[0] as TurnRow;
const spoken: TurnRow = {
  ...base,
  text: "my number is 4711",
  transcripts: { caller: "the caller's secret", answer: "the answer's secret" },
  expectations: [
    { what: "answer", met: false, why: "shipped not in the answer's secret" },
    { what: "answeredWithinMs", met: true, why: "900 ms, 3000 ms allowed" },
  ],
  transcriptErrors: { words: 3, wordErrors: 1, characters: 12, characterErrors: 2 },
};
const called: ToolCallRow = {
  v: 1,
  run: "r",
  cell: "all",
  session: 0,
  call: 0,
  turn: 0,
  callId: "call_1",
  responseId: "resp_1",
  name: "lookup",
  arguments: '{"id":"secret"}',
  calledUs: 1,
  output: '{"secret":1}',
  result: "value",
};
const secrets = /secret|4711/;

test("full keeps rows as they are", () => {
  const veil = createVeil("full");
  assert.deepEqual([veil.turn(spoken), veil.toolCall(called)], [spoken, called]);
});

test("hash leaves equal texts equal and readable to nobody, none leaves nothing, and figures stay in both", () => {
  const hashed = createVeil("hash").turn(spoken);
  assert.deepEqual(hashed.transcripts, { caller: fingerprintOf("the caller's secret"), answer: fingerprintOf("the answer's secret") });
  assert.match(createVeil("hash").toolCall(called).arguments ?? "", /^sha256:[0-9a-f]{12}$/);
  const none = createVeil("none");
  assert.deepEqual(
    Object.keys(none.toolCall(called)).filter((key) => key === "arguments" || key === "output"),
    [],
  );
  assert.equal("transcripts" in none.turn(spoken) || "text" in none.turn(spoken), false);
  for (const privacy of ["hash", "none"] as const) {
    const veil = createVeil(privacy);
    assert.doesNotMatch(JSON.stringify([veil.turn(spoken), veil.toolCall(called)]), secrets);
    assert.deepEqual(veil.turn(spoken).transcriptErrors, spoken.transcriptErrors);
    assert.deepEqual(
      veil.turn(spoken).expectations?.map(({ met }) => met),
      [false, true],
    );
    assert.equal(veil.turn(spoken).firstAudibleUs, spoken.firstAudibleUs);
  }
});

test("a row without words gets none, and a fingerprint is not counted as a word", () => {
  const { transcripts: _none, ...silent } = base;
  assert.deepEqual(createVeil("hash").turn(silent), silent);
  assert.notEqual(unexplainedTextTokens([{ ...spoken, kind: "plain" }]), undefined);
  assert.equal(unexplainedTextTokens([createVeil("hash").turn(spoken)]), undefined);
});
