// The flags that say how a scenario differs from what is written, for every command that takes them, and what they mean.

import type { Argv } from "yargs";
import { InputError } from "../core/issues.ts";
import type { Override } from "../scenario/overrides.ts";
import { fieldFlags, type FieldFlag } from "./options.ts";

/** What says how a scenario differs from what is written. */
export interface ScenarioArguments extends Partial<Record<FieldFlag, string>> {
  readonly set?: readonly string[];
  readonly tag?: readonly string[];
}

/** The flags that set fields of a scenario. */
export function scenarioOptions(parser: Argv, group = "What is asked (a comma list compares):"): Argv {
  for (const [flag, { describe }] of Object.entries(fieldFlags)) parser.option(flag, { type: "string", describe, group, requiresArg: true });
  return parser.option("set", { type: "string", array: true, describe: "Any other field: path=value", group, requiresArg: true }).option("tag", {
    type: "string",
    array: true,
    describe: "name=value, kept in every report",
    group,
    requiresArg: true,
  });
}

export function overridesOf(given: ScenarioArguments): Override[] {
  const fields = Object.entries(fieldFlags).flatMap(([flag, { path }]): Override[] => {
    const value = given[flag as FieldFlag];
    return value === undefined ? [] : [{ flag: `--${flag}`, path, value }];
  });
  return [...fields, ...pairs("--set", given.set ?? [], ""), ...pairs("--tag", given.tag ?? [], "tags.")];
}

function pairs(flag: string, texts: readonly string[], prefix: string): Override[] {
  const wrong = texts.filter((text) => !/^[^=]+=/.test(text));
  if (wrong.length > 0) throw new InputError(wrong.map((text) => ({ source: flag, message: `"${text}" must be ${prefix === "" ? "path" : "name"}=value` })));
  return texts.map((text) => ({ flag, path: prefix + text.slice(0, text.indexOf("=")), value: text.slice(text.indexOf("=") + 1) }));
}
