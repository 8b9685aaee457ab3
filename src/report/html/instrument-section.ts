// The instrument's account of itself, its doubts with their remedies, and what the run was made on.

import { isQuantileBacked } from "../../metrics/quantile.ts";
import type { Instrument, RunRecord, RunResult } from "../../result/run-result.ts";
import { checkText } from "../findings.ts";
import { clipped, formatCount, formatMegabytes, formatShare, formatSmallMs } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const TEXT_LENGTH_MAX = 300;

const ms = (value: number | undefined): string | undefined => (value === undefined ? undefined : formatSmallMs(value));
const megabytes = (bytes: number | undefined): string | undefined => (bytes === undefined ? undefined : formatMegabytes(bytes));

/** Name and value of everything that is known; what is not known has no row. */
function accountOf(instrument: Instrument): (readonly [string, string])[] {
  const { lateness, loopDelay, truthError, canary } = instrument;
  const rows: (readonly [string, string | undefined])[] = [
    ["microphone frames sent", formatCount(instrument.framesSent)],
    ["of them late", formatCount(instrument.framesLate)],
    ["frame lateness p50", ms(lateness.p50)],
    ["frame lateness p99", ms(lateness.p99)],
    ["frame lateness at most", ms(lateness.max)],
    ["own error p50 (measured less true)", ms(truthError?.p50)],
    ["own error p99, either way", ms(truthError?.absoluteP99)],
    [
      "own error from .. to",
      truthError?.min === undefined || truthError.max === undefined ? undefined : `${formatSmallMs(truthError.min)} .. ${formatSmallMs(truthError.max)}`,
    ],
    ["turns the target’s account confirms", truthError && formatCount(truthError.count)],
    ["turns it does not know", truthError && formatCount(truthError.unmatched)],
    ["canaries beside the calls", canary && (canary.sessions === 0 ? "switched off" : formatCount(canary.sessions))],
    ["turns of theirs that were measured", canary && canary.sessions > 0 ? formatCount(canary.count) : undefined],
    ["canary error p50 (measured less true)", ms(canary?.p50)],
    ["canary error p99, either way", canary && isQuantileBacked(canary.count, 0.99) ? ms(canary.p99) : undefined],
    ["canary error at most, either way", ms(canary?.max)],
    ["event loop busy", instrument.loopUtilisation === undefined ? undefined : formatShare(instrument.loopUtilisation)],
    ["event loop delay p99", ms(loopDelay?.p99)],
    ["processor time", instrument.cpuShare === undefined ? undefined : formatShare(instrument.cpuShare)],
    ["whole machine busy", instrument.machine && formatShare(instrument.machine.busyShare)],
    ["taken by its host", instrument.machine && formatShare(instrument.machine.stolenShare)],
    ["memory once all had started", megabytes(instrument.rssBytesFirst)],
    ["memory at the end", megabytes(instrument.rssBytesLast)],
    ["memory at most", megabytes(instrument.rssBytesMax)],
    ["unsent bytes in a socket at most", instrument.bufferedBytesMax === undefined ? undefined : formatCount(instrument.bufferedBytesMax)],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
}

export function instrumentSection({ result, turns }: RunRecord): Html {
  const { validity } = result;
  const check = checkText(result);
  const suspect = turns.filter((row) => row.suspect).length;
  return html`<section>
    <h2>Can it be believed</h2>
    <p>
      The instrument calls this run
      <strong>${validity.verdict}</strong
      >.${suspect > 0 && ` ${formatCount(suspect)} turns met a stall of its own.`}${result.droppedRows > 0 && ` ${formatCount(result.droppedRows)} damaged rows were left out.`}
    </p>
    ${
      validity.doubts.length > 0 &&
      html`<ul class="doubts">
        ${validity.doubts.map((doubt) => html`<li class="${doubt.severity === "invalid" ? "bad" : "warn-line"}">${clipped(doubt.message, TEXT_LENGTH_MAX)}<span>${clipped(doubt.remedy, TEXT_LENGTH_MAX)}</span></li>`)}
      </ul>`
    }
    ${table([left("the instrument"), right("this run")], accountOf(result.instrument))}
    ${check !== undefined && html`<p>The newest check of this machine against known delays: ${check}.</p>`}
  </section>`;
}

export function thresholdSection({ result }: RunRecord): Html | undefined {
  if (result.thresholds.length === 0) return undefined;
  const rows = result.thresholds.map(({ text, cell, actual, passed }) => [
    clipped(text, TEXT_LENGTH_MAX),
    clipped(cell, TEXT_LENGTH_MAX),
    clipped(actual, TEXT_LENGTH_MAX),
    passed ? html`<span class="good">met</span>` : html`<span class="bad">missed</span>`,
  ]);
  return html`<section>
    <h2>Thresholds</h2>
    ${table([left("threshold"), left("cell"), left("found"), left("result")], rows)}
  </section>`;
}

/** Whose code and whose run it was, as far as the run knows. */
function originOf({ revision, tags, resumes, merged }: RunResult): string[][] {
  const known: readonly (readonly [string, string | undefined])[] = [
    ["commit", revision?.commit],
    ["branch", revision?.branch],
    ["job", revision?.job],
    ["goes on with run", resumes],
    ["made of runs", merged?.join(", ")],
    ...Object.entries(tags).map(([tag, value]) => [`tag ${tag}`, value] as const),
  ];
  return known.flatMap(([name, value]) => (value === undefined ? [] : [[clipped(name, TEXT_LENGTH_MAX), clipped(value, TEXT_LENGTH_MAX)]]));
}

export function setupSection({ result, scenarioYaml }: RunRecord): Html {
  const { environment, identity } = result;
  const machine = [
    ["Node", environment.node],
    ["system", `${environment.os}, ${environment.arch}`],
    ["processor", `${environment.cpu}, ${formatCount(environment.cores)} cores`],
    ["memory", formatMegabytes(environment.memoryBytes)],
    ["turn detection", identity.turnDetection],
    ["audio", identity.inputFormat],
    ["order of cells", result.plan.order === "blocks" ? "interleaved in blocks" : "one after another"],
    ["callers at once", formatCount(result.plan.concurrency)],
    ...originOf(result),
  ];
  return html`<section>
    <h2>What was run, and on what</h2>
    ${table([left("setting"), left("value")], machine)}
    ${
      scenarioYaml !== "" &&
      html`<details>
        <summary>The scenario, every default filled in</summary>
        <pre>${scenarioYaml}</pre>
      </details>`
    }
  </section>`;
}
