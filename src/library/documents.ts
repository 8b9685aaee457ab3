// Reads the files that a scenario wants a conversation to begin with.

import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { cellsOf } from "../plan/matrix.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { readBeside } from "./file-beside.ts";

const most = { bytes: limits.documentBytes, remedy: "cut it to the part that the model should read" };

/** What the files of all cells say, by the names that the scenario has for them. `source`: the scenario's own file. */
export function readDocuments(scenario: Scenario, source: string): Result<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const refused = new Map<string, Issue>();
  for (const { settings } of cellsOf(scenario)) {
    for (const [index, { file }] of (settings.session.documents ?? []).entries()) {
      if (file === undefined || texts.has(file) || refused.has(file)) continue;
      const text = readBeside({ file, source, most });
      const fault = text.ok ? (text.value.trim() === "" ? `${file} holds no text` : undefined) : text.issues[0]?.message;
      if (fault !== undefined) refused.set(file, { source, path: `session.documents[${index}].file`, message: fault });
      else if (text.ok) texts.set(file, text.value);
    }
  }
  return refused.size > 0 ? failed(...refused.values()) : ok(texts);
}
