// `earshot compare`: did it get slower? Two runs, or the cells of one.

import { writeFileSync } from "node:fs";
import type { Argv, CommandModule } from "yargs";
import { formatBaseline } from "../../compare/baseline-file.ts";
import { compareCells, compareRuns } from "../../compare/compare-runs.ts";
import { RUNS_MIN } from "../../compare/few-runs.ts";
import { variables, type Variable } from "../../compare/pair.ts";
import type { Comparison } from "../../compare/comparison.ts";
import { exitCodeOfVerdict } from "../../compare/exit-code.ts";
import type { Policy } from "../../compare/policy.ts";
import { mostSevere, type ExitCode } from "../../core/exit-codes.ts";
import { failed, InputError, orThrow } from "../../core/issues.ts";
import { comparisonMarkdown, comparisonText } from "../../report/comparison-text.ts";
import { fixturesOption, outOption, threadsIssues, threadsOption, thresholdOption } from "../options.ts";
import { print } from "../output.ts";
import { overridesOf, scenarioOptions, type ScenarioArguments } from "../scenario-options.ts";
import { readSide } from "../../library/read-runs.ts";

interface CompareArguments extends ScenarioArguments {
  readonly interleave: boolean;
  readonly out: string;
  readonly fixtures?: string;
  readonly baseline: string;
  readonly candidate?: readonly string[];
  readonly save?: string;
  readonly vary?: readonly Variable[];
  readonly by?: string;
  readonly base?: string;
  readonly "max-change-pct": number;
  readonly "max-change-ms": number;
  readonly "on-inconclusive": "warn" | "fail";
  readonly threshold?: readonly string[];
  readonly threads?: number;
  readonly markdown?: string;
  readonly html?: string;
  readonly json?: string;
}

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: "compare <baseline> [candidate..]",
  describe: "Say whether a run is slower than another, or a cell than another cell",
  builder: (parser: Argv) =>
    scenarioOptions(
      parser
        .positional("baseline", { type: "string", demandOption: true, describe: "Run folder to compare against, several with commas, or a kept baseline" })
        .positional("candidate", { type: "string", array: true, describe: "Run folders to judge; leave it out with --by and --save" })
        .option("interleave", {
          type: "boolean",
          default: false,
          describe: "Take two scenarios instead of two runs, and make both in one run, turn by turn, so that what drifts drifts for both",
        })
        .option("threshold", thresholdOption)
        .option("threads", threadsOption)
        .option("out", outOption)
        .option("fixtures", fixturesOption)
        .option("save", { type: "string", describe: "Keep the run or runs as a baseline in this file, small enough to commit", requiresArg: true })
        .option("vary", { choices: variables, array: true, describe: "What differs between the runs on purpose", requiresArg: true })
        .option("by", { type: "string", describe: "Compare the cells of one run along this axis", requiresArg: true })
        .option("base", { type: "string", describe: "Value of that axis to compare against", requiresArg: true })
        .option("max-change-pct", { type: "number", default: 10, describe: "A regression is slower by more than this, %", requiresArg: true })
        .option("max-change-ms", { type: "number", default: 20, describe: "and by more than this, ms", requiresArg: true })
        .option("on-inconclusive", { choices: ["warn", "fail"] as const, default: "warn" as const, describe: "fail: exit 5 when nothing can be concluded" })
        .option("markdown", { type: "string", describe: "Also write it as Markdown, for a pull request", requiresArg: true })
        .option("html", { type: "string", describe: "Also write it as a page with its pictures, one file", requiresArg: true })
        .option("json", { type: "string", describe: "Also write it as JSON", requiresArg: true })
        .example("$0 compare reports/quickstart/A reports/quickstart/B", "exit 4 if B is slower")
        .example("$0 compare A B --html comparison.html", "with pictures: intervals, both distributions, and how to read them")
        .example("$0 compare A B --vary effort", "the runs asked for different efforts on purpose")
        .example("$0 compare reports/latest --by effort --base low", "the cells of one run")
        .example("$0 compare --interleave base.yaml head.yaml --sessions 24", "two servers, or two settings, in one run")
        .example("$0 compare A1,A2,A3 --save baseline.json", "keep three runs as a baseline")
        .example("$0 compare baseline.json B1 B2 B3", "three new runs against them: drift is estimated, not allowed for"),
      "With --interleave, of both scenarios:",
    ) as Argv<CompareArguments>,
  handler: async (given) => {
    if (given.interleave) return takeTurns(given);
    const ofRuns = (["threshold", "threads"] as const).filter((flag) => given[flag] !== undefined).map((flag) => `--${flag}`);
    const strange = [...overridesOf(given).map(({ flag }) => flag), ...ofRuns];
    if (strange.length > 0) throw new InputError(strange.map((source) => ({ source, message: "goes with --interleave; runs that are over can't be changed" })));
    if (given.save !== undefined) return save(given, given.save);
    process.exitCode = await say(compare(given), given);
  },
};

