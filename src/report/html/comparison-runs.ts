// Which runs were compared, what differs between them that changes nothing, and what the instrument doubts of each.

import type { ComparedRun, Comparison } from "../../compare/comparison.ts";
import { clipped, formatSmallMs } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const TEXT_LENGTH_MAX = 300;

interface Placed {
  readonly side: string;
  readonly run: ComparedRun;
}

/** The runs of both sides; the cells of one run are one. */
function placed({ baseline, candidate }: Comparison): readonly Placed[] {
  const [only] = baseline;
  if (only && baseline.length === 1 && candidate.length === 1 && candidate[0]?.runId === only.runId) return [{ side: "both", run: only }];
  return [...baseline.map((run) => ({ side: "baseline", run })), ...candidate.map((run) => ({ side: "candidate", run }))];
}

export function runsSection(comparison: Comparison): Html {
  const runs = placed(comparison);
  const shown = (text: string): string => clipped(text, TEXT_LENGTH_MAX);
  const versions = new Set(runs.map(({ run }) => run.earshotVersion));
  return html`<section>
    <h2>What was compared</h2>
    ${table(
      [left("side"), left("run"), left("scenario"), left("started, UTC"), right("seed"), left("earshot")],
      runs.map(({ side, run }) => [
        side,
        shown(run.runId),
        shown(run.scenario),
        shown(run.startedAt.slice(0, 16).replace("T", " ")),
        String(run.seed),
        shown(run.earshotVersion),
      ]),
    )}
    <p class="note">
      Speech, instructions, tools, turn detection, audio formats, patience and the definitions of the metrics must be the same on both sides, and so must model,
      effort, frames and network of a pair. What is not is listed with its cells, as not comparable or as differing on purpose. Another seed is only another
      draw of the same. ${versions.size > 1 && html`<strong class="warn">These runs were made by different versions of earshot.</strong>`}
    </p>
  </section>`;
}

export function believedSection(comparison: Comparison): Html {
  const runs = placed(comparison);
  const doubts = runs.flatMap(({ side, run }) => run.doubts.map((doubt) => ({ of: side === "both" ? "the run" : `${side}, ${run.runId}`, doubt })));
  return html`<section>
    <h2>Can it be believed</h2>
    ${table(
      [left("side"), left("run"), left("the instrument says"), right("its own error, p99")],
      runs.map(({ side, run }) => [side, clipped(run.runId, TEXT_LENGTH_MAX), run.validity, formatSmallMs(run.instrumentErrorMs)]),
    )}
    ${
      doubts.length > 0 &&
      html`<ul class="doubts">
        ${doubts.map(({ of, doubt }) => html`<li class="${doubt.severity === "invalid" ? "bad" : "warn-line"}">${clipped(`${of}: ${doubt.message}`, TEXT_LENGTH_MAX)}<span>${clipped(doubt.remedy, TEXT_LENGTH_MAX)}</span></li>`)}
      </ul>`
    }
    ${
      comparison.notes.length > 0 &&
      html`<ul class="doubts">
        ${comparison.notes.map((note) => html`<li class="plain">${clipped(note, TEXT_LENGTH_MAX)}</li>`)}
      </ul>`
    }
  </section>`;
}
