#!/usr/bin/env node
// The door: words in, exit code out. Each command is a file in commands/.

import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { packageVersion } from "../core/package-files.ts";
import { checkCommand } from "./commands/check.ts";
import { compareCommand } from "./commands/compare.ts";
import { fixturesCommand } from "./commands/fixtures.ts";
import { planCommand } from "./commands/plan.ts";
import { pricesCommand } from "./commands/prices.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { targetCommand } from "./commands/target.ts";
import { explainFailure, UsageError } from "./failure.ts";
import { stopOnClosedPipe } from "./output.ts";

const MAX_WIDTH = 110;

async function main(): Promise<void> {
  stopOnClosedPipe();
  const parser = yargs(hideBin(process.argv))
    .scriptName("earshot")
    .usage("$0 <command>\n\nHow long after your caller stops speaking do they hear an answer? Load tests and latency benchmarks for realtime voice APIs.")
    .command(runCommand)
    .command(planCommand)
    .command(reportCommand)
    .command(compareCommand)
    .command(checkCommand)
    .command(targetCommand)
    .command(fixturesCommand)
    .command(pricesCommand)
    .demandCommand(1, "name a command, for example: earshot run quickstart")
    .strict()
    .parserConfiguration({ "greedy-arrays": false })
    .version(packageVersion)
    .alias("h", "help")
    .wrap(Math.min(MAX_WIDTH, process.stdout.columns ?? MAX_WIDTH))
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new UsageError(message ?? "the command line was not understood");
    });
  await parser.parseAsync();
}

try {
  await main();
} catch (error) {
  process.exitCode = explainFailure(error);
}
