// The level of what is always there under a call: the quietest it was lately. Words have pauses and soft sounds between
// them, so they don't raise it; a steady bed has none, and is known as soon as the look back holds nothing else.

import { HOP_MS } from "./hop-level.ts";

export interface NoiseFloor {
  /** Takes the level of the next hop, dBFS. */
  add(dbfs: number): void;
  /** Takes so many hops of digital silence, however many at once. */
  addSilence(hops: number): void;
  /** Nothing lately was quieter than this, dBFS. */
  readonly dbfs: number;
}

/** Before anything is heard, and never less: digital silence. */
const QUIETEST_DBFS = -90;
/** Single hops of noise fall below its mean; so many together hardly do. */
const BLOCK_HOPS = 100 / HOP_MS;

/** `lookBackMs`: how far, of what is added. */
export function createNoiseFloor(lookBackMs: number): NoiseFloor {
  const blocks = new Float64Array(lookBackMs / (BLOCK_HOPS * HOP_MS)).fill(QUIETEST_DBFS);
  let at = 0;
  let hops = 0;
  let sum = 0;
  let floor = QUIETEST_DBFS;
  const mostHops = (blocks.length + 1) * BLOCK_HOPS;

  function add(dbfs: number): void {
    sum += dbfs;
    if (++hops < BLOCK_HOPS) return;
    blocks[at] = sum / hops;
    at = (at + 1) % blocks.length;
    hops = 0;
    sum = 0;
    floor = Infinity;
    for (const block of blocks) floor = Math.min(floor, block);
  }

  return {
    add,
    addSilence(added) {
      // Once every block is silent, more silence only moves where the next block begins.
      const counted = added <= mostHops ? added : mostHops + ((added - mostHops) % BLOCK_HOPS);
      for (let hop = 0; hop < counted; hop++) add(QUIETEST_DBFS);
    },
    get dbfs() {
      return floor;
    },
  };
}
