// What zod found, as sentences: what is there, what was expected, what was probably meant.

import type { z } from "zod";
import { didYouMean } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { suggestField } from "./field-names.ts";
import { type Fault, isMap, type Path, type Tree, valueAt } from "./tree.ts";

/** What stands at a path in the user's words, fit to be shown: a value of the environment as its reference. */
export type Show = (path: Path) => { readonly text: string; readonly secret: boolean };

export function schemaFaults(issues: readonly z.core.$ZodIssue[], tree: Tree, show: Show): readonly Fault[] {
  const faults = issues.flatMap((issue) => faultsOf(issue, [], tree, show));
  const seen = new Set<string>();
  return faults.filter(({ path, message }) => {
    const key = JSON.stringify([path, message]);
    return seen.has(key) ? false : seen.add(key);
  });
}

function faultsOf(issue: z.core.$ZodIssue, at: Path, tree: Tree, show: Show): readonly Fault[] {
  const path = [...at, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key, index) => unknownField([...path, key], index < limits.faultsShown));
  const value = valueAt(tree, path);
  if (issue.code === "invalid_union") {
    const branch = isMap(value) ? branchMeant(issue.errors, value) : undefined;
    if (branch) return branch.flatMap((inner) => faultsOf(inner, path, tree, show));
  }
  // A rule of our own says it all, and may quote the value; the rest say what it must be, and the value is still to be named.
  if (issue.code === "custom") {
    const mayQuote = issue.params?.["plain"] !== true;
    return [{ path, anchor: "value", message: mayQuote && show(path).secret ? `can't take what ${show(path).text} holds` : issue.message }];
  }
  if (value === undefined) return [{ path, anchor: "key", message: `is missing: it ${issue.message}` }];
  return [{ path, anchor: "value", message: `${issue.message}, not ${show(path).text}${hint(issue, value, show(path).secret)}` }];
}

/** `suggests`: whether to look for what was meant, which of thousands of fields would only take time. */
function unknownField(path: Path, suggests: boolean): Fault {
  const meant = suggests ? suggestField(path) : undefined;
  return { path, anchor: "key", message: `is not a field here${meant ? `; did you mean ${meant}?` : ""}` };
}

/** Of several shapes that a map may have, the one whose fields it uses. */
function branchMeant(branches: readonly (readonly z.core.$ZodIssue[])[], value: Tree): readonly z.core.$ZodIssue[] | undefined {
  if (!isMap(value) || Object.keys(value).length === 0) return undefined;
  const fitting = branches.filter((branch) => branch.every((issue) => issue.path.length > 0));
  return fitting.length === 1 ? fitting[0] : undefined;
}

const inMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000 };

function hint(issue: z.core.$ZodIssue, value: Tree, secret: boolean): string {
  if (secret) return "";
  if (issue.code === "invalid_value" && typeof value === "string") {
    const meant = didYouMean(
      value,
      issue.values.filter((candidate) => typeof candidate === "string"),
    );
    return meant ? `; did you mean ${meant}?` : "";
  }
  if (issue.code === "invalid_type" && issue.expected === "string" && (typeof value === "number" || typeof value === "boolean")) return ": put it in quotes";
  const [, digits, unit = ""] = typeof value === "string" && /number/.test(issue.message) ? (/^\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*$/.exec(value) ?? []) : [];
  if (digits === undefined) return "";
  if (unit === "") return `: write ${digits}, without the quotes`;
  const factor = /milliseconds/.test(issue.message) ? inMs[unit] : undefined;
  return `: write ${Number(digits) * (factor ?? 1)}, without a unit`;
}
