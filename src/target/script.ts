// What the target answers: a file of fixtures/scripts. The first rule that fits the turn speaks; where none does, the
// answers of `otherwise` take turns.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";
import type { Trick } from "./trick.ts";
import { trickIssues } from "./trick.ts";

export interface Script {
  readonly version: 1;
  readonly name: string;
  readonly about: string;
  /** `turn` counts the call's answers from 0; `say` is the id of an answer clip. */
  readonly rules: readonly { readonly when: { readonly turn: number }; readonly say: string; readonly trick?: string }[];
  readonly otherwise: readonly string[];
  /** What goes wrong on purpose: a rule names one, or one has a share of all turns. */
  readonly tricks?: readonly Trick[];
}

export const scriptNames = ["crm", "rough"] as const;

/** The shipped script of that name, or why there is none. */
export function readScript(name: string): Result<Script> {
  if (!(scriptNames as readonly string[]).includes(name)) {
    const near = didYouMean(name, scriptNames);
    return failed({ source: "script", message: `there is no script "${name}"${near ? `; did you mean "${near}"?` : ""} (${scriptNames.join(", ")})` });
  }
  return checkScript(JSON.parse(readPackageText("fixtures", "scripts", `${name}.json`)), `fixtures/scripts/${name}.json`);
}

export function checkScript(value: unknown, source: string): Result<Script> {
  const script = value as Partial<Script>;
  const issues: Issue[] = [];
  const say = (path: string, message: string): void => void issues.push({ source, path, message });
  if (script.version !== 1) say("version", "must be 1");
  if (typeof script.name !== "string") say("name", "must be text");
  for (const [index, rule] of (script.rules ?? []).entries()) {
    const strange = [...Object.keys(rule), ...Object.keys(rule.when ?? {})].filter((key) => !["when", "say", "turn", "trick"].includes(key));
    if (strange.length > 0) say(`rules[${index}]`, `${strange.join(", ")} is not offered by this target: rules fit by turn and say a clip`);
    else if (!Number.isInteger(rule.when?.turn) || typeof rule.say !== "string") say(`rules[${index}]`, "must be {when: {turn: number}, say: clip id}");
  }
  if (!Array.isArray(script.otherwise) || script.otherwise.length === 0 || !script.otherwise.every((id) => typeof id === "string")) {
    say("otherwise", "must name at least one answer clip");
  }
  issues.push(...trickIssues(value, source));
  return issues.length > 0 ? { ok: false, issues } : ok(value as Script);
}

export function answerFor(script: Script, turn: number): string {
  const rule = script.rules.find(({ when }) => when.turn === turn);
  return rule?.say ?? (script.otherwise[turn % script.otherwise.length] as string);
}

/** Every clip the script can say, each once. */
export const answersOf = (script: Script): string[] => [...new Set([...script.rules.map((rule) => rule.say), ...script.otherwise])];
