// A verdict in its colour.

import type { Verdict } from "../../compare/comparison.ts";
import { html, type Html } from "./markup.ts";

export const verdictTones: Readonly<Record<Verdict, "good" | "warn" | "bad">> = {
  regression: "bad",
  incomparable: "warn",
  inconclusive: "warn",
  improved: "good",
  ok: "good",
};

export const verdictWord = (verdict: Verdict): Html => html`<span class="words ${verdictTones[verdict]}">${verdict}</span>`;
