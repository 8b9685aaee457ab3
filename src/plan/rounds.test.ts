import assert from "node:assert/strict";
import { test } from "node:test";
import type { Load } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { scenarioWith } from "../testing/scenario.ts";
import type { Material } from "./material.ts";
import { planOf, type PlannedCall } from "./plan.ts";
import type { ClipTimes } from "./planned-turn.ts";
import { withRoundsDrawn } from "./rounds.ts";
import { reactionOf, redialOf, turnOf } from "./turn-of.ts";

const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
const clips: ReadonlyMap<string, ClipTimes> = new Map(ids.map((id, index) => [id, { durationMs: 1_000 + index, speechStartMs: 0, speechEndMs: 900 }]));
const material: Material = { sets: new Map([["crm ", ids]]), feeders: [ids.map((id, index) => ({ clip: id, name: `caller ${index}` }))] };
const load: Load = { model: "closed", sessions: 2, calls: 1, durationMs: 60_000 };
const drawing: Partial<Scenario["caller"]> = {
  turns: [{ say: { set: "crm", order: "shuffled" } }, { text: "I am ${feed:name}." }],
  reactions: [{ when: { heard: "name" }, text: "${feed:name}", times: 9 }],
  feeders: [{ file: "x.csv", order: "sequential" }],
};

const callsOf = (caller: Partial<Scenario["caller"]>, change: Partial<Load> = {}): readonly PlannedCall[] =>
  planOf(scenarioWith({ load: { ...load, ...change }, caller }), clips, material).groups.flatMap((group) => group.calls);

const saidIn = (call: PlannedCall, turns: number): readonly string[] =>
  Array.from({ length: turns }, (_, turn) => turnOf(call, turn)).map((turn) => turn?.clip ?? turn?.text ?? "");

test("each round of the script draws anew: nobody hears a clip twice before every clip was said, and rows go on where they were", () => {
  const calls = callsOf({ ...drawing, repeat: "turns" });
  const said = calls.map((call) => saidIn(call, 8));
  assert.deepEqual(
    said.map((words) => words.filter((_, index) => index % 2 === 1)),
    [
      ["I am caller 0.", "I am caller 2.", "I am caller 4.", "I am caller 6."],
      ["I am caller 1.", "I am caller 3.", "I am caller 5.", "I am caller 7."],
    ],
  );
  assert.deepEqual(new Set(said.flatMap((words) => words.filter((_, index) => index % 2 === 0))), new Set(ids));
  assert.deepEqual(
    callsOf({ ...drawing, repeat: "turns" }).map((call) => saidIn(call, 8)),
    said,
  );
});

test("what a function answers and what a reaction says is of the round too", () => {
  const [call] = callsOf({ ...drawing, repeat: "turns" }) as [PlannedCall];
  assert.deepEqual([call.feed?.["name"], turnOf(call, 1)?.feed, turnOf(call, 3)?.feed?.["name"]], ["caller 0", undefined, "caller 2"]);
  assert.deepEqual(
    [0, 1, 2, 5].map((turn) => reactionOf(call, 0, turn)?.text),
    ["caller 0", "caller 0", "caller 2", "caller 4"],
  );
});

test("the repeats of a run, and its warm-up, have rounds that nobody else has", () => {
  const calls = callsOf({ ...drawing, repeat: "turns" }, { sessions: 1, repeat: 2, warmUp: { sessions: 1 } });
  const rows = calls.flatMap((call) => [turnOf(call, 1)?.text, turnOf(call, 3)?.text]);
  assert.equal(calls.length, 4);
  assert.equal(new Set(rows).size, rows.length, rows.join(" "));
});

test("who calls again draws anew in every call", () => {
  const [call] = callsOf({ ...drawing, repeat: "call" }) as [PlannedCall];
  const again = redialOf(call);
  assert.deepEqual([again.call, again.feed?.["name"], again.turns[1]?.text, redialOf(again).feed?.["name"]], [1, "caller 2", "I am caller 2.", "caller 4"]);
  const bare = callsOf({ turns: [{ say: "a" }], repeat: "call" })[0] as PlannedCall;
  assert.deepEqual([redialOf(bare).turns[0]?.clip, bare.anew], ["a", undefined]);
});

test("an account of a call has its rounds written out, and says the same without what they were drawn from", () => {
  const [call] = callsOf({ ...drawing, repeat: "turns" }) as [PlannedCall];
  const kept = JSON.parse(JSON.stringify(withRoundsDrawn(call, 4))) as PlannedCall;
  assert.equal(kept.anew, undefined);
  assert.equal(kept.rounds?.length, 3);
  assert.deepEqual(saidIn(kept, 8), saidIn(call, 8));
});
