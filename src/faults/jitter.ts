// Delay that varies from packet to packet around the fixed one. It may ask for a packet to overtake the one before; TCP
// never shows that, so what a reader sees is the running maximum, and packets keep their order here already.

import { ok } from "../core/issues.ts";
import type { Random } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Delay } from "./delay.ts";
import { readDelayMs } from "./delay.ts";
import { durationText } from "./duration-text.ts";
import { wrong } from "./fault.ts";
import type { PerDirection } from "./per-direction.ts";
import { perDirection } from "./per-direction.ts";

/** How it is spread; each has a mean of 0, but for what the bound below takes off the tail of pareto (2 % of `ms`). */
type Shape = "uniform" | "normal" | "pareto";

export interface Jitter {
  /** Uniform: the most it varies either way. Else the standard deviation. */
  readonly ms: number;
  readonly shape: Shape;
}

const example = "jitter:20ms/normal";
/** No draw lies further out, as in netem's tables: a tail without end would be an outage now and then. */
const DEVIATIONS_MAX = 4;
/** Of the Pareto distribution. At 3 it still has a standard deviation, this one, around this mean. */
const PARETO_SHAPE = 3;
const PARETO_MEAN = 1.5;
const PARETO_DEVIATION = Math.sqrt(0.75);

const bounded = (deviations: number): number => Math.max(-DEVIATIONS_MAX, Math.min(DEVIATIONS_MAX, deviations));

/** One draw, in multiples of `ms`. */
const draws: Readonly<Record<Shape, (random: Random) => number>> = {
  uniform: (random) => 2 * random.uniform() - 1,
  normal: (random) => bounded(random.normal()),
  pareto: (random) => bounded(((1 - random.uniform()) ** (-1 / PARETO_SHAPE) - PARETO_MEAN) / PARETO_DEVIATION),
};

const write = ({ ms, shape }: Jitter): string => durationText(ms) + (shape === "uniform" ? "" : `/${shape}`);

export const jitter = perDirection<"jitter", Jitter>({
  key: "jitter",
  word: "jitter",
  sample: "20ms",
  meaning: "plus or minus around the delay, uniform; 20ms/normal or 20ms/pareto: with this standard deviation",
  read(term) {
    const [duration = "", shape = "uniform", ...rest] = term.value.split("/");
    if (rest.length > 0 || !isShape(shape))
      return wrong(`"${term.text}" is spread in no known way: write nothing, /normal or /pareto behind the duration, as in ${example}`);
    const ms = readDelayMs(term, duration, "jitter:20ms");
    return ms.ok ? ok({ ms: ms.value, shape }) : ms;
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
  stage({ ms, shape }, { random }) {
    const us = msToUs(ms);
    const draw = draws[shape];
    return { leavesAtUs: (atUs) => atUs + Math.round(draw(random) * us) };
  },
});

const isShape = (text: string): text is Shape => Object.hasOwn(draws, text);
