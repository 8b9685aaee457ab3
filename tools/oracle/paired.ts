// A case in which the same packets are lost on both sides: the kernel's run, frame by frame against the model on the very same
// writes, and a second run of the kernel with the same losses, which says how far two runs of one thing are apart.

import { readFileSync } from "node:fs";
import type { Case } from "./cases.ts";
import { modelDelaysUs } from "./model.ts";
import type { Way } from "./packet-log.ts";
import { readPacketLog } from "./packet-log.ts";
import type { Heard, Samples, Traces } from "./traffic.ts";

const ways = ["up", "down"] as const;
const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
/** What counts as the same delay. */
const NEAR_US = 5_000;

export interface Replay {
  /** What the model makes of it. */
  readonly samples: Samples;
  /** Model minus kernel, of each frame that counts. */
  readonly differencesUs: Readonly<Record<Way, readonly number[]>>;
}

/** Every session of the kernel's run once more, by the model. `logFile` is the emulator's. */
export function replay({ link }: Case, seed: number, { traces, logFile }: { readonly traces: Traces; readonly logFile: string }): Replay {
  const logs = readPacketLog(readFileSync(logFile, "utf8"));
  const samples: Record<Way, number[][]> = { up: [], down: [] };
  const differencesUs: Record<Way, number[]> = { up: [], down: [] };
  for (const [connection, up] of traces.up.entries()) {
    const heard = { up, down: traces.down[connection] ?? [] };
    const delaysUs = modelDelaysUs({ link, seed, connection, heard, log: logs[connection] ?? [] });
    for (const way of ways) {
      const own = heard[way].flatMap((frame, index) => pairOf(frame, delaysUs[way][index]));
      samples[way].push(own.map(({ modelUs }) => modelUs));
      for (const { modelUs, kernelUs } of own) differencesUs[way].push(modelUs - kernelUs);
    }
  }
  return { samples, differencesUs };
}

function pairOf({ counts, sentUs, receivedUs }: Heard, modelUs: number | undefined): readonly { readonly modelUs: number; readonly kernelUs: number }[] {
  return counts && modelUs !== undefined ? [{ modelUs, kernelUs: receivedUs - sentUs }] : [];
}

/** The second run's minus the first's, of each frame that both have. */
export function betweenRunsUs(first: Traces, second: Traces): Readonly<Record<Way, readonly number[]>> {
  const of = (way: Way): number[] =>
    first[way].flatMap((frames, session) => {
      const others = new Map((second[way][session] ?? []).filter(({ counts }) => counts).map((frame) => [frame.n, frame.receivedUs - frame.sentUs]));
      return frames.flatMap(({ n, counts, sentUs, receivedUs }) => {
        const other = counts ? others.get(n) : undefined;
        return other === undefined ? [] : [other - (receivedUs - sentUs)];
      });
    });
  return { up: of("up"), down: of("down") };
}

/** One line: how many frames are the same, and how the differences of all lie. */
export function differenceText(name: string, differencesUs: readonly number[]): string {
  const sorted = differencesUs.toSorted((a, b) => a - b);
  const at = (share: number): string => ((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) / 1_000).toFixed(1);
  const near = sorted.filter((us) => Math.abs(us) <= NEAR_US).length / Math.max(1, sorted.length);
  const quantiles = SHARES.map((share) => `p${share * 100} ${at(share)}`).join(", ");
  return `${name}: ${(near * 100).toFixed(1)} % of ${sorted.length} frames within ${NEAR_US / 1_000} ms; ${quantiles} ms`;
}
