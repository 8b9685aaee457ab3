// What a scenario asks of a provider that the provider does not do, told before anything is dialled: by name, at the field
// or the value of the matrix that asks for it.

import type { Capabilities } from "../protocol/capabilities.ts";
import { capabilitiesOf } from "../protocol/providers.ts";
import { axisName, combinations, findAxis, withAxisValues } from "./axes.ts";
import type { Scenario } from "./scenario.ts";
import type { Fault, Path } from "./tree.ts";

interface Wish {
  /** The field's own path, also where an axis varies it. */
  readonly field: string;
  /** Where it stands when no axis varies it. */
  readonly path: Path;
  readonly value: string;
  readonly offered: keyof Pick<Capabilities, "kinds" | "turnDetection" | "formats" | "efforts">;
}

const wishesOf = ({ session, caller }: Scenario): readonly Wish[] => [
  { field: "session.kind", path: ["session", "kind"], value: session.kind, offered: "kinds" },
  { field: "session.turnDetection.type", path: ["session", "turnDetection", "type"], value: session.turnDetection.type, offered: "turnDetection" },
  { field: "session.inputFormat", path: ["session", "inputFormat"], value: session.inputFormat, offered: "formats" },
  { field: "session.outputFormat", path: ["session", "outputFormat"], value: session.outputFormat, offered: "formats" },
  ...(session.effort === undefined ? [] : [{ field: "session.effort", path: ["session", "effort"], value: session.effort, offered: "efforts" } as const]),
  ...Object.entries(caller.effortPolicy ?? {}).map(
    ([name, value]) => ({ field: "caller.effortPolicy", path: ["caller", "effortPolicy", name], value, offered: "efforts" }) as const,
  ),
  ...caller.turns.flatMap(({ effort }, turn): readonly Wish[] =>
    effort === undefined ? [] : [{ field: "caller.turns.effort", path: ["caller", "turns", turn, "effort"], value: effort, offered: "efforts" }],
  ),
];

const things = { kinds: "kind of session", turnDetection: "turn detection", formats: "audio format", efforts: "reasoning effort" } as const;

/** `axisNames`: the axes as they were written. */
export function capabilityFaults(resolved: Scenario, axisNames: readonly string[]): readonly Fault[] {
  const faults = new Map<string, Fault>();
  for (const values of combinations(resolved.matrix)) {
    const cell = withAxisValues(resolved, values);
    const offered = capabilitiesOf(cell.target);
    for (const wish of wishesOf(cell)) {
      // A dynamic effort without a policy is a fault of its own; with one, the policy is asked about.
      if (wish.value === "dynamic" || (offered[wish.offered] as readonly string[]).includes(wish.value)) continue;
      const path = placeOf(resolved, wish, axisNames);
      const message = refusal(cell.target, wish, offered[wish.offered]);
      faults.set(JSON.stringify([path, message]), { path, anchor: "value", message });
    }
  }
  return [...faults.values(), ...usageFaults(resolved)];
}

/** What only the server's own account could tell. */
const ofUsage = /^\s*(?:cost|tokens_\w+|cached_share)\b/;

function usageFaults({ target, thresholds }: Scenario): readonly Fault[] {
  if (capabilitiesOf(target).usage) return [];
  const message = "is about tokens and money, and target.capabilities declares usage: false: the server reports none, so it could never be met";
  return thresholds.flatMap((text, index): Fault[] => (ofUsage.test(text) ? [{ path: ["thresholds", index], anchor: "value", message }] : []));
}

function placeOf({ matrix }: Scenario, { field, path, value }: Wish, axisNames: readonly string[]): Path {
  const values = matrix[field];
  const axis = findAxis(field);
  if (!values || !axis) return path;
  const name = axisNames.find((written) => findAxis(written) === axis) ?? axisName(axis);
  return ["matrix", name, values.indexOf(value)];
}

function refusal({ provider, model }: Scenario["target"], { value, offered }: Wish, known: readonly string[]): string {
  const thing = things[offered];
  const rest = known.length === 0 ? `no ${thing} at all` : known.join(", ");
  if (provider === "compatible")
    return `asks for the ${thing} ${value}, and target.capabilities declares ${rest}: if the server takes it, declare capabilities: {${offered}: [${[...known, value].join(", ")}]}; earshot doctor finds out`;
  const remedy = offered === "efforts" ? "leave it out, or name a gpt-realtime-2 model" : `use one of ${known.join(", ")}`;
  return `asks for the ${thing} ${value}, and ${model} on ${provider} takes ${rest}: ${remedy}`;
}
