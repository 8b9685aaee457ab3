// What the cells cost, as far as it is known.

import { budgetTextOf } from "../../result/budget-text.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { isEmbedded, viewCells } from "../cell-view.ts";
import { moneyText } from "../findings.ts";
import { absent, formatCount, formatShare, formatUsd } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const usd = (value: number | undefined): string => (value === undefined ? absent : formatUsd(value));
const tokens = (value: number | undefined): string => (value === undefined ? absent : formatCount(value));

/** Undefined where neither money nor tokens are known, and no budget was kept. */
export function costSection(record: RunRecord): Html | undefined {
  const views = viewCells(record);
  const { budget } = record.result;
  if (!budget && !views.some(({ cell }) => cell.money.usd !== undefined || cell.money.inputTokensPerTurn !== undefined)) return undefined;
  const lists = [...new Set(views.map(({ cell }) => cell.money.priceList))].join(", ");
  const unpriced = views.some(({ cell }) => cell.money.unpricedTurns > 0);
  const columns = [
    left("cell"),
    right("total"),
    right("a turn"),
    right("a minute"),
    right("a call"),
    right("tokens in, a turn"),
    right("out"),
    right("cached in"),
    ...(unpriced ? [right("unpriced")] : []),
  ];
  const rows = views.map(({ name, cell: { money } }) => [
    name,
    usd(money.usd),
    usd(money.usdPerTurn),
    usd(money.usdPerMinute),
    usd(money.usdPerCall),
    tokens(money.inputTokensPerTurn),
    tokens(money.outputTokensPerTurn),
    formatShare(money.cachedInputShare),
    ...(unpriced ? [formatCount(money.unpricedTurns)] : []),
  ]);
  const summary = moneyText(views);
  return html`<section>
    <h2>What it costs</h2>
    ${table(columns, rows)}
    <p class="note">
      Price list
      ${lists}.${isEmbedded(record.result) && " Nothing was charged."}${summary && ` In short: ${summary}.`}${unpriced && " Sums leave out turns whose usage or price is unknown."}
    </p>
    ${budget && html`<p>Budget: ${budgetTextOf(budget)}.</p>`}
  </section>`;
}
