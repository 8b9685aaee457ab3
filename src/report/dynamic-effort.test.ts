import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun } from "../testing/run-record.ts";
import { viewCells, type CellView } from "./cell-view.ts";
import { dynamicEffortTexts } from "./dynamic-effort.ts";

const [plain] = viewCells(syntheticRun({ sessions: 2, turns: 1 }));

/** A cell of that effort whose turns cost so much. */
function cell(effort: string, usdPerTurn: number | undefined, frameMs = 20): CellView {
  assert.ok(plain);
  const { usdPerTurn: _before, ...money } = plain.cell.money;
  const axes = { effort, frameMs };
  return { ...plain, cell: { ...plain.cell, effort, axes, money: { ...money, ...(usdPerTurn === undefined ? {} : { usdPerTurn }) } } };
}

test("a policy is held against the highest single effort of the same other axes, and says what it saved or cost", () => {
  const views = [cell("low", 0.004), cell("high", 0.01), cell("xhigh", 0.02, 40), cell("dynamic", 0.006)];
  const [text, ...rest] = dynamicEffortTexts(views);
  assert.deepEqual(rest, []);
  assert.match(text ?? "", /^dynamic effort saves 40 % of the money of high \(\$0\.0060 against \$0\.010 a turn\), median [\d,]+ against [\d,]+ ms/);
  assert.match(dynamicEffortTexts([cell("low", 0.004), cell("dynamic", 0.005)])[0] ?? "", /^dynamic effort costs 25 % more than low/);
});

test("without a neighbour or a price nothing is said", () => {
  assert.deepEqual(dynamicEffortTexts([cell("dynamic", 0.006)]), []);
  assert.deepEqual(dynamicEffortTexts([cell("high", undefined), cell("dynamic", 0.006)]), []);
  assert.deepEqual(dynamicEffortTexts([cell("low", 0.004), cell("high", 0.01)]), []);
});
