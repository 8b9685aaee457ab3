// The few figures that stand in large type at the top of a page, each with its name and what to know of it.

import { html, type Html } from "./markup.ts";

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly tone: "good" | "warn" | "bad" | "plain";
  readonly detail: string;
  /** Over the whole row: its detail is a sentence with figures. */
  readonly isWide?: true;
}

export const factList = (facts: readonly Fact[]): Html =>
  html`<dl class="facts">
    ${facts.map(
      ({ name, value, tone, detail, isWide }) =>
        html`<div class="${isWide ? "whole-row" : "one"}">
          <dt>${name}</dt>
          <dd class="${tone}">${value}<small>${detail}</small></dd>
        </div>`,
    )}
  </dl>`;
