// What to do next, right below the verdicts.

import type { RunRecord } from "../../result/run-result.ts";
import { oneLine } from "../format.ts";
import { nextSteps } from "../next-steps.ts";
import { html, type Html } from "./markup.ts";

const TEXT_LENGTH_MAX = 400;
const tones = { bad: "bad", warn: "warn-line", plain: "plain" } as const;

/** The name of a metric keeps its small letter. */
const sentence = (text: string): string => {
  const line = oneLine(text, TEXT_LENGTH_MAX);
  const begun = /^[a-z]+(?![\w_])/.test(line) ? `${line.slice(0, 1).toUpperCase()}${line.slice(1)}` : line;
  return /[.…]$/.test(begun) ? begun : `${begun}.`;
};

export function nextSection(record: RunRecord): Html {
  return html`<section class="next">
    <h2>What to do next</h2>
    <ul class="doubts">
      ${nextSteps(record).map(({ tone, found, todo }) => html`<li class="${tones[tone]}">${sentence(found)}<span>${sentence(todo)}</span></li>`)}
    </ul>
  </section>`;
}
