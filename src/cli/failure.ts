// The only catch-all: from whatever was thrown to a text that helps and an exit code.

import { exitCodes, type ExitCode } from "../core/exit-codes.ts";
import { formatIssue, InputError } from "../core/issues.ts";
import { printError } from "./output.ts";

/** Words on the command line that no command takes. */
export class UsageError extends Error {}

export function explainFailure(error: unknown): ExitCode {
  if (error instanceof InputError) {
    // A wrong flag is wrong for every scenario, and wrong once.
    const faults = [...new Set(error.issues.map(formatIssue))];
    printError(
      `${faults.length === 1 ? "One thing is" : `${faults.length} things are`} wrong; nothing was started and nothing was written.\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
    return exitCodes.usage;
  }
  if (error instanceof UsageError) {
    printError(`earshot: ${error.message}\nearshot --help lists the commands, earshot <command> --help their options.`);
    return exitCodes.usage;
  }
  printError(`earshot broke; this is a bug of its own.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCodes.internal;
}
