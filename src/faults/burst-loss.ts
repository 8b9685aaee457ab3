// Packets lost in runs, as radio loses them: a link that is good or bad and changes its mind with each packet, those sent
// again included. All are lost while it is bad. Runs have a mean of 1 / leave packets, and enter / (enter + leave) of all
// are lost. Source: E. N. Gilbert, "Capacity of a burst-noise channel" (1960), in the simple form that netem calls gemodel.

import { ok } from "../core/issues.ts";
import { wrong } from "./fault.ts";
import { percentText, shareOf } from "./percent-text.ts";
import { perDirection } from "./per-direction.ts";

export interface BurstLoss {
  /** Chance, after each packet, that a good link turns bad. */
  readonly enterShare: number;
  /** Chance, after each packet, that a bad link turns good. */
  readonly leaveShare: number;
}

export const burstLoss = perDirection<"burstLoss", BurstLoss>({
  key: "burstLoss",
  word: "burst-loss",
  sample: "2.5%/50%",
  meaning: "packets lost in runs: the chance that one begins, and that it ends, with each packet",
  read({ text, value }) {
    const [enterShare, leaveShare, ...rest] = value.split("/").map(shareOf);
    if (enterShare === undefined || leaveShare === undefined || rest.length > 0)
      return wrong(`"${text}" needs two percentages between 0% and 100%, good to bad and bad to good, as in burst-loss:2.5%/50%`);
    return ok({ enterShare, leaveShare });
  },
  write: ({ enterShare, leaveShare }) => `${percentText(enterShare)}/${percentText(leaveShare)}`,
  stage({ enterShare, leaveShare }, { random }) {
    let isBad = false;
    return {
      leavesAtUs(atUs) {
        const isLost = isBad;
        if (random.uniform() < (isBad ? leaveShare : enterShare)) isBad = !isBad;
        return isLost ? Infinity : atUs;
      },
    };
  },
});
