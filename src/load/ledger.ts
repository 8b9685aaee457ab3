// What a run has to show: its rows, priced and marked as they come, and its calls.

import { redactFields } from "../core/redact.ts";
import type { PriceBook } from "../cost/price-book.ts";
import type { StallLog } from "../metrics/stall-log.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { Cell } from "../plan/matrix.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { isOpenEnded } from "../plan/plan-script.ts";
import type { CallRow } from "../result/run-result.ts";
import { skippedRow } from "../session/turn-record.ts";
import { priceRow } from "./price-row.ts";
import type { RowMarks } from "./row-marks.ts";

export interface Ledger {
  keep(row: TurnRow): void;
  keepCall(row: CallRow): void;
  /** A planned call that will not be made; the marks and the reason are its rows'. */
  skip(call: PlannedCall, more: RowMarks & { readonly failure?: string }): void;
}

export interface LedgerPort {
  readonly runId: string;
  readonly runStartUs: number;
  readonly cells: readonly Cell[];
  readonly prices: PriceBook;
  readonly stalls: StallLog;
  /** Takes keys out of what servers say. */
  readonly redact: (text: string) => string;
  /** Told each row as it is final. */
  onRow(row: TurnRow): void;
  onCall(row: CallRow): void;
}

/** Not only failures: ids, transcripts and names of events are a server's words too. */
const saidByServers = ["failure", "sessionId", "responseIds", "answerId", "itemId", "callIds", "transcripts", "expectations", "unknownEvents"];

export function createLedger({ runId, runStartUs, cells, prices, stalls, redact, onRow, onCall }: LedgerPort): Ledger {
  const modelOf = new Map(cells.map((cell) => [cell.id, cell.settings.target.model]));

  const clean = <T extends object>(row: T): T => redactFields(row, saidByServers, redact);

  function keep(row: TurnRow): void {
    const priced = priceRow(row, modelOf.get(row.cell) ?? "", prices);
    const suspect = stalls.touched(priced, runStartUs) ? { suspect: true } : {};
    onRow({ ...clean(priced), ...suspect });
  }

  return {
    keep,
    keepCall: (row) => onCall(clean(row)),
    skip(call, more) {
      // Where answers decide how many turns there are, a caller owes those that they began.
      if (isOpenEnded(call.cell.settings)) return;
      for (const planned of call.turns) keep({ ...skippedRow(runId, call, { planned, outcome: "dropped" }), ...more });
    },
  };
}
