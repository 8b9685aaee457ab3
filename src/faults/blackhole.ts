// A link that swallows everything for a while, without FIN or RST: the half-open connection of an elevator or a dead NAT
// entry. What enters meanwhile is lost; what entered before is in flight and arrives. TCP sends the lost again, waiting
// twice as long each time, so that the first byte comes up to about as long after the outage as the outage lasted.

import { ok } from "../core/issues.ts";
import { msToUs } from "../core/units.ts";
import { durationText } from "./duration-text.ts";
import type { Fault } from "./fault.ts";
import { wrong } from "./fault.ts";
import { readInstantsMs } from "./instant-text.ts";

export interface Blackhole {
  /** From the dial, so that a black hole at 0 never lets a connection come about. */
  readonly atMs: number;
  /** Absent: for ever. */
  readonly forMs?: number;
}

const example = "blackhole@5s+3s";

/** By the time they begin; several are fine. */
export const blackhole: Fault<"blackholes", readonly Blackhole[]> = {
  key: "blackholes",
  words: [
    {
      word: "blackhole",
      example,
      meaning: "nothing passes, from 5 s after the dial for 3 s; without +3s for ever",
      read(term) {
        const parts = term.value.split("+");
        if (parts.length > 2) return wrong(`"${term.text}" needs durations with a unit, ms or s, as in ${example}`);
        const instantsMs = readInstantsMs(term, parts, example);
        if (!instantsMs.ok) return instantsMs;
        const [atMs = 0, forMs] = instantsMs.value;
        if (forMs === 0) return wrong(`"${term.text}" lasts no time: leave it out, or write a duration above 0`);
        return ok([{ atMs, ...(forMs !== undefined && { forMs }) }]);
      },
    },
  ],
  join: (first, second) => [...first, ...second].toSorted((a, b) => a.atMs - b.atMs),
  format: (blackholes) => blackholes.map(({ atMs, forMs }) => `blackhole@${durationText(atMs)}${forMs === undefined ? "" : `+${durationText(forMs)}`}`),
  stage(blackholes, { originUs }) {
    const windows = blackholes.map(({ atMs, forMs }) => {
      const fromUs = originUs + msToUs(atMs);
      return { fromUs, untilUs: forMs === undefined ? Infinity : fromUs + msToUs(forMs) };
    });
    return { leavesAtUs: (atUs) => (windows.some(({ fromUs, untilUs }) => atUs >= fromUs && atUs < untilUs) ? Infinity : atUs) };
  },
};
