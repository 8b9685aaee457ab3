// How crowded the machine is.

import { readFileSync } from "node:fs";

/** Microseconds so far in which some task could run and had no CPU (Linux's pressure stall information), of the whole machine. */
export function waitedUs(): number | undefined {
  try {
    return Number(/some .*total=(\d+)/.exec(readFileSync("/proc/pressure/cpu", "utf8"))?.[1]);
  } catch {
    // Another system, or a kernel without it.
    return undefined;
  }
}
