// What the machine did to us while we measured: delay and utilisation of the event loop, CPU, memory.

import { monitorEventLoopDelay, performance } from "node:perf_hooks";

export interface SelfCheck {
  stop(): SelfCheckResult;
}

export interface SelfCheckResult {
  /** How much later than asked a timer fired, ms. */
  readonly loopDelayMs: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };
  /** Share of the time that the event loop was busy, 0 to 1. */
  readonly loopUtilisation: number;
  /** CPU time of this process by wall time; 1 is one core. */
  readonly cpuShare: number;
  readonly rssBytesMax: number;
}

const RESOLUTION_MS = 10;

/** Begins watching this thread and process; `nowUs` is the run's clock. */
export function startSelfCheck(nowUs: () => number): SelfCheck {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const utilisationBefore = performance.eventLoopUtilization();
  const cpuBefore = process.cpuUsage();
  const startUs = nowUs();
  return {
    stop() {
      delay.disable();
      const utilisation = performance.eventLoopUtilization(utilisationBefore);
      const cpu = process.cpuUsage(cpuBefore);
      const ms = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
      return {
        loopDelayMs: { count: delay.count, p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
        loopUtilisation: utilisation.utilization,
        cpuShare: (cpu.user + cpu.system) / Math.max(1, nowUs() - startUs),
        rssBytesMax: process.resourceUsage().maxRSS * 1_024,
      };
    },
  };
}
