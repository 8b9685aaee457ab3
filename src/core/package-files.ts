// Where the files that ship with earshot are (fixtures, scenarios), and how a running file names its neighbour. Both are
// the same from src (TypeScript run as it is) and from dist (compiled), because every room is two levels below the root.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const thisFile = fileURLToPath(import.meta.url);
export const packageRoot = join(dirname(thisFile), "..", "..");

/** The path of a file that ships with the package, for example packagePath("fixtures", "profiles", "exact.json"). */
export const packagePath = (...parts: readonly string[]): string => join(packageRoot, ...parts);

export const readPackageText = (...parts: readonly string[]): string => readFileSync(packagePath(...parts), "utf8");

/** A file of a package that earshot depends on, by what import.meta.resolve says of it. */
export const readDependencyText = (url: string): string => readFileSync(fileURLToPath(url), "utf8");

/** The names, without their extension, of the files in a folder that ships with the package: latency profiles, scenarios. */
export const packageNames = (folder: readonly string[], extension: ".json" | ".yaml"): readonly string[] =>
  readdirSync(packagePath(...folder))
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .toSorted();

/** The module `name` (without extension) of a room, to start a process or a thread with: .ts when running from src, .js from dist. */
export const modulePath = (room: string, name: string): string => join(dirname(thisFile), "..", room, `${name}${extname(thisFile)}`);

/** The version in package.json. */
export const packageVersion = (JSON.parse(readPackageText("package.json")) as { readonly version: string }).version;
