// How a comparison is to be read, for whoever sees one for the first time.

import type { Comparison } from "../../compare/comparison.ts";
import { formatCount } from "../format.ts";
import { html, type Html } from "./markup.ts";

const designs: Readonly<Record<Comparison["design"], string>> = {
  interleaved:
    "The cells took turns in one run. Caller i of one and caller i of the other ran side by side, and such blocks are resampled: what drifted meanwhile drifted for both.",
  two_runs:
    "The runs were made at different times, and nobody knows how far the world drifted between them: the interval has to stand out by the allowance for it.",
  run_sets: "Runs are resampled, then their sessions: how far runs of the same code lie apart is in the intervals, which are wider for so few.",
};

export const readingSection = ({ design, policy, resamples }: Comparison): Html => {
  const X = `${Math.round(policy.relative * 100)} %`;
  return html`<section>
    <h2>How to read it</h2>
    <p>
      The interval is where the change lies with 95 % certainty, from ${formatCount(resamples)} resamples of whole calls with all their turns. Where the whole
      bar is beyond ${X} (and the change above ${Math.round(policy.absoluteMs)} ms) it is a regression; where the whole bar is below ${X} it is ok, which is a
      proof and not a lack of one. Everything between is inconclusive: more callers make the bar shorter.
    </p>
    <p>${designs[design]}</p>
    <p>
      Turns without an answer rank above every answered one. Figures for information decide nothing: there are many of them, and of many looks at nothing some
      look like something. A p below 0.05, corrected for how many they are, says where to look first. docs/compare.md has the rest.
    </p>
  </section>`;
};
