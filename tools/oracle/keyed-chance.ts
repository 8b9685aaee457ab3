// Chance that is a function of what it decides about: equal keys, equal draws, in whatever order they are asked for. The same
// arithmetic as in emulator.c, with SplitMix64 (Steele, Lea, Flood 2014) for both the key and the draws.

export type Key = bigint;

const mask = 0xffff_ffff_ffff_ffffn;
const STEP = 0x9e3779b97f4a7c15n;

function mixed(word: bigint): bigint {
  let z = word;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return z ^ (z >> 31n);
}

/** `key` with whole numbers from 0 added to it, one after another. */
export function keyed(key: Key, ...words: readonly number[]): Key {
  return words.reduce((state, word) => mixed(((state ^ BigInt(word)) + STEP) & mask), key);
}

/** Draws above 0 and at most 1. */
export function drawsOf(key: Key): () => number {
  let state = key;
  return () => {
    state = (state + STEP) & mask;
    return (Number(mixed(state) >> 11n) + 1) / 2 ** 53;
  };
}
