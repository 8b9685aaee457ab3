// A fault in a threshold at the line it was written on, or at its flag.

import type { Issue } from "../core/issues.ts";
import type { ParsedScenario } from "../scenario/parse.ts";

/** `text`: the threshold as it was written. */
export function thresholdIssue(
  { scenario, placed }: ParsedScenario,
  source: string,
  { text, message }: { readonly text: string; readonly message: string },
): Issue {
  const index = scenario.thresholds.findIndex((written) => written.trim() === text.trim());
  return index === -1 ? { source: "--threshold", message } : placed({ source, path: `thresholds[${index}]`, message });
}
