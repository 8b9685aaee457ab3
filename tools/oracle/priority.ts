// Puts this process before the machine's other work, on both sides alike: models are compared, not how well a busy machine
// shares its cores. Before the process starts threads, which inherit it.

import { existsSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";

const NICE = -15;
/** Where Linux shares the CPU by login sessions first, this is the weight of ours; run-side.ts gives each process one of its own. */
const AUTOGROUP = "/proc/self/autogroup";

/** Needs root, as the oracle does. */
export function goFirst(): void {
  setPriority(NICE);
  if (existsSync(AUTOGROUP)) writeFileSync(AUTOGROUP, String(NICE));
}
