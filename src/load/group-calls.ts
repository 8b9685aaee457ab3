// The calls of one group, each from its dialling to its row: dialled when it is wanted, or ahead of that by the pool.

import type { Clock } from "../core/clock.ts";
import type { PriceBook } from "../cost/price-book.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import { isBudgeted } from "../plan/budget-limits.ts";
import type { CallGroup, PlannedCall } from "../plan/plan.ts";
import { startCall, type CallPort, type RunningCall } from "../session/driver.ts";
import type { BudgetDesk } from "./budget-desk.ts";
import { callRow } from "./call-row.ts";
import type { Execution } from "./executor.ts";
import type { AudioKeeper } from "./kept-audio.ts";
import type { Ledger } from "./ledger.ts";
import { createPool } from "./pool.ts";
import { priceRecovery } from "./price-row.ts";
import { marksAt } from "./row-marks.ts";
import type { RunningCalls } from "./running-calls.ts";
import type { Traces } from "./traces.ts";

export interface GroupCallsPort {
  readonly runId: string;
  readonly runStartUs: number;
  readonly clock: Clock;
  readonly group: CallGroup;
  readonly prices: PriceBook;
  /** The group's own start. */
  readonly startUs: number;
  readonly running: RunningCalls;
  readonly ledger: Ledger;
  readonly traces: Traces | undefined;
  readonly audio: AudioKeeper | undefined;
  readonly desk: Pick<BudgetDesk, "begin" | "end">;
  /** How the call is dialled, and what it says. */
  wire(call: PlannedCall): Pick<CallPort, "connect" | "frames" | "documents" | "onFrame" | "onMoney" | "gate">;
  onToolCall(row: ToolCallRow): void;
  onRecovery(row: RecoveryRow): void;
  onCalls(running: number): void;
}

export interface GroupCalls extends Pick<Execution, "makeCall" | "skip"> {
  /** No call is wanted any more. */
  close(): void;
}

/** A call on its line; its rows count from when it is wanted on. */
interface Dialled {
  readonly started: RunningCall;
  readonly keepers: Keepers;
  readonly line: { isWanted: boolean; isOpen: boolean };
}

/** Who keeps what happens in a call, as one. */
interface Keepers {
  readonly ears: Pick<CallPort, "onTrace" | "sound">;
  noteRow(row: TurnRow): void;
  end(): void;
}

function keepersOf({ traces, audio }: GroupCallsPort, call: PlannedCall, dialled: Parameters<Traces["begin"]>[1]): Keepers {
  const trace = traces?.begin(call, dialled);
  const sound = audio?.begin(call);
  return {
    ears: { ...(trace ? { onTrace: trace.note } : {}), ...(sound ? { sound: sound.ear } : {}) },
    noteRow(row) {
      trace?.noteRow(row);
      sound?.noteRow(row);
    },
    end() {
      trace?.end();
      sound?.end();
    },
  };
}

/** A loss belongs where it was noticed. */
function marked({ group, runStartUs, startUs, prices }: GroupCallsPort, call: PlannedCall, row: RecoveryRow): RecoveryRow {
  const { warmUp } = marksAt(group, call, row.detectedUs + runStartUs - startUs);
  const { target, session } = call.cell.settings;
  const priced = priceRecovery(row, { model: target.model, effort: session.effort }, prices);
  return warmUp ? { ...priced, warmUp } : priced;
}

export function createGroupCalls(port: GroupCallsPort): GroupCalls {
  const { runId, runStartUs, clock, group, startUs, running, ledger } = port;
  const beganUs = ({ startedUs, plannedUs }: TurnRow): number => (startedUs ?? plannedUs ?? clock.nowUs() - runStartUs) + runStartUs - startUs;

  function dial(call: PlannedCall, { plannedUs, held }: Pick<CallPort, "plannedUs" | "held">): Dialled {
    const wire = port.wire(call);
    const hasBudget = isBudgeted(call.cell.settings);
    const counted = hasBudget && wire.documents ? { documents: wire.documents } : {};
    const keepers = keepersOf(port, call, { plannedUs, ...(held ? { held } : {}), ...counted });
    const line = { isWanted: !held, isOpen: true };
    const started = startCall({
      run: runId,
      runStartUs,
      clock,
      call,
      plannedUs,
      ...(held ? { held } : {}),
      ...wire,
      onRow(row) {
        if (!line.isWanted) return;
        const marked = { ...row, ...marksAt(group, call, beganUs(row)) };
        keepers.noteRow(marked);
        ledger.keep(marked);
      },
      onToolCall: port.onToolCall,
      onRecovery: (row) => void (line.isWanted && port.onRecovery(marked(port, call, row))),
      ...keepers.ears,
    });
    if (hasBudget) port.desk.begin(call, started);
    void started.ended.then(() => {
      line.isOpen = false;
      if (hasBudget) port.desk.end(call);
    });
    return { started, keepers, line };
  }

  const pool =
    group.pool === undefined
      ? undefined
      : createPool<Dialled>({
          clock,
          calls: group.calls,
          size: group.pool,
          dial: (call) => dial(call, { plannedUs: clock.nowUs(), held: true }),
          isOpen: ({ line }) => line.isOpen,
          hangUp: ({ started }) => started.cut("the call was not wanted"),
        });

  const offsetsUs = new Map(group.maxSessions === undefined ? [] : group.calls.map((call, index) => [call, group.startOffsetsUs[index] ?? 0]));

  return {
    async makeCall(call, plannedUs) {
      const warm = pool?.take(call);
      const { started, keepers, line } = warm ?? dial(call, { plannedUs });
      running.add(started);
      port.onCalls(running.count);
      line.isWanted = true;
      if (warm) started.want(plannedUs);
      const leave = call.untilUs === undefined ? undefined : clock.at(startUs + call.untilUs, () => running.leave(started));
      const end = await started.ended;
      leave?.();
      keepers.end();
      running.remove(started);
      port.onCalls(running.count);
      const { stage: _ofItsTurns, ...marks } = marksAt(group, call, plannedUs - startUs);
      ledger.keepCall(callRow({ call, plannedUs, end, runStartUs, marks: { ...marks, ...(warm ? { pooled: true } : {}) } }));
      return end.state.failureClass === undefined;
    },
    skip(call, reason) {
      ledger.skip(call, { ...marksAt(group, call, offsetsUs.get(call) ?? 0), ...(reason === undefined ? {} : { failure: reason }) });
    },
    close: () => pool?.close(),
  };
}
