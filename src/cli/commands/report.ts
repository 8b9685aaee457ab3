// `earshot report`: makes the reports of a stored run anew, also of one that was killed.

import { basename, dirname, join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { orThrow } from "../../core/issues.ts";
import { recoverRun } from "../../result/recover.ts";
import { writeWhole } from "../../result/row-files.ts";
import { runFiles } from "../../result/run-files.ts";
import { readRun, readTraces } from "../../result/store.ts";
import { closingTable } from "../../report/closing-table.ts";
import { print } from "../output.ts";
import { judgeObjectives } from "../../library/objectives.ts";
import { startSecondWriter } from "../../library/second-writer.ts";
import { writeReports } from "../../library/write-reports.ts";

interface ReportArguments {
  readonly run: string;
  readonly share: string | undefined;
  readonly objective: readonly string[] | undefined;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: "report <run>",
  describe: "Make the reports of a run again, also of one that was killed",
  builder: (parser: Argv) =>
    parser
      .positional("run", { type: "string", demandOption: true, describe: "Run folder, for example reports/latest" })
      .option("share", {
        type: "string",
        describe: "Write a copy for strangers into this folder: no words, arguments, ids, tags or addresses",
        requiresArg: true,
      })
      .option("objective", {
        type: "string",
        array: true,
        describe: "Name the cheapest setting that meets this with 95 % confidence; may be given several times",
        requiresArg: true,
      })
      .example("$0 report reports/latest", "the newest run")
      .example("$0 report reports/quickstart/20261122-141756-a3f", "an older one")
      .example("$0 report reports/example", "the example in the repository")
      .example('$0 report reports/latest --objective "voice_to_voice p90 < 1800ms"', "the cheapest effort that is fast enough for sure")
      .example("$0 report reports/latest --share for-all", "a copy that may be shown to anybody") as Argv<ReportArguments>,
  handler: async ({ run, share, objective = [] }) => {
    const folder = basename(run) === runFiles.result ? dirname(run) : run;
    const traces = readTraces(folder);
    // Rows that are measured anew from their traces are only here; those of the log, another thread can read.
    const startSecond = () => (traces.length === 0 ? startSecondWriter(folder) : undefined);
    // Nothing is written before it is known that what is asked can be answered.
    const early = objective.length === 0 ? startSecond() : undefined;
    const stored = orThrow(readRun(run));
    const found = stored.type === "whole" ? stored.record : recoverRun(stored);
    // Loaded on use, here and below: neither is wanted often, and both bring what makes calls or reads scenarios.
    const { record: asMade, summary } = traces.length === 0 ? { record: found } : (await import("../rederive.ts")).rederive(found, traces);
    const record = objective.length === 0 ? asMade : { ...asMade, objectives: orThrow(judgeObjectives(asMade, objective)) };
    const second = early ?? startSecond();
    if (stored.type === "cut") writeWhole(join(folder, runFiles.result), `${JSON.stringify(record.result, null, 2)}\n`);
    await writeReports(folder, record, second?.names);
    await second?.done;
    print(closingTable(record).trimEnd());
    if (summary !== undefined) print(`traces            ${summary}`);
    print(`\nreport  ${join(folder, "report.html")}`);
    if (share === undefined) return;
    const { shareRun } = await import("../share-run.ts");
    await shareRun(record, { from: folder, to: share });
    const heard = record.result.audio?.turns.length ?? 0;
    const silenced = heard > 0 ? `, and without the sound of ${heard} ${heard === 1 ? "turn" : "turns"}` : "";
    print(`shared  ${join(share, "report.html")}    without words, arguments, ids, tags and addresses${silenced}; look at it before it goes out`);
  },
};
