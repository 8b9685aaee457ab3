// What the target answers: a file of fixtures/scripts. The first rule that fits the turn speaks; where none does, the
// answers of `otherwise` take turns.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";

/** `clip` and `textContains` (letter case aside) fit what the recogniser heard in the turn. */
export type Condition = { readonly turn: number } | { readonly clip: string } | { readonly textContains: string };

/** What was heard in a turn; a clip's id only where it is a known one. */
export interface HeardTurn {
  readonly clip?: string;
  readonly text: string;
}

export interface Script {
  readonly version: 1;
  readonly name: string;
  readonly about: string;
  /** `turn` counts the call's answers from 0; `say` is the id of an answer clip. */
  readonly rules: readonly { readonly when: Condition; readonly say: string }[];
  readonly otherwise: readonly string[];
}

export const scriptNames = ["crm"] as const;

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
    const strange = [...Object.keys(rule), ...Object.keys(rule.when ?? {})].filter((key) => !["when", "say", "turn", "clip", "textContains"].includes(key));
    if (strange.length > 0)
      say(`rules[${index}]`, `${strange.join(", ")} is not offered by this target: rules fit by turn, clip or textContains and say a clip`);
    else if (!isCondition(rule.when) || typeof rule.say !== "string")
      say(`rules[${index}]`, "must be {when: {turn: number} or {clip: clip id} or {textContains: text}, say: clip id}");
  }
  if (!Array.isArray(script.otherwise) || script.otherwise.length === 0 || !script.otherwise.every((id) => typeof id === "string")) {
    say("otherwise", "must name at least one answer clip");
  }
  return issues.length > 0 ? { ok: false, issues } : ok(value as Script);
}

function isCondition(value: unknown): value is Condition {
  const fields = Object.entries(value ?? {});
  const [name, wanted] = fields[0] ?? [];
  return fields.length === 1 && (name === "turn" ? Number.isInteger(wanted) : typeof wanted === "string" && wanted !== "");
}

function fits(when: Condition, turn: number, heard: HeardTurn | undefined): boolean {
  if ("turn" in when) return when.turn === turn;
  if ("clip" in when) return when.clip === heard?.clip;
  return heard?.text.toLowerCase().includes(when.textContains.toLowerCase()) ?? false;
}

/** Whether an answer depends on what was said, so that the recogniser is needed. */
export const listensToWords = (script: Script): boolean => script.rules.some(({ when }) => "clip" in when || "textContains" in when);

export function answerFor(script: Script, turn: number, heard?: HeardTurn): string {
  const rule = script.rules.find(({ when }) => fits(when, turn, heard));
  return rule?.say ?? (script.otherwise[turn % script.otherwise.length] as string);
}

/** Every clip the script can say, each once. */
export const answersOf = (script: Script): string[] => [...new Set([...script.rules.map((rule) => rule.say), ...script.otherwise])];
