// A link that swallows everything for a while, without FIN or RST: the half-open connection of an elevator or a dead NAT
// entry. What enters meanwhile is lost; what entered before is in flight and arrives. TCP sends the lost again, waiting
// twice as long each time, so that the first byte comes up to about as long after the outage as the outage lasted.

import type { Fault } from "./fault.ts";
import { formatOccasion, lastsUntilUs, type Occasion } from "./occasion.ts";
import { joinOccasions, readOccasions, settledOnes, settleOccasions } from "./timed.ts";

const example = "blackhole@5s+3s";

/** By the time they begin; several are fine. One at 0 never lets a connection come about. */
export const blackhole: Fault<"blackholes", readonly Occasion[]> = {
  key: "blackholes",
  words: [
    {
      word: "blackhole",
      example,
      meaning: "nothing passes, from 5 s after the call's first dial for 3 s (without +3s for ever; with /30s again every 30 s)",
      read: (term) => readOccasions(term, term.value, { lasts: true, example }),
    },
  ],
  join: joinOccasions,
  format: (blackholes) => blackholes.map((occasion) => `blackhole@${formatOccasion(occasion)}`),
  settle: settleOccasions,
  stage(blackholes, { originUs }) {
    const all = settledOnes(blackholes);
    return { leavesAtUs: (atUs) => (all.some((occasion) => lastsUntilUs(occasion, originUs, atUs) !== undefined) ? Infinity : atUs) };
  },
};
