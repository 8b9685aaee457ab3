// `earshot merge`: the runs of all the parts of one plan become one run, with its reports.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { failed, InputError, ok, orThrow, type Result } from "../../core/issues.ts";
import { mergeRuns, type Part } from "../../load/merge.ts";
import type { SegmentFindings } from "../../load/segment-run.ts";
import { closingTable } from "../../report/closing-table.ts";
import { piecesOf } from "../../result/lines-of.ts";
import { recoveryLine } from "../../result/recovery-log.ts";
import { runFiles } from "../../result/run-files.ts";
import { copySounds } from "../../result/sound-files.ts";
import { createRunFolder, readRun } from "../../result/store.ts";
import { turnLog } from "../../result/turn-log.ts";
import { outOption } from "../options.ts";
import { print } from "../output.ts";
import { unwritable } from "../../library/places.ts";
import { exitCodeOf } from "../../library/exit-code.ts";
import { writeReports } from "../../library/write-reports.ts";

interface MergeArguments {
  readonly runs: readonly string[];
  readonly out: string;
  readonly "strict-validity": boolean;
}

export const mergeCommand: CommandModule<object, MergeArguments> = {
  command: "merge <runs..>",
  describe: "Make one run of the runs of all the parts of a plan (run --segment k/n)",
  builder: (parser: Argv) =>
    parser
      .positional("runs", { type: "string", array: true, demandOption: true, describe: "Run folders, one for every part" })
      .option("strict-validity", { type: "boolean", default: false, describe: "A doubt about the figures is exit 6, not a warning" })
      .option("out", outOption)
      .example("$0 merge reports/spike/*", "all runs of a folder")
      .example("$0 run spike --segment 1/2 --start-at 2026-12-01T09:00:00Z", "on one machine, a part to merge; 2/2 on another")
      .example("$0 merge a/reports/latest b/reports/latest --out merged", "what two machines made") as unknown as Argv<MergeArguments>,
  handler: async ({ runs, out, "strict-validity": strictValidity }) => {
    const issue = unwritable(out);
    if (issue) throw new InputError([issue]);
    const parts = runs.map(readPart);
    const issues = parts.flatMap((part) => (part.ok ? [] : part.issues));
    if (issues.length > 0) throw new InputError(issues);
    const { record, rows, head } = orThrow(mergeRuns(parts.flatMap((part) => (part.ok ? [part.value] : []))));
    const folder = createRunFolder(out, head, record.scenarioYaml);
    folder.write(runFiles.turns, turnLog(rows));
    if (record.recoveries) folder.write(runFiles.recoveries, record.recoveries.map(recoveryLine).join(""));
    folder.write(runFiles.result, `${JSON.stringify(record.result, null, 2)}\n`);
    for (const name of [runFiles.toolCalls, runFiles.truth]) {
      const paths = runs.map((run) => join(run, name)).filter((path) => existsSync(path));
      if (paths.length > 0) folder.write(name, allOf(paths));
    }
    copySounds(record.result.audio?.turns ?? [], runs, folder.path);
    await writeReports(folder.path, record);
    print(closingTable(record).trimEnd());
    print(`\nreport  ${folder.path}/report.html`);
    process.exitCode = exitCodeOf(record.result, { strictValidity }, undefined);
  },
};

function readPart(source: string): Result<Part> {
  const stored = readRun(source);
  if (!stored.ok) return stored;
  if (stored.value.type === "cut") return failed({ source, message: "was killed before its end, so a part of the load is missing; run all parts again" });
  const text = readOptional(join(source, runFiles.segment));
  return ok({ source, record: stored.value.record, truth: stored.value.truth(), findings: text === "" ? undefined : (JSON.parse(text) as SegmentFindings) });
}

/** One file after another, whatever their size. */
function* allOf(paths: readonly string[]): Generator<Buffer> {
  for (const path of paths) yield* piecesOf(path);
}

const readOptional = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
