// A text file that a scenario names: beside the scenario, or else in the working folder.

import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { failed, ok, type Result } from "../core/issues.ts";

export interface NamedFile {
  /** As the scenario has it. */
  readonly file: string;
  /** The scenario's own file. */
  readonly source: string;
  /** More bytes than this are refused, with what to do about it. */
  readonly most: { readonly bytes: number; readonly remedy: string };
}

/** What the first of the two places holds; or why there is nothing to be had. */
export function readBeside({ file, source, most }: NamedFile): Result<string> {
  const refuse = (message: string): Result<never> => failed({ source: file, message });
  const places = [...new Set([resolve(dirname(source), file), resolve(file)])];
  for (const place of places) {
    try {
      const { size } = statSync(place);
      if (size > most.bytes) return refuse(`${place} has ${size} bytes; at most ${most.bytes}: ${most.remedy}`);
      return ok(readFileSync(place, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return refuse(`${place} cannot be read: ${(error as Error).message}`);
    }
  }
  return refuse(`there is no file ${places.join(" or ")}`);
}
