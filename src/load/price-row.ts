// The money of a turn and of a recovery, put on its row before it is written.

import type { PriceBook } from "../cost/price-book.ts";
import { priceTurn } from "../cost/price-usage.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
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

/** The row with the price at list of what its replay was read for; null says that the price is unknown, and nothing that its tokens are. */
export function priceRecovery(
  row: RecoveryRow,
  { model, effort }: { readonly model: string; readonly effort?: string | undefined },
  book: PriceBook,
): RecoveryRow {
  if (row.usage === undefined) return row;
  const priced = priceTurn({ book, model, effort, usage: row.usage, audioMs: { in: 0, out: 0 }, connectedMs: 0 });
  return { ...row, costMicroUsd: priced === undefined ? null : Number(priced) };
}
