// Who has the network: a share of the callers, the same ones every time, spread over all of them; the others have none. It
// does nothing to a connection: the plan looks at it and gives each caller a network (plan/caller-network.ts).

import { ok } from "../core/issues.ts";
import { wrong, type Fault } from "./fault.ts";

export interface Share {
  /** Above 0, up to 1. */
  readonly of: number;
}

const example = "share:30%";

export const share: Fault<"share", Share> = {
  key: "share",
  words: [
    {
      word: "share",
      example,
      meaning: "so many of the callers have this network, the others none",
      read(term) {
        const [, percent] = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(term.value) ?? [];
        const of = Number(percent) / 100;
        return of > 0 && of <= 1 ? ok({ of }) : wrong(`"${term.text}" needs a percentage above 0% and up to 100%, as in ${example}`);
      },
    },
  ],
  join: () => undefined,
  clash: (_share, network) =>
    Object.keys(network).every((key) => key === "share" || key === "name")
      ? "share says who has a network, and there is none beside it: write, for example, lte,share:30%"
      : undefined,
  format: ({ of }) => [`share:${Number((of * 100).toFixed(4))}%`],
};
