// Packets lost one by one, each with the same chance. Nobody above TCP sees a loss: it is sent again, and what follows it
// waits, so that loss shows as delay.

import { ok } from "../core/issues.ts";
import { wrong } from "./fault.ts";
import { percentText, shareOf } from "./percent-text.ts";
import { perDirection } from "./per-direction.ts";

export interface Loss {
  readonly share: number;
}

export const loss = perDirection<"loss", Loss>({
  key: "loss",
  word: "loss",
  sample: "2%",
  meaning: "so many packets lost at random, which TCP sends again",
  read({ text, value }) {
    const share = shareOf(value);
    return share === undefined
      ? wrong(`"${text}" needs a percentage between 0% and 100%, as in loss:2%; for a link that passes nothing write blackhole@0s`)
      : ok({ share });
  },
  write: ({ share }) => percentText(share),
  stage: ({ share }, { random }) => ({ leavesAtUs: (atUs) => (random.uniform() < share ? Infinity : atUs) }),
});
