// What broke, by class: turns and calls, an example, and what to try first.

import { classMeanings, failureClasses } from "../core/failure-classes.ts";
import type { RunRecord } from "../result/run-result.ts";
import { formatCount, oneLine } from "./format.ts";
import type { TextColumn, TextTable } from "./text-table.ts";

export interface FailureGroup {
  readonly failureClass: string;
  /** Failed turns, and calls that broke. */
  readonly turns: number;
  readonly calls: number;
  readonly example: string;
  /** Whose it is, and what to try first; empty for a class that this earshot does not know. */
  readonly remedy: string;
}

/** The classes that anything broke by, those with the most turns first. */
export function failureGroups({ turns, result }: Pick<RunRecord, "turns" | "result">): readonly FailureGroup[] {
  const broken = turns.filter((row) => row.outcome === "failed").map((row) => ({ failureClass: row.failureClass ?? "unknown", failure: row.failure }));
  const calls = result.calls.flatMap(({ failureClass, failure }) => (failureClass === undefined ? [] : [{ failureClass, failure }]));
  const names = [...new Set([...broken, ...calls].map(({ failureClass }) => failureClass))];
  return names
    .map((failureClass): FailureGroup => {
      const [ofTurns, ofCalls] = [broken, calls].map((all) => all.filter((one) => one.failureClass === failureClass));
      const known = failureClasses.find((name) => name === failureClass);
      return {
        failureClass,
        turns: ofTurns?.length ?? 0,
        calls: ofCalls?.length ?? 0,
        example: [...(ofTurns ?? []), ...(ofCalls ?? [])].find(({ failure }) => failure)?.failure ?? "",
        remedy: known ? `${classMeanings[known].whose}: ${classMeanings[known].remedy}` : "",
      };
    })
    .sort((a, b) => b.turns - a.turns || b.calls - a.calls);
}

const EXAMPLE_LENGTH_MAX = 300;

const columns: readonly TextColumn[] = [
  { header: "class", align: "left" },
  { header: "turns", align: "right" },
  { header: "calls", align: "right" },
  { header: "for example", align: "left" },
  { header: "whose, and what to try", align: "left" },
];

/** A line for each class, `3 network: 1006: the connection was reset (1 call broke)`, and one below it that says whose it is. */
export const failureLines = (record: RunRecord): readonly string[] =>
  failureGroups(record).flatMap(({ failureClass, turns, calls, example, remedy }) => {
    const broken = calls === 0 ? "" : ` (${formatCount(calls)} ${calls === 1 ? "call" : "calls"} broke)`;
    const what = `${formatCount(turns)} ${oneLine(failureClass, 40)}${example === "" ? "" : `: ${oneLine(example, 90)}`}${broken}`;
    return remedy === "" ? [what] : [what, remedy];
  });

/** Undefined where nothing broke. */
export function failureTable(record: RunRecord): TextTable | undefined {
  const groups = failureGroups(record);
  if (groups.length === 0) return undefined;
  return {
    columns,
    rows: groups.map(({ failureClass, turns, calls, example, remedy }) => [
      oneLine(failureClass, 40),
      formatCount(turns),
      formatCount(calls),
      oneLine(example, EXAMPLE_LENGTH_MAX),
      remedy,
    ]),
  };
}
