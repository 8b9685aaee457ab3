// Which sessions a resample is made of. The unit that is drawn is the one whose chance the interval is to tell of: sessions of one
// run, runs and then their sessions, or the blocks in which two interleaved cells took turns.

import type { Random } from "../core/random.ts";
import type { ClusteredSamples } from "./clusters.ts";

/** Sets how often each session is in the next resample. */
export type Resampler = (weights: Uint32Array) => void;

/** Sessions with replacement, of one run. */
export function resampleSessions({ sizes }: ClusteredSamples, random: Random): Resampler {
  return (weights) => {
    weights.fill(0);
    for (let draw = 0; draw < sizes.length; draw++) add(weights, random.integer(sizes.length));
  };
}

/** Runs with replacement, and of each run drawn its sessions with replacement: what differs from run to run is chance as well. */
export function resampleRuns({ runs }: ClusteredSamples, random: Random): Resampler {
  const members = [...Map.groupBy(runs.keys(), (index) => runs[index] as number).values()];
  return (weights) => {
    weights.fill(0);
    for (let draw = 0; draw < members.length; draw++) {
      const sessions = members[random.integer(members.length)] as readonly number[];
      for (let inRun = 0; inRun < sessions.length; inRun++) add(weights, sessions[random.integer(sessions.length)] as number);
    }
  };
}

/**
 * Blocks with replacement: a block is what bears the same number in both arms, which ran side by side. Both arms must be
 * given equal `blocks` and equal streams, so that they draw the same ones: what befell both at once then tells nothing of their difference.
 */
export function resampleBlocks({ sessions }: ClusteredSamples, blocks: readonly number[], random: Random): Resampler {
  const clusterOf = new Map(Array.from(sessions, (session, index) => [session, index] as const));
  const clusters = Int32Array.from(blocks, (block) => clusterOf.get(block) ?? -1);
  return (weights) => {
    weights.fill(0);
    for (let draw = 0; draw < clusters.length; draw++) {
      const found = clusters[random.integer(clusters.length)] as number;
      if (found >= 0) add(weights, found);
    }
  };
}

/** The blocks that either arm has a sample of. */
export const blocksOf = (...arms: readonly ClusteredSamples[]): number[] => [...new Set(arms.flatMap(({ sessions }) => [...sessions]))].sort((a, b) => a - b);

const add = (weights: Uint32Array, index: number): void => void (weights[index] = (weights[index] as number) + 1);
