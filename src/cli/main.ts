#!/usr/bin/env node
// The door: words in, exit code out. Each command is a file in commands/.

import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { packageVersion } from "../core/package-files.ts";
import { checkCommand } from "./commands/check.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { fixturesCommand } from "./commands/fixtures.ts";
import { historyCommand } from "./commands/history.ts";
import { initCommand } from "./commands/init.ts";
import { mergeCommand } from "./commands/merge.ts";
import { networksCommand } from "./commands/networks.ts";
import { planCommand } from "./commands/plan.ts";
import { pricesCommand } from "./commands/prices.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { schemaCommand } from "./commands/schema.ts";
import { targetCommand } from "./commands/target.ts";
import { namesFor } from "./completion.ts";
import { explainFailure, UsageError } from "./failure.ts";
import { stopOnClosedPipe } from "./output.ts";
import { explainWords, knownWords, type WordKeeper } from "./unknown-words.ts";

const MAX_WIDTH = 110;

async function main(): Promise<void> {
  stopOnClosedPipe();
  const words = hideBin(process.argv);
  const parser = yargs(words);
  parser
    .scriptName("earshot")
    .usage("$0 <command>\n\nHow long after your caller stops speaking do they hear an answer? Load tests and latency benchmarks for realtime voice APIs.")
    .command(runCommand)
    .command(planCommand)
    .command(reportCommand)
    .command(compareCommand)
    .command(historyCommand)
    .command(mergeCommand)
    .command(checkCommand)
    .command(doctorCommand)
    .command(targetCommand)
    .command(fixturesCommand)
    .command(networksCommand)
    .command(pricesCommand)
    .command(schemaCommand)
    .command(initCommand)
    .completion("completion", "Print a script that completes words in bash or zsh: earshot completion >> ~/.bashrc", complete)
    .demandCommand(1, "name a command, for example: earshot run quickstart")
    .strict()
    .parserConfiguration({ "greedy-arrays": false })
    .version(packageVersion)
    .alias("h", "help")
    .wrap(Math.min(MAX_WIDTH, process.stdout.columns ?? MAX_WIDTH))
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      // What the parser itself finds wrong is an error of its own class when it is found while a command is being read.
      if (error !== undefined && error.name !== "YError") throw error;
      throw new UsageError(
        explainWords(message ?? error?.message ?? "the command line was not understood", words, knownWords(parser as unknown as WordKeeper)),
      );
    });
  await parser.parseAsync();
}

/** Names first; where there are none, what yargs knows of commands and options. */
function complete(_current: string, _given: unknown, otherwise: () => void, done: (found: string[]) => void): void {
  // The shell's script hands the whole line over after this word; of it yargs would only tell what it took for positionals.
  const words = process.argv.slice(process.argv.indexOf("--get-yargs-completions") + 2);
  const names = namesFor(words);
  if (names) done([...names]);
  else otherwise();
}

try {
  await main();
} catch (error) {
  process.exitCode = explainFailure(error);
}
