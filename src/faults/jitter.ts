// Delay that varies from packet to packet, uniform within plus and minus `ms` around the delay. It may ask for a packet to
// overtake the one before; TCP never shows that, so what a reader sees is the running maximum.

import { ok } from "../core/issues.ts";
import { msToUs } from "../core/units.ts";
import type { Delay } from "./delay.ts";
import { readDelayMs } from "./delay.ts";
import { durationText } from "./duration-text.ts";
import type { PerDirection } from "./per-direction.ts";
import { perDirection } from "./per-direction.ts";

export interface Jitter {
  readonly ms: number;
}

const write = ({ ms }: Jitter): string => durationText(ms);

export const jitter = perDirection<"jitter", Jitter>({
  key: "jitter",
  word: "jitter",
  sample: "20ms",
  meaning: "uniform plus or minus around the delay",
  read(term) {
    const ms = readDelayMs(term, term.value, "jitter:20ms");
    return ms.ok ? ok({ ms: ms.value }) : ms;
  },
  write,
  clash(setting, network) {
    const delays = network["delay"] as PerDirection<Delay> | undefined;
    for (const direction of ["up", "down"] as const) {
      const here = setting[direction];
      const delayMs = delays?.[direction]?.ms ?? 0;
      if (!here || here.ms <= delayMs) continue;
      const room = `jitter:${write(here)} is more than the delay of ${durationText(delayMs)} it varies around, ${direction}wards at least`;
      return `${room}; bytes can't arrive before they are sent: write, for example, delay:${durationText(here.ms)} with it`;
    }
    return undefined;
  },
  /** Draws once a packet, so that equal seeds and equal packets give equal schedules. */
  stage({ ms }, { random }) {
    const plusMinusUs = msToUs(ms);
    return { leavesAtUs: (atUs) => atUs + Math.round((2 * random.uniform() - 1) * plusMinusUs) };
  },
});
