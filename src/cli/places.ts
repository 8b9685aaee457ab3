// Where things are on the user's disk: scenarios by name or path, fixtures in the working folder before the packaged ones.

import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { openClipStore, type ClipStore } from "../audio/clip-store.ts";
import { didYouMean, failed, ok, orThrow, type Issue, type Result } from "../core/issues.ts";
import { packagePath, packageNames } from "../core/package-files.ts";

export interface ScenarioFile {
  readonly source: string;
  readonly text: string;
}

/** A path as it is; otherwise a name, in ./scenarios first and then among those that ship with earshot. */
export function findScenario(nameOrPath: string): Result<ScenarioFile> {
  const isPath = nameOrPath.includes("/") || /\.ya?ml$/.test(nameOrPath);
  const candidates = isPath ? [nameOrPath] : [join("scenarios", `${nameOrPath}.yaml`), packagePath("scenarios", `${nameOrPath}.yaml`)];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return ok({ source: isPath ? nameOrPath : basename(found), text: readFileSync(found, "utf8") });
  const names = packageNames(["scenarios"], ".yaml");
  const meant = didYouMean(nameOrPath, names);
  return failed({
    source: nameOrPath,
    message: `there is no such scenario${meant ? `; did you mean ${meant}?` : `; name a file, or one of ${names.join(", ")}`}`,
  });
}

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
