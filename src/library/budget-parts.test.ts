import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { prepare } from "../load/prepare.ts";
import { parsedOf } from "../testing/parsed-scenario.ts";
import { budgetFor } from "./budget.ts";
import { openFixtures } from "./places.ts";

test("a part of a plan may spend its share of the budget, so that all parts together keep to it", async () => {
  const { scenario } = parsedOf("version: 1\nname: parts\ncaller: {turns: [{say: yes}]}\nbudget: {usd: 1, tokens: 100001, minutes: 30}\n");
  const prepared = orThrow(await prepare(scenario, await openFixtures(undefined), "s.yaml"));
  const of = (parts?: number) =>
    orThrow(budgetFor({ scenario, isDefault: false, prepared, source: "s.yaml", ...(parts === undefined ? {} : { parts }) }))?.limits;
  assert.deepEqual(of(), { microUsd: 1_000_000, tokens: 100_001, audioMs: 1_800_000 });
  assert.deepEqual(of(3), { microUsd: 333_333, tokens: 33_333, audioMs: 600_000 });
});

test("the first turn's bound holds the documents of its cell: a budget for the turn alone is refused, unless a cell can begin", async () => {
  const clips = await openFixtures(undefined);
  const faultOf = async (more: string): Promise<string | undefined> => {
    const { scenario } = parsedOf(
      `version: 1\nname: front\nsession: {maxOutputTokens: 64, documents: [{tokens: 10}]}\ncaller: {turns: [{say: yes}]}\nbudget: {tokens: 5000}\n${more}`,
    );
    const prepared = orThrow(await prepare(scenario, clips, "s.yaml"));
    const budget = budgetFor({ scenario, isDefault: false, prepared, source: "s.yaml" });
    return budget.ok ? undefined : budget.issues.map(({ path, message }) => `${path} ${message}`).join("\n");
  };
  assert.equal(await faultOf(""), undefined);
  assert.match(
    (await faultOf('matrix: {"session.documents[0].tokens": [6000, 7000]}\n')) ?? "",
    /^budget\.tokens 5,000 tokens can't hold a single first turn, .* 2\d,\d{3} tokens/,
  );
  assert.equal(await faultOf('matrix: {"session.documents[0].tokens": [10, 6000]}\n'), undefined);
});
