// The resolved scenario as it may be shown to strangers: its settings, without words, addresses, keys and labels.

import { parse, stringify } from "yaml";

const LEFT_OUT = "(left out)";

/** What is the user's own data all through, whatever it looks like. */
const ownData = new Set(["tags", "auth", "headers", "parameters", "value", "template", "expect", "arguments", "url", "proxy", "documents", "feeders"]);
/** Fields whose texts are names and settings of the language. */
const settings = new Set(
  (
    "name version provider model profile script kind inputFormat outputFormat effort voice type cache say set order language network prices thresholds threshold privacy " +
    "thinkMs delayMs repeat complex otherwise effortBy duration startOver for at every over after gracefulStop warmUp arrivals stages load sessions frameMs silenceMs turnDetection patienceMs maxOutputTokens"
  ).split(" "),
);

/** Whether texts of the field, which may be a path, are settings of the language. */
export const isSetting = (path: string): boolean => settings.has(fieldOf(path)) && !path.split(".").some((part) => ownData.has(part));

const fieldOf = (path: string): string => path.split(".").at(-1) ?? path;

/** Thresholds may name a label by its value; their braces keep what the language itself has. */
const withoutLabels = (threshold: string, labels: readonly (readonly [string, string])[]): string =>
  labels.reduce((text, [name, value]) => text.replaceAll(`${name}=${value}`, `${name}=${LEFT_OUT}`), threshold);

function shown(value: unknown, field: string, labels: readonly (readonly [string, string])[]): unknown {
  if (ownData.has(field)) return LEFT_OUT;
  if (Array.isArray(value)) return value.map((item) => shown(item, field, labels));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner, fieldOf(name), labels)]));
  if (typeof value !== "string") return value;
  return settings.has(field) ? withoutLabels(value, labels) : LEFT_OUT;
}

/** The YAML of a run's scenario with everything left out that is neither a number nor a setting; empty for what is not YAML. */
export function sharedYaml(resolvedYaml: string): string {
  const tree: unknown = parse(resolvedYaml);
  if (typeof tree !== "object" || tree === null) return "";
  const { tags = {} } = tree as { readonly tags?: Readonly<Record<string, unknown>> };
  const labels = Object.entries(tags).map(([name, value]) => [name, String(value)] as const);
  return stringify(shown(tree, "", labels), { lineWidth: 120, aliasDuplicateObjects: false });
}
