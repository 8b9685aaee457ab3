// The resolved scenario as YAML, kept with every run: it can be run again, and holds no secret.

import { stringify } from "yaml";
import { findAxis } from "./axes.ts";
import { writtenLoad } from "./resolve-load.ts";
import { redactTarget, redacted } from "./redact-target.ts";
import type { Reference } from "./environment.ts";
import type { Scenario } from "./scenario.ts";
import { spanText } from "./span-text.ts";
import { type Path, type Tree, valueAt, withValue } from "./tree.ts";

/** Nothing but the name of a variable: no default, no text around it that could be part of a key. */
const pureReference = /^\$\{env:\w+\}$/;

/** What a user wrote with references in it, without what else in it could be a key. */
function fitToShow([section, field, part]: Path, shown: string): string {
  if (section !== "target" || pureReference.test(shown)) return shown;
  if (field === "url" || field === "proxy" || part === "mint") return redactUrlText(shown);
  return field === "auth" || field === "headers" ? redacted : shown;
}

/** An address as text, which may hold references: host and path stay, and of the query what is a model or a reference. */
export function redactUrlText(text: string): string {
  const [address = "", query] = text.replace(/#.*$/s, "").split(/\?(.*)/s);
  const shownQuery = query?.split("&").map((pair) => {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    return name === "model" || pureReference.test(value) ? pair : `${name}=${redacted}`;
  });
  return [address.replace(/\/\/[^@/]*@/, "//"), ...(shownQuery ? [shownQuery.join("&")] : [])].join("?");
}

export function toResolvedYaml(scenario: Scenario, references: readonly Reference[]): string {
  const { abortAfterMs = {}, abortAllAfterMs, ...fields } = scenario;
  const thresholds = scenario.thresholds.map((threshold) => {
    const afterMs = abortAfterMs[threshold];
    return afterMs === undefined ? threshold : { threshold, abortOnFail: { after: spanText(afterMs) } };
  });
  const written = {
    ...fields,
    session: scenario.caller.effortPolicy ? { ...fields.session, effort: "dynamic" } : fields.session,
    target: redactTarget(scenario.target, redactUrl),
    load: writtenLoad(scenario.load),
    thresholds,
    ...(abortAllAfterMs !== undefined && { abortOnFail: { after: spanText(abortAllAfterMs) } }),
  };
  let tree = written as unknown as Tree;
  for (const { path, shown } of references) {
    const place = path[0] === "matrix" ? [path[0], findAxis(String(path[1]))?.path ?? String(path[1]), ...path.slice(2)] : path;
    if (valueAt(tree, place) === undefined) continue;
    const replaced = withValue(tree, place, fitToShow(place, shown));
    if ("tree" in replaced) tree = replaced.tree;
  }
  return stringify(tree, { lineWidth: 120, aliasDuplicateObjects: false });
}

function redactUrl(text: string): string {
  const url = new URL(text);
  const isPlain = url.hash === "" && url.username === "" && url.password === "" && [...url.searchParams.keys()].every((name) => name === "model");
  if (isPlain) return text;
  url.username = "";
  url.password = "";
  for (const name of new Set(url.searchParams.keys())) if (name !== "model") url.searchParams.set(name, redacted);
  return url.href;
}
