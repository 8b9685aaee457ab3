// `earshot compare`: did it get slower? Two runs, or the cells of one.

import { writeFileSync } from "node:fs";
import type { Argv, CommandModule } from "yargs";
import { compareCells, compareRuns } from "../../compare/compare-runs.ts";
import { variables, type Variable } from "../../compare/pair.ts";
import type { Comparison, Verdict } from "../../compare/comparison.ts";
import { exitCodes, type ExitCode } from "../../core/exit-codes.ts";
import { failed, orThrow } from "../../core/issues.ts";
import { comparisonMarkdown, comparisonText } from "../../report/comparison-text.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { recoverRun } from "../../result/recover.ts";
import { readRun } from "../../result/store.ts";
import { print } from "../output.ts";

interface CompareArguments {
  readonly baseline: string;
  readonly candidate?: string;
  readonly vary?: readonly Variable[];
  readonly by?: string;
  readonly base?: string;
  readonly "max-change-pct": number;
  readonly "max-change-ms": number;
  readonly "on-inconclusive": "warn" | "fail";
  readonly markdown?: string;
  readonly json?: string;
}

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: "compare <baseline> [candidate]",
  describe: "Say whether a run is slower than another, or a cell than another cell",
  builder: (parser: Argv) =>
    parser
      .positional("baseline", { type: "string", demandOption: true, describe: "Run folder to compare against" })
      .positional("candidate", { type: "string", describe: "Run folder to judge; leave it out with --by" })
      .option("vary", { choices: variables, array: true, describe: "What differs between the runs on purpose", requiresArg: true })
      .option("by", { type: "string", describe: "Compare the cells of one run along this axis", requiresArg: true })
      .option("base", { type: "string", describe: "Value of that axis to compare against", requiresArg: true })
      .option("max-change-pct", { type: "number", default: 10, describe: "A regression is slower by more than this, %", requiresArg: true })
      .option("max-change-ms", { type: "number", default: 20, describe: "and by more than this, ms", requiresArg: true })
      .option("on-inconclusive", { choices: ["warn", "fail"] as const, default: "warn" as const, describe: "fail: exit 5 when nothing can be concluded" })
      .option("markdown", { type: "string", describe: "Also write it as Markdown, for a pull request", requiresArg: true })
      .option("json", { type: "string", describe: "Also write it as JSON", requiresArg: true })
      .example("$0 compare reports/quickstart/A reports/quickstart/B", "exit 4 if B is slower")
      .example("$0 compare A B --vary effort", "the runs asked for different efforts on purpose")
      .example("$0 compare reports/latest --by effort --base low", "the cells of one run") as Argv<CompareArguments>,
  handler: (given) => {
    const comparison = compare(given);
    print(comparisonText(comparison));
    if (given.markdown !== undefined) writeFileSync(given.markdown, comparisonMarkdown(comparison));
    if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(comparison, null, 2)}\n`);
    process.exitCode = exitCodeOf(comparison.verdict, given["on-inconclusive"]);
  },
};

function compare(given: CompareArguments): Comparison {
  const policy = { relative: given["max-change-pct"] / 100, absoluteMs: given["max-change-ms"] };
  const baseline = readRecord(given.baseline);
  if (given.by !== undefined) {
    if (given.candidate !== undefined) orThrow(failed({ source: "--by", message: "compares cells of one run; name one run only" }));
    if (given.base === undefined)
      orThrow(failed({ source: "--by", message: "needs --base, the value to compare against, for example --by effort --base low" }));
    return orThrow(compareCells(baseline, { policy, by: given.by, base: given.base ?? "" }));
  }
  if (given.candidate === undefined)
    orThrow(failed({ source: "compare", message: "needs a second run, or --by AXIS --base VALUE to compare cells of this one" }));
  return compareRuns(baseline, readRecord(given.candidate ?? ""), { policy, ...(given.vary ? { vary: given.vary } : {}) });
}

function readRecord(place: string): RunRecord {
  const stored = orThrow(readRun(place));
  return stored.type === "whole" ? stored.record : recoverRun(stored);
}

function exitCodeOf(verdict: Verdict, onInconclusive: "warn" | "fail"): ExitCode {
  switch (verdict) {
    case "regression":
      return exitCodes.regression;
    case "incomparable":
      return exitCodes.inconclusive;
    case "inconclusive":
      return onInconclusive === "fail" ? exitCodes.inconclusive : exitCodes.fine;
    case "improved":
    case "ok":
      return exitCodes.fine;
  }
}
