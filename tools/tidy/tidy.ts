// Holds the sources to src/layers.ts. A pure function of the files' texts, so that each rule is tested with a planted
// violation; src/tidy.test.ts runs it over the repository.

import { checkCircles, checkDoors, checkRooms } from "./imports.ts";
import { checkExports, checkGlobals, checkLength, checkName } from "./shape.ts";
import { readSource, type SourceFile, type Violation } from "./violation.ts";

/** Everything wrong with the files, by path and line. Files outside src are held to their shape only. */
export function checkTidy(files: readonly SourceFile[]): readonly Violation[] {
  const sources = files.map(readSource);
  const violations = [
    ...sources.flatMap((file) => [
      ...checkRooms(file),
      ...checkDoors(file),
      ...checkGlobals(file),
      ...checkName(file),
      ...checkLength(file),
      ...checkExports(file),
    ]),
    ...checkCircles(sources),
  ];
  return violations.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
