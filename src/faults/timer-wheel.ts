// When a timer of the Linux kernel really fires. Its clock ticks (a jiffy, here 4 ms), and its wheel keeps far timers in
// coarse slots, each fired at its end: a time-out of 260 ms comes up to 32 ms late, one of 3 s up to 256 ms.

export const JIFFY_US = 4_000;
/** Slots of a level, and how much coarser each level is than the one before (kernel/time/timer.c). */
const SLOTS = 63;
const COARSER = 8;

/** For a timer that is set at `fromUs` to wait so long; all instants on one clock whose ticks are multiples of the jiffy. */
export function firesAtUs(fromUs: number, waitUs: number): number {
  const waits = Math.max(0, Math.ceil(waitUs / JIFFY_US));
  const expires = Math.floor(fromUs / JIFFY_US) + waits;
  let slot = 1;
  while (waits >= SLOTS * slot) slot *= COARSER;
  return (Math.floor(expires / slot) + 1) * slot * JIFFY_US;
}
