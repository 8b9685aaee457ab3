// Where things are on the user's disk: scenarios by name or path, fixtures in the working folder before the packaged ones.

import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { openClipStore, type ClipStore } from "../audio/clip-store.ts";
import { didYouMean, failed, ok, orThrow, type Issue, type Result } from "../core/issues.ts";
import { packagePath, packageNames } from "../core/package-files.ts";
import type { ScenarioFile } from "../scenario/extends.ts";

const isPath = (nameOrPath: string): boolean => nameOrPath.includes("/") || /\.ya?ml$/.test(nameOrPath);

/** A path as it is, from the working folder; otherwise a name, in ./scenarios first and then among those that ship with earshot. */
export function findScenario(nameOrPath: string, folder = "."): Result<ScenarioFile> {
  const named = [join("scenarios", `${nameOrPath}.yaml`), packagePath("scenarios", `${nameOrPath}.yaml`)];
  const candidates = isPath(nameOrPath) ? [isAbsolute(nameOrPath) ? nameOrPath : join(folder, nameOrPath)] : named;
  const found = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (found === undefined) return failed({ source: nameOrPath, message: noSuchScenario(nameOrPath, folder) });
  try {
    const text = readFileSync(found, "utf8");
    const path = realpathSync(found);
    return ok({ source: isPath(nameOrPath) ? found : basename(found), text, path, findBase: (wanted) => findScenario(wanted, dirname(found)) });
  } catch (error) {
    return failed({ source: nameOrPath, message: `can't be read: ${(error as Error).message}` });
  }
}

function noSuchScenario(wanted: string, folder: string): string {
  const shipped = packageNames(["scenarios"], ".yaml");
  if (!isPath(wanted)) {
    const names = scenarioNames();
    const meant = didYouMean(wanted, names);
    return `there is no such scenario${meant ? `; did you mean ${meant}?` : `; name a file, or one of ${names.join(", ")}`}`;
  }
  const beside = filesIn(join(folder, dirname(wanted)));
  const meant = didYouMean(basename(wanted), beside);
  const near = meant === undefined ? undefined : join(dirname(wanted), meant);
  return `there is no such file${near ? `; did you mean ${near}?` : `; without a folder or .yaml it is a name, one of ${shipped.join(", ")}`}`;
}

/** By which scenarios can be run: those of ./scenarios, and those that ship with earshot. */
export const scenarioNames = (): readonly string[] => [
  ...new Set([...filesIn("scenarios").map((file) => basename(file, ".yaml")), ...packageNames(["scenarios"], ".yaml")]),
];

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];

/** Why reports can't be written below `folder`, which need not exist yet; undefined where they can. */
export function unwritable(folder: string): Issue | undefined {
  let existing = resolve(folder);
  while (!existsSync(existing)) existing = dirname(existing);
  const source = "--out";
  if (!statSync(existing).isDirectory()) return { source, message: `${existing} is a file; reports need a folder` };
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return { source, message: `${existing} can't be written to` };
  }
  return undefined;
}

/** The user's fixtures, if they have any, before the packaged ones. */
export function fixtureRoots(folder: string | undefined): readonly string[] {
  return [...new Set([resolve(folder ?? "fixtures"), packagePath("fixtures")])];
}

export async function openFixtures(folder: string | undefined): Promise<ClipStore> {
  if (folder !== undefined && !existsSync(join(folder, "manifest.json"))) {
    orThrow(
      failed({ source: "--fixtures", message: `${folder} has no manifest.json; make one with: earshot fixtures add my.wav --text "..." --fixtures ${folder}` }),
    );
  }
  return orThrow(await openClipStore(fixtureRoots(folder)));
}
