// The files that a scenario names: documents that conversations begin with, and the rows that fill its words in.

import { failed, ok, type Result } from "../core/issues.ts";
import type { NamedFiles } from "../load/prepare.ts";
import type { ParsedScenario } from "../scenario/parse.ts";
import { readDocuments } from "./documents.ts";
import { readFeeders } from "./feeders.ts";

/** All of them, or everything that is wrong with them, with its place in the scenario. */
export function readNamedFiles(parsed: ParsedScenario, source: string): Result<NamedFiles> {
  const documents = readDocuments(parsed.scenario, source);
  const feeders = readFeeders(parsed, source);
  if (documents.ok && feeders.ok) return ok({ documents: documents.value, feeders: feeders.value });
  return failed(...[documents, feeders].flatMap((read) => (read.ok ? [] : read.issues.map(parsed.placed))));
}
