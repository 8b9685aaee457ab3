import assert from "node:assert/strict";
import { test } from "node:test";
import { clips, scenarioWith } from "../testing/scenario.ts";
import { callerNetwork } from "./caller-network.ts";
import { planOf } from "./plan.ts";

const who = (share: string, seed: number, callers: number): string[] =>
  Array.from({ length: callers }, (_, session) => callerNetwork(`lte,share:${share}`, seed, session));

test("without a share everybody has the network", () => {
  assert.equal(callerNetwork("lte", 1, 7), "lte");
  assert.deepEqual(new Set(who("100%", 1, 50)), new Set(["lte"]));
});

test("a share of the callers has it, near enough in any stretch of them", () => {
  for (const seed of [1, 2, 3, 99]) {
    const networks = who("30%", seed, 1_000);
    assert.deepEqual(new Set(networks), new Set(["lte", "none"]));
    for (let from = 0; from < 1_000; from += 50) {
      const having = networks.slice(from, from + 50).filter((network) => network === "lte").length;
      assert.ok(having >= 13 && having <= 17, `seed ${seed}, callers from ${from}: ${having} of 50`);
    }
  }
});

test("it is the same callers every time, and others under another seed", () => {
  assert.deepEqual(who("30%", 1, 100), who("30%", 1, 100));
  assert.notDeepEqual(who("30%", 1, 100), who("30%", 2, 100));
});

test("in every cell and call the same callers have their cell's network", () => {
  const scenario = scenarioWith({
    load: { model: "closed", sessions: 10, calls: 2 },
    matrix: { network: ["delay:80ms,share:40%", "elevator,share:40%"], "session.effort": ["low", "high"] },
  });
  const calls = planOf(scenario, clips).groups.flatMap((group) => group.calls);
  assert.equal(calls.length, 80);
  const badOf = (cell: string): Set<number> => new Set(calls.filter((call) => call.cell.id === cell && call.network !== "none").map((call) => call.session));
  const cells = [...new Set(calls.map((call) => call.cell.id))];
  assert.equal(cells.length, 4);
  for (const cell of cells) assert.deepEqual(badOf(cell), badOf(cells[0] ?? ""));
  assert.ok(badOf(cells[0] ?? "").size >= 3 && badOf(cells[0] ?? "").size <= 5);
  for (const { session, network, cell } of calls) {
    const own = cell.settings.network.replace(",share:40%", "");
    assert.equal(network, badOf(cell.id).has(session) ? own : "none");
  }
});
