// Text of a flag or of the environment as what the field wants: the same letters are a number here and a name there.

import { otherAxisPath } from "./axes.ts";
import { scenarioSchema } from "./schema.ts";
import { isBelow, parsePath, type Path, type Tree, valueAt, withoutValue, withValue } from "./tree.ts";

function typeOf(text: Tree | undefined): number | boolean | undefined {
  if (typeof text !== "string") return undefined;
  if (text === "true" || text === "false") return text === "true";
  return /^[-+]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Untyped text that looks like a number, true or false becomes it where the schema asks for that, and stays text elsewhere. */
export function withTypes(tree: Tree, untyped: readonly Path[]): Tree {
  const candidates = untyped.flatMap((path) => {
    const value = typeOf(valueAt(tree, path));
    return value === undefined ? [] : [{ path, value }];
  });
  if (candidates.length === 0) return tree;
  const issuesIn = (whole: Tree) => scenarioSchema.safeParse(whole).error?.issues ?? [];
  const issues = issuesIn(tree);
  const wants = (place: Path, value: number | boolean): boolean => {
    const field = variedField(place);
    const tried = field && withValue(withoutValue(tree, ["matrix"]), field, valueAt(tree, place.slice(0, 3)) as Tree);
    const [path, found] = tried && "tree" in tried ? [[...field, ...place.slice(3)], issuesIn(tried.tree)] : [place, issues];
    return found.some((issue) => {
      if (!isBelow(path, issue.path as Path)) return false;
      if (issue.code === "invalid_value") return issue.values.includes(value);
      if (typeof value === "number") return /\bnumbers?\b/.test(issue.message);
      return (issue.code === "invalid_type" && issue.expected === "boolean") || /\btrue or false\b/.test(issue.message);
    });
  };
  return candidates
    .filter(({ path, value }) => wants(path, value))
    .reduce<Tree>((rest, { path, value }) => {
      const set = withValue(rest, path, value);
      return "tree" in set ? set.tree : rest;
    }, tree);
}

/** Of a value of an axis that takes whatever its field takes: the field. */
function variedField([section, name, index]: Path): Path | undefined {
  return section === "matrix" && index !== undefined && otherAxisPath(String(name)) !== undefined ? parsePath(String(name)) : undefined;
}
