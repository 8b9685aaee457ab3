// What else went on in this machine during a run: how busy its processors were with everything, and how much of their time
// the host took away that a virtual machine runs on. Neither shows in a process's own figures, and both make it late.

import { readFileSync } from "node:fs";

/** Shares of the time of all processors, 0 to 1. */
export interface MachineLoad {
  readonly busyShare: number;
  /** Taken by the host: for its other guests, or for going beyond a quota. */
  readonly stolenShare: number;
}

const STAT = "/proc/stat";
/** Of the line "cpu" (proc_stat(5)): user nice system idle iowait irq softirq steal. What guests of this machine had is in user. */
const FIELDS = 8;
const IDLE = 3;
const IO_WAIT = 4;
const STEAL = 7;

/** Ticks of all processors since the system started; undefined where the text holds no such line. */
export function ticksOf(stat: string): readonly number[] | undefined {
  const line = /^cpu +(\d[\d ]*)$/m.exec(stat)?.[1];
  const ticks = line?.split(" ").slice(0, FIELDS).map(Number);
  return ticks?.length === FIELDS ? ticks : undefined;
}

/** Between two readings; undefined where no time passed between them. */
export function loadBetween(before: readonly number[], after: readonly number[]): MachineLoad | undefined {
  const passed = after.map((ticks, field) => Math.max(0, ticks - (before[field] ?? 0)));
  const all = passed.reduce((sum, ticks) => sum + ticks, 0);
  if (all === 0) return undefined;
  const share = (...fields: readonly number[]): number => fields.reduce((sum, field) => sum + (passed[field] ?? 0), 0) / all;
  return { busyShare: 1 - share(IDLE, IO_WAIT, STEAL), stolenShare: share(STEAL) };
}

/** Begins watching; `stop` says what was seen, or nothing on a system without /proc. */
export function startMachineWatch(): { stop(): MachineLoad | undefined } {
  const before = readTicks();
  return {
    stop() {
      const after = readTicks();
      return before && after && loadBetween(before, after);
    },
  };
}

function readTicks(): readonly number[] | undefined {
  try {
    return ticksOf(readFileSync(STAT, "utf8"));
  } catch {
    return undefined;
  }
}
