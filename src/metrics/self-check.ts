// What the machine did to us while we measured: delay and utilisation of each thread's event loop, its pauses for garbage,
// and CPU and memory of the whole process.

import { monitorEventLoopDelay, performance, PerformanceObserver } from "node:perf_hooks";
import { createRecorder, type RecorderSnapshot } from "./histogram.ts";

/** What one thread saw of itself. */
export interface LoopCheck {
  /** How much later than asked a timer fired, ms. */
  readonly loopDelayMs: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };
  /** Share of the time that the event loop was busy, 0 to 1. */
  readonly loopUtilisation: number;
  /** Pauses for garbage collection, µs. */
  readonly gcPauses: RecorderSnapshot;
}

/** What the process cost. */
export interface ProcessCheck {
  /** CPU time of all threads by wall time; 1 is one core. */
  readonly cpuShare: number;
  readonly rssBytesMax: number;
  /** When everything had started (absent where the run ended before), and at the last look: a run that leaks ends higher than it began. */
  readonly rssBytesFirst?: number;
  readonly rssBytesLast: number;
}

const RESOLUTION_MS = 10;
const US_PER_MS = 1_000;

/** Begins watching this thread. */
export function startLoopCheck(): { stop(): LoopCheck } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const utilisationBefore = performance.eventLoopUtilization();
  const pauses = createRecorder("us");
  const collect = (entries: readonly { readonly duration: number }[]): void => entries.forEach(({ duration }) => pauses.record(duration * US_PER_MS));
  const observer = new PerformanceObserver((list) => collect(list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  return {
    stop() {
      delay.disable();
      collect(observer.takeRecords());
      observer.disconnect();
      const utilisation = performance.eventLoopUtilization(utilisationBefore);
      const ms = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
      const gcPauses = pauses.snapshot();
      pauses.destroy();
      return {
        loopDelayMs: { count: delay.count, p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
        loopUtilisation: utilisation.utilization,
        gcPauses,
      };
    },
  };
}

export interface ProcessWatch {
  /** Looks at the memory once more. */
  look(): void;
  stop(): ProcessCheck;
}

/** Linux tells it in a file: a process that has used up its descriptors can't read it, and has better things to say than to die of it. */
function rssBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

/** Begins watching this process; `nowUs` is the run's clock, and by `startedByUs` all has started that takes memory for good. */
export function startProcessCheck(nowUs: () => number, startedByUs: number): ProcessWatch {
  const cpuBefore = process.cpuUsage();
  const startUs = nowUs();
  let rssBytesFirst: number | undefined;
  let rssBytesLast = rssBytes() ?? 0;
  return {
    look() {
      rssBytesLast = rssBytes() ?? rssBytesLast;
      if (nowUs() >= startedByUs) rssBytesFirst ??= rssBytesLast;
    },
    stop() {
      const cpu = process.cpuUsage(cpuBefore);
      return {
        cpuShare: (cpu.user + cpu.system) / Math.max(1, nowUs() - startUs),
        rssBytesMax: process.resourceUsage().maxRSS * 1_024,
        ...(rssBytesFirst === undefined ? {} : { rssBytesFirst }),
        rssBytesLast,
      };
    },
  };
}
