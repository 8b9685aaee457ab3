// A scenario's text as the parser takes it, alone in a file called s.yaml.

import assert from "node:assert/strict";
import { formatIssue } from "../core/issues.ts";
import type { Override } from "../scenario/overrides.ts";
import { parseScenario, type ParsedScenario } from "../scenario/parse.ts";

/** As little as a scenario can be. */
export const smallest = "version: 1\nname: small\ncaller:\n  turns:\n    - say: order-status\n";

interface Given {
  readonly overrides?: readonly Override[];
  readonly env?: Readonly<Record<string, string>>;
}

const parse = (text: string, { overrides = [], env = {} }: Given = {}) => parseScenario({ text, source: "s.yaml", overrides, env });

/** What is wrong with it, as a user reads it. */
export function issuesOf(text: string, given: Given = {}): readonly string[] {
  const parsed = parse(text, given);
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

/** The scenario, or a failed test that says what is wrong with it. */
export function parsedOf(text: string, given: Given = {}): ParsedScenario {
  const parsed = parse(text, given);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  return parsed.value;
}
