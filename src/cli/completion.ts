// What a shell may complete: beside commands and options, the names that scenarios, networks, profiles and scripts have.

import { packageNames } from "../core/package-files.ts";
import { shippedNetworks } from "../faults/shipped-networks.ts";
import { scenarioNames } from "../library/places.ts";
import { profileNames } from "../target/profile.ts";
import { scriptNames } from "../target/script.ts";

const efforts = ["minimal", "low", "medium", "high", "xhigh"];

const networkNames = (): readonly string[] => ["none", ...shippedNetworks().keys()];

const ofOption: Readonly<Record<string, () => readonly string[]>> = {
  "--network": networkNames,
  "--profile": () => profileNames,
  "--script": () => scriptNames,
  "--effort": () => efforts,
  "--prices": () => packageNames(["fixtures", "prices"], ".json"),
};

const ofCommand: Readonly<Record<string, () => readonly string[]>> = {
  run: scenarioNames,
  plan: scenarioNames,
  networks: networkNames,
};

/**
 * Names for the last of `words` (the line without the program, the last one as far as it is written); undefined where there are
 * none, and commands, options or files are meant. Of a list with commas the last name is completed.
 */
export function namesFor(words: readonly string[]): readonly string[] | undefined {
  const current = words.at(-1) ?? "";
  const names = namesAfter(words.slice(0, -1), current);
  const before = current.slice(0, current.lastIndexOf(",") + 1);
  return names?.map((name) => before + name).filter((name) => name.startsWith(current));
}

function namesAfter(earlier: readonly string[], current: string): readonly string[] | undefined {
  const option = ofOption[earlier.at(-1) ?? ""];
  if (option) return option();
  if (current.startsWith("-") || earlier.at(-1)?.startsWith("--")) return undefined;
  return ofCommand[earlier[0] ?? ""]?.();
}
