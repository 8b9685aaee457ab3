#!/usr/bin/env node
// The door: words in, exit code out. Each command is a file in commands/.

import yargs, { type CommandModule } from "yargs";
import { hideBin } from "yargs/helpers";
import { packageVersion } from "../core/package-files.ts";
import { explainFailure, UsageError } from "./failure.ts";
import { stopOnClosedPipe } from "./output.ts";
import { explainWords, knownWords, type WordKeeper } from "./unknown-words.ts";

const MAX_WIDTH = 110;
const COMPLETING = "--get-yargs-completions";

/** In the order of the help. Loaded on use: what makes calls takes a second to load, and most commands make none. */
const commands = {
  run: async () => (await import("./commands/run.ts")).runCommand,
  plan: async () => (await import("./commands/plan.ts")).planCommand,
  report: async () => (await import("./commands/report.ts")).reportCommand,
  compare: async () => (await import("./commands/compare.ts")).compareCommand,
  history: async () => (await import("./commands/history.ts")).historyCommand,
  merge: async () => (await import("./commands/merge.ts")).mergeCommand,
  check: async () => (await import("./commands/check.ts")).checkCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  target: async () => (await import("./commands/target.ts")).targetCommand,
  fixtures: async () => (await import("./commands/fixtures.ts")).fixturesCommand,
  networks: async () => (await import("./commands/networks.ts")).networksCommand,
  prices: async () => (await import("./commands/prices.ts")).pricesCommand,
  schema: async () => (await import("./commands/schema.ts")).schemaCommand,
  init: async () => (await import("./commands/init.ts")).initCommand,
} as const;
type CommandName = keyof typeof commands;

/** The command that is named first, alone; all of them where it is something else, for help, for completion and to say what was meant. */
const namedBy = (word = ""): readonly CommandName[] => (Object.hasOwn(commands, word) ? [word as CommandName] : (Object.keys(commands) as CommandName[]));

async function main(): Promise<void> {
  stopOnClosedPipe();
  const words = hideBin(process.argv);
  const parser = yargs(words);
  for (const name of namedBy(words[0])) parser.command((await commands[name]()) as CommandModule);
  parser
    .scriptName("earshot")
    .usage("$0 <command>\n\nHow long after your caller stops speaking do they hear an answer? Load tests and latency benchmarks for realtime voice APIs.")
    .completion("completion", "Print a script that completes words in bash or zsh: earshot completion >> ~/.bashrc", await completer(words))
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

/** Names first; where there are none, what yargs knows of commands and options. It waits for nothing, so that names are loaded before it is asked. */
async function completer(words: readonly string[]): Promise<(current: string, given: unknown, otherwise: () => void, done: (found: string[]) => void) => void> {
  const namesFor = words.includes(COMPLETING) ? (await import("./completion.ts")).namesFor : undefined;
  return (_current, _given, otherwise, done) => {
    // The shell's script hands the whole line over after this word; of it yargs would only tell what it took for positionals.
    const names = namesFor?.(words.slice(words.indexOf(COMPLETING) + 2));
    if (names) done([...names]);
    else otherwise();
  };
}

try {
  await main();
} catch (error) {
  process.exitCode = explainFailure(error);
}
