// Whether the answers were right, where the run can tell.

import type { RunRecord } from "../../result/run-result.ts";
import { accuracyOrigin, misses, pooledErrors, rightCalls, rightTurns, shareOf, tallyText, type Tally } from "../accuracy.ts";
import { viewCells } from "../cell-view.ts";
import { absent, formatCount, formatShare, oneLine } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const MISSES = 12;
const tallyCell = (found: Tally | undefined): string => (found ? `${tallyText(found)} (${formatShare(shareOf(found))})` : absent);

/** Undefined where nothing was expected and nothing written down. */
export function accuracySection(record: RunRecord): Html | undefined {
  const views = viewCells(record);
  const known = views.filter((view) => rightTurns(view) ?? pooledErrors(view));
  if (known.length === 0) return undefined;
  const rows = known.map((view) => {
    const errors = pooledErrors(view);
    return [
      view.name,
      tallyCell(rightTurns(view)),
      tallyCell(rightCalls(view)),
      errors ? formatShare(errors.wer) : absent,
      errors ? formatShare(errors.cer) : absent,
    ];
  });
  const missed = misses(known, MISSES).map(({ cell, count, clip, what, why }) => [cell, formatCount(count), oneLine(clip, 60), what, oneLine(why, 200)]);
  const origin = accuracyOrigin(record.result);
  return html`<section>
    <h2>Was it right</h2>
    ${table([left("cell"), right("turns as expected"), right("functions"), right("word errors"), right("character errors")], rows)}
    <p class="note">
      A turn is as expected when all that was expected of it came true. Errors are of the callers’ transcripts, all turns pooled, without case and punctuation
      (basic-1).${origin && ` Assumed: ${origin}.`}
    </p>
    ${
      missed.length > 0 &&
      html`<h3>What was missed</h3>
        ${table([left("cell"), right("times"), left("after"), left("expected"), left("for example")], missed)}`
    }
  </section>`;
}
