// report.html: the whole run on one page that opens from a disk, without a network and without a script.

import type { RunRecord } from "../../result/run-result.ts";
import { viewCells } from "../cell-view.ts";
import { accuracySection } from "./accuracy-section.ts";
import { contextSection } from "./context-section.ts";
import { frameSizeSection } from "./frame-size-section.ts";
import { frontierCharts } from "./frontier-chart.ts";
import { nextSection } from "./next-section.ts";
import { slowestSection } from "./slowest-section.ts";
import { interruptionSection, toolSection } from "./conversation-section.ts";
import { costSection } from "./cost-section.ts";
import { instrumentSection, setupSection, thresholdSection } from "./instrument-section.ts";
import { fieldSection, latencySection } from "./latency-section.ts";
import { html, trusted, type Html } from "./markup.ts";
import { networkSection } from "./network-section.ts";
import { outcomeSection } from "./outcome-section.ts";
import { partsChart } from "./parts-chart.ts";
import { percentileChart } from "./percentile-chart.ts";
import { recoverySection } from "./recovery-section.ts";
import { stageSection } from "./stage-section.ts";
import { style } from "./style.ts";
import type { PageSound } from "./turn-sound.ts";
import { timelineChart } from "./timeline-chart.ts";
import { verdictSection } from "./verdict-section.ts";

/** Whatever a stranger's text should manage to smuggle in, the browser fetches and runs nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'";

const titled = (title: string, content: Html | undefined): Html | undefined =>
  content &&
  html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;

const silent: ReadonlyMap<string, PageSound> = new Map();

/** The page of a run, with the recordings of its slowest turns, by their file, where it kept any. A section without data is not there. */
export function htmlReport(record: RunRecord, sounds = silent): string {
  const views = viewCells(record);
  const { result } = record;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="generator" content="earshot ${result.earshotVersion}" />
        <title>${result.scenario} – ${result.runId}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>
          ${verdictSection(record)} ${nextSection(record)} ${latencySection(record)} ${titled("Where the time goes", partsChart(views))}
          ${titled("The slow end", percentileChart(views))} ${titled("What an effort brings", frontierCharts(views))} ${accuracySection(record)}
          ${toolSection(record)} ${interruptionSection(record)} ${stageSection(record)} ${titled("Over time", timelineChart(views))} ${fieldSection(record)}
          ${frameSizeSection(record)} ${networkSection(record)} ${recoverySection(record)} ${thresholdSection(record)} ${outcomeSection(record)}
          ${costSection(record)} ${contextSection(record)} ${instrumentSection(record)} ${slowestSection(record, sounds)} ${setupSection(record)}
          <footer>Written by earshot ${result.earshotVersion} from run ${result.runId}. The raw turns are beside this page in turns.csv.</footer>
        </main>
      </body>
    </html> `.markup;
}
