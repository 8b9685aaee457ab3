// The money of a turn, put on its row before it is written.

import type { PriceBook } from "../cost/price-book.ts";
import { priceTurn } from "../cost/price-usage.ts";
import type { TurnRow } from "../metrics/turn-row.ts";

/** The row with its price at list; null says that usage or price is unknown. A turn that never began costs nothing and has no price. */
export function priceRow(row: TurnRow, model: string, book: PriceBook): TurnRow {
  if (row.startedUs === undefined) return row;
  const priced = priceTurn({
    book,
    model,
    ...(row.effort === undefined ? {} : { effort: row.effort }),
    ...(row.usage === undefined ? {} : { usage: row.usage }),
    audioMs: { in: row.audioSentMs ?? 0, out: row.audioHeardMs ?? 0 },
    connectedMs: row.connectedMs,
  });
  return { ...row, costMicroUsd: priced === undefined ? null : Number(priced), priceList: book.name };
}
