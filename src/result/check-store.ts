// Where checks are kept: <reports>/check/<check-id>/, and how the newest one of this machine is found.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkVersion, type CheckResult, type Machine } from "./check-result.ts";
import { isSameMachine } from "./run-check.ts";
import { writeWhole } from "./row-files.ts";

const CHECKS = "check";
const RESULT = "check.json";

export const checkFolder = (reportsRoot: string, checkId: string): string => join(reportsRoot, CHECKS, checkId);

/** Writes check.json and check.md, each whole or not at all. */
export function storeCheck(reportsRoot: string, check: CheckResult, markdown: string): void {
  const folder = checkFolder(reportsRoot, check.checkId);
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, "check.md"), markdown);
  writeWhole(join(folder, RESULT), `${JSON.stringify(check, null, 2)}\n`);
}

/** The newest check that was finished on this machine, without a network; undefined where there is none. Ids sort by time. */
export function findCheck(reportsRoot: string, machine: Machine): CheckResult | undefined {
  const folder = join(reportsRoot, CHECKS);
  if (!existsSync(folder)) return undefined;
  for (const id of readdirSync(folder).toSorted().toReversed()) {
    const check = readCheck(join(folder, id, RESULT));
    if (check && check.network === undefined && isSameMachine(check.machine, machine)) return check;
  }
  return undefined;
}

/** A file that is missing, torn or of another version is no check: the run then says that there is none. */
function readCheck(path: string): CheckResult | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const check = JSON.parse(readFileSync(path, "utf8")) as Partial<CheckResult>;
    return check.v === checkVersion && check.machine && check.levels ? (check as CheckResult) : undefined;
  } catch {
    return undefined;
  }
}
