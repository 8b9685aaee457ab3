// The way out of the door: from one instant on the old network is gone without FIN or RST, for a while no connection can be
// made, and then they are made over another network. Connections from before never find out by themselves.

import { ok } from "../core/issues.ts";
import { msToUs } from "../core/units.ts";
import { wrong, type Fault } from "./fault.ts";
import { formatOccasion, type Occasion } from "./occasion.ts";
import { readOccasions, settledOnes, settleOccasions } from "./timed.ts";

export interface SwitchOver {
  /** Its length is the time in which no connection can be made. */
  readonly when: Occasion;
  /** Name of the network that follows. */
  readonly to: string;
}

const example = "switch@20s+3s/lte";

export const switchOver: Fault<"switch", SwitchOver> = {
  key: "switch",
  words: [
    {
      word: "switch",
      example,
      meaning: "from then on connections are dead without a word; new ones can be made 3 s later, over the network of that name",
      read(term) {
        const [when = "", to = "", more] = term.value.split("/");
        if (!/^[a-z0-9-]+$/.test(to) || more !== undefined) return wrong(`"${term.text}" is not how switch is written: write, for example, ${example}`);
        const occasions = readOccasions(term, when, { lasts: true, example });
        if (!occasions.ok) return occasions;
        const [occasion] = occasions.value;
        return occasion?.forMs === undefined
          ? wrong(`"${term.text}" does not say for how long no connection can be made: write, for example, ${example}`)
          : ok({ when: occasion, to });
      },
    },
  ],
  join: () => undefined,
  format: ({ when, to }) => [`switch@${formatOccasion(when)}/${to}`],
  settle: ({ when, to }, random) => ({ when: settleOccasions([when], random)[0] ?? when, to }),
  stage({ when }, { originUs }) {
    const atUs = beginsUs(when, originUs);
    return { leavesAtUs: (enteredUs) => (enteredUs >= atUs ? Infinity : enteredUs) };
  },
};

const beginsUs = (when: Occasion, originUs: number): number => originUs + msToUs(settledOnes([when])[0]?.atMs ?? 0);

/** Once it has happened: how long a dial must wait, µs, and for which network. */
export function afterSwitch({ when, to }: SwitchOver, originUs: number, dialledUs: number): { readonly to: string; readonly waitUs: number } | undefined {
  const [occasion] = settledOnes([when]);
  const atUs = beginsUs(when, originUs);
  if (dialledUs < atUs) return undefined;
  return { to, waitUs: Math.max(0, atUs + msToUs(occasion?.forMs ?? 0) - dialledUs) };
}
