// The few figures that stand in large type at the top of a page, each with its name and what to know of it.

import { html, type Html } from "./markup.ts";

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly tone: "good" | "warn" | "bad" | "plain";
  readonly detail: string;
}

export const factList = (facts: readonly Fact[]): Html =>
  html`<dl class="facts">
    ${facts.map(
      ({ name, value, tone, detail }) =>
        html`<div>
          <dt>${name}</dt>
          <dd class="${tone}">${value}<small>${detail}</small></dd>
        </div>`,
    )}
  </dl>`;
