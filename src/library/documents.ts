// Reads the files that a scenario wants a conversation to begin with.

import { readFileSync, statSync } from "node:fs";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** What the files say, by the names that the scenario has for them. */
export function readDocuments({ session }: Scenario, source: string): Result<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const issues: Issue[] = [];
  for (const [index, { file }] of (session.documents ?? []).entries()) {
    if (file === undefined || texts.has(file)) continue;
    const text = readDocument(file);
    if (text.ok) texts.set(file, text.value);
    else issues.push({ source, path: `session.documents[${index}].file`, message: text.issues[0]?.message ?? "" });
  }
  return issues.length > 0 ? failed(...issues) : ok(texts);
}

function readDocument(file: string): Result<string> {
  const refuse = (message: string): Result<never> => failed({ source: file, message });
  try {
    if (statSync(file).size > limits.documentBytes)
      return refuse(`${file} has more than ${limits.documentBytes / 2 ** 20} MB; cut it to the part that the model should read`);
    const text = readFileSync(file, "utf8");
    return text.trim() === "" ? refuse(`${file} holds no text`) : ok(text);
  } catch (error) {
    return refuse(`${file} can't be read (${(error as NodeJS.ErrnoException).code ?? String(error)}); names are relative to the folder that earshot runs in`);
  }
}