async function takeTurns(given: CompareArguments): Promise<void> {
  const other = (["save", "by", "base", "vary"] as const).filter((flag) => given[flag] !== undefined);
  if (other.length > 0) throw new InputError(other.map((flag) => ({ source: `--${flag}`, message: "does not go with --interleave" })));
  const refused = threadsIssues(given.threads);
  if (refused.length > 0) throw new InputError(refused);
  // Loaded here: it takes everything that makes calls, and comparing what was made takes none of it.
  const { interleave } = await import("../interleave.ts");
  const { exitCode, comparison } = await interleave({
    scenarios: [given.baseline, ...(given.candidate ?? [])],
    overrides: overridesOf(given),
    thresholds: given.threshold ?? [],
    threads: given.threads,
    policy: policyOf(given),
    reportsRoot: given.out,
    fixtures: given.fixtures,
  });
  if (comparison) print("");
  process.exitCode = mostSevere([exitCode, ...(comparison ? [await say(comparison, given)] : [])]);
}

const policyOf = (given: CompareArguments): Partial<Policy> => ({ relative: given["max-change-pct"] / 100, absoluteMs: given["max-change-ms"] });

/** Prints and writes the comparison; what it means to the shell. */
async function say(comparison: Comparison, given: CompareArguments): Promise<ExitCode> {
  print(comparisonText(comparison));
  if (given.markdown !== undefined) writeFileSync(given.markdown, comparisonMarkdown(comparison));
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(comparison, null, 2)}\n`);
  if (given.html !== undefined) {
    // Loaded on use: its charts take longer to load than a comparison takes.
    const { comparisonPage } = await import("../../report/html/comparison-page.ts");
    writeFileSync(given.html, comparisonPage(comparison));
  }
  return exitCodeOfVerdict(comparison.verdict, given["on-inconclusive"]);
}

function compare(given: CompareArguments): Comparison {
  const policy = policyOf(given);
  const baseline = readSide([given.baseline]);
  const candidates = given.candidate ?? [];
  if (given.by !== undefined) {
    if (candidates.length > 0 || baseline.length > 1) orThrow(failed({ source: "--by", message: "compares cells of one run; name one run only" }));
    if (given.base === undefined)
      orThrow(failed({ source: "--by", message: "needs --base, the value to compare against, for example --by effort --base low" }));
    return orThrow(compareCells(baseline[0], { policy, by: given.by, base: given.base ?? "" }));
  }
  if (candidates.length === 0) orThrow(failed({ source: "compare", message: "needs a second run, or --by AXIS --base VALUE to compare cells of this one" }));
  return compareRuns(baseline, readSide(candidates), { policy, ...(given.vary ? { vary: given.vary } : {}) });
}

function save({ baseline, candidate = [] }: CompareArguments, file: string): void {
  const runs = readSide([baseline, ...candidate]);
  const invalid = runs.filter(({ validity, end }) => validity.verdict === "invalid" || end.type !== "complete");
  const faults = invalid.map(({ runId, end }) => ({
    source: "--save",
    message: `${runId} is ${end.type === "complete" ? "not valid" : end.type}: it is no baseline to judge others by`,
  }));
  if (faults.length > 0) orThrow(failed(...faults));
  const text = formatBaseline(runs);
  writeFileSync(file, text);
  const few = runs.length < RUNS_MIN ? `; with ${RUNS_MIN} or more, compare can tell drift from a change` : "";
  print(`${file}: ${runs.length} ${runs.length === 1 ? "run" : "runs"}, ${Math.ceil(text.length / 1_024)} KiB${few}`);
}
