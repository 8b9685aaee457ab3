// How latency and money grow with the conversation: by its size, and turn by turn.

import type { RunRecord } from "../../result/run-result.ts";
import { contextClasses, turnClasses, type TurnClass } from "../context-size.ts";
import { absent, formatCount, formatQuantile, formatShare, formatUsd } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const TURNS_SHOWN = 12;

const figures = ({ turns, p50, p90, usdPerTurn, cachedShare }: TurnClass): string[] => [
  formatCount(turns),
  formatQuantile(p50),
  formatQuantile(p90),
  usdPerTurn === undefined ? absent : formatUsd(usdPerTurn),
  formatShare(cachedShare),
];
const figureColumns = [right("turns"), right("p50, ms"), right("p90, ms"), right("a turn"), right("cached in")];

/** Whether any cell has several classes: one class alone is the cell. */
const tells = (classes: readonly TurnClass[]): boolean => classes.length > new Set(classes.map(({ view }) => view)).size;

/** Undefined where calls have one turn each, and all of one size. */
export function contextSection(record: RunRecord): Html | undefined {
  const [bySize, byTurn] = [contextClasses(record), turnClasses(record)];
  if (!tells(bySize) && !tells(byTurn)) return undefined;
  const first = byTurn.filter(({ firstTurn }) => firstTurn < TURNS_SHOWN);
  return html`<section>
    <h2>As the conversation grows</h2>
    ${
      tells(bySize) &&
      html`<h3>by the size of the context</h3>
        ${table(
          [left("cell"), left("input tokens"), ...figureColumns],
          bySize.map((found) => [found.view.name, `${formatCount(found.fromTokens)} - ${formatCount(found.belowTokens)}`, ...figures(found)]),
        )}`
    }
    ${
      tells(byTurn) &&
      html`<h3>by the turn of the call</h3>
        ${table(
          [left("cell"), right("turn"), ...figureColumns],
          first.map((found) => [found.view.name, formatCount(found.firstTurn + 1), ...figures(found)]),
        )}`
    }
    <p class="note">
      Input tokens of a turn’s last response; voice-to-voice of turns without a
      function.${first.length < byTurn.length && ` The first ${TURNS_SHOWN} turns of a call.`} All of it as data: context.csv.
    </p>
  </section>`;
}
