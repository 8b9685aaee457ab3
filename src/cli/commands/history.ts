// `earshot history`: what a metric did from run to run.

import { existsSync } from "node:fs";
import type { Argv, CommandModule } from "yargs";
import { didYouMean, failed, orThrow } from "../../core/issues.ts";
import { catalogue, metricIds, type MetricId } from "../../metrics/catalogue.ts";
import { historyText } from "../../report/history-text.ts";
import { outOption } from "../options.ts";
import { print } from "../output.ts";

interface HistoryArguments {
  readonly scenario?: string;
  readonly metric: string;
  readonly cell?: string;
  readonly last: number;
  readonly json: boolean;
  readonly out: string;
}

export const historyCommand: CommandModule<object, HistoryArguments> = {
  command: "history [scenario]",
  describe: "Show what a metric did from run to run",
  builder: (parser: Argv) =>
    parser
      .positional("scenario", { type: "string", describe: "Name of a scenario; default all" })
      .option("metric", { type: "string", default: "voice_to_voice", describe: "Metric, such as voice_to_voice, tool_turn, answered", requiresArg: true })
      .option("cell", { type: "string", describe: "Only cells with this in their name, such as effort=low", requiresArg: true })
      .option("last", { type: "number", default: 20, describe: "Runs shown of each cell, the newest", requiresArg: true })
      .option("json", { type: "boolean", default: false, describe: "As JSON" })
      .option("out", outOption)
      .example("$0 history", "every scenario in reports/")
      .example("$0 history quickstart --metric server_think", "one scenario, one metric")
      .example("$0 history nightly --cell effort=low --json", "for a chart of your own") as Argv<HistoryArguments>,
  handler: async (given) => {
    const { scenario, cell, last, json, out } = given;
    const metric = metricOf(given.metric);
    if (!Number.isInteger(last) || last < 1) orThrow(failed({ source: "--last", message: "must be a whole number of at least 1" }));
    if (!existsSync(out)) orThrow(failed({ source: "--out", message: `there is no folder ${out}; run something first, for example: earshot run quickstart` }));
    // Loaded here because Node 22 announces it as experimental to everybody who loads it.
    const { openHistory } = await import("../../result/history.ts");
    const history = openHistory(out);
    const found = history.entries({ metric, ...(scenario === undefined ? {} : { scenario }) });
    history.close();
    const entries = cell === undefined ? found : found.filter((entry) => entry.cell.includes(cell));
    if (entries.length === 0) {
      const known = [...new Set(found.map((entry) => entry.cell))].join(", ");
      const why =
        found.length > 0
          ? `no cell has "${cell}" in its name; there are ${known}`
          : `no finished run${scenario === undefined ? "" : ` of ${scenario}`} below ${out}`;
      orThrow(failed({ source: "history", message: why }));
    }
    print(json ? JSON.stringify(entries, null, 2) : historyText(entries, { metric, last }).trimEnd());
  },
};

function metricOf(text: string): MetricId {
  if (Object.hasOwn(catalogue, text)) return text as MetricId;
  const meant = didYouMean(text, metricIds);
  return orThrow(
    failed({ source: "--metric", message: `"${text}" is no metric${meant === undefined ? "" : `; did you mean ${meant}?`} There are ${metricIds.join(", ")}` }),
  );
}
