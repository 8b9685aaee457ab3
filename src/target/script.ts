// What the target answers: a file of fixtures/scripts. The first rule that fits the turn speaks or calls functions; where
// none does, the answers of `otherwise` take turns.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";
import type { Trick } from "./trick.ts";
import { trickIssues } from "./trick.ts";

export interface ScriptCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Everything that is given must hold. */
export interface When {
  /** Counts the caller's turns from 0. */
  readonly turn?: number;
  /** The caller's clip, as far as it was recognised. */
  readonly clip?: string;
  /** In what the caller wrote or was heard to say, whatever the case. */
  readonly textContains?: string;
  /** The answer after the output of this tool; without it a rule is for the caller's own turns. */
  readonly tool?: string;
}

/** `preamble` and `say` are ids of answer clips; `say` is spoken after the calls' outputs came, or at once where nothing is called. */
export interface Rule {
  readonly when: When;
  readonly preamble?: string;
  readonly call?: readonly ScriptCall[];
  readonly say?: string;
  /** The trick of `tricks` that strikes in this turn. */
  readonly trick?: string;
}

export interface Script {
  readonly version: 1;
  readonly name: string;
  readonly about: string;
  readonly rules: readonly Rule[];
  readonly otherwise: readonly string[];
  /** What goes wrong on purpose: a rule names one, or one has a share of all turns. */
  readonly tricks?: readonly Trick[];
}

export const scriptNames = ["crm", "rough", "brief", "questions"] as const;

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
    const message = ruleFault(rule);
    if (message) say(`rules[${index}]`, message);
  }
  if (!Array.isArray(script.otherwise) || script.otherwise.length === 0 || !script.otherwise.every((id) => typeof id === "string")) {
    say("otherwise", "must name at least one answer clip");
  }
  issues.push(...trickIssues(value, source));
  return issues.length > 0 ? { ok: false, issues } : ok(value as Script);
}

const ruleKeys = ["when", "preamble", "call", "say", "trick"];
const whenKeys = ["turn", "clip", "textContains", "tool"];

function ruleFault(rule: Rule): string | undefined {
  const when = rule.when ?? {};
  const strange = [...Object.keys(rule).filter((key) => !ruleKeys.includes(key)), ...Object.keys(when).filter((key) => !whenKeys.includes(key))];
  if (strange.length > 0) return `${strange.join(", ")} is not offered by this target: rules fit by ${whenKeys.join(", ")} and hold ${ruleKeys.join(", ")}`;
  const fitsByText = [when.clip, when.textContains, when.tool].filter((text) => text !== undefined);
  if (when.turn === undefined && fitsByText.length === 0) return `when must name at least one of ${whenKeys.join(", ")}`;
  if (when.turn !== undefined && !Number.isInteger(when.turn)) return "when.turn must be a whole number";
  if (![...fitsByText, rule.preamble, rule.say].every((text) => text === undefined || (typeof text === "string" && text !== "")))
    return "textContains, tool, preamble and say must be text";
  if (rule.call === undefined)
    return rule.say === undefined || rule.preamble !== undefined ? "must say a clip, or call functions with or without a preamble" : undefined;
  const isCall = (call: Partial<ScriptCall> | null): boolean => typeof call?.name === "string" && typeof call.arguments === "object" && call.arguments !== null;
  return Array.isArray(rule.call) && rule.call.length > 0 && rule.call.every(isCall) ? undefined : "call must be a list of {name, arguments}";
}

/** What is known of the turn that wants an answer. */
export interface Asked {
  /** Absent where it is no turn of the caller's. */
  readonly turn?: number;
  readonly heard?: { readonly clip?: string; readonly text: string };
  /** The functions that may be called. */
  readonly tools: readonly string[];
  /** Whose outputs came since the calls of `rule`: then this is the answer that follows them. */
  readonly outputsOf?: readonly string[];
  /** The rule that made those calls. */
  readonly rule?: Rule | undefined;
}

/** Clips by id. With calls, `say` is kept for what follows their outputs. */
export interface Reply {
  readonly rule?: Rule;
  readonly preamble?: string;
  readonly calls: readonly ScriptCall[];
  readonly say: string;
}

/** A rule that calls a function which the session has not declared is passed over. */
export function replyTo(script: Script, asked: Asked): Reply {
  const { turn = 0, tools, outputsOf } = asked;
  const fits = script.rules.filter(({ when, call = [] }) => {
    if (when.tool === undefined ? outputsOf : !outputsOf?.includes(when.tool)) return false;
    if (when.turn !== undefined && when.turn !== asked.turn) return false;
    if (when.clip !== undefined && when.clip !== asked.heard?.clip) return false;
    if (when.textContains !== undefined && !asked.heard?.text.toLowerCase().includes(when.textContains.toLowerCase())) return false;
    return call.every(({ name }) => tools.includes(name));
  });
  const rule = fits[0];
  const say = rule?.say ?? asked.rule?.say ?? (script.otherwise[turn % script.otherwise.length] as string);
  return { ...(rule ? { rule } : {}), ...(rule?.preamble === undefined ? {} : { preamble: rule.preamble }), calls: rule?.call ?? [], say };
}

/** What was said in a turn, by the recogniser. */
export interface HeardTurn {
  readonly clip?: string;
  readonly text: string;
}

/** The clip that answers the turn where no functions are declared. */
export const answerFor = (script: Script, turn: number, heard?: HeardTurn): string => replyTo(script, { turn, tools: [], ...(heard ? { heard } : {}) }).say;

/** Whether an answer depends on what was said, so that the recogniser is needed. */
export const listensToWords = (script: Script): boolean => script.rules.some(({ when }) => when.clip !== undefined || when.textContains !== undefined);

/** Every clip the script can say, each once. */
export const answersOf = (script: Script): string[] => [
  ...new Set([...script.rules.flatMap(({ preamble, say }) => [preamble, say].filter((id) => id !== undefined)), ...script.otherwise]),
];
