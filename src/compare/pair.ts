// Which cells belong together, and what must not differ between them. Two numbers of different things are not compared,
// they are listed as incomparable with what differs. The seed is never a difference.

import { failed, ok, type Result } from "../core/issues.ts";
import type { ComparableRun, ComparedCell } from "./comparable-run.ts";

/** What may be declared to differ between two runs, because it is the question. */
export const variables = ["effort", "model", "instructions"] as const;
export type Variable = (typeof variables)[number];

export interface CellPair {
  readonly baseline: ComparedCell;
  readonly candidate: ComparedCell;
  /** Sentences; a pair with any of them is not judged. */
  readonly incomparable: readonly string[];
  readonly declared: readonly string[];
}

export interface Pairing {
  readonly pairs: readonly CellPair[];
  /** Cells without a partner, as sentences. */
  readonly unpaired: readonly string[];
}

interface Difference {
  readonly field: string;
  readonly sentence: string;
}

const LISTED_FIXTURES = 5;

function fixtureDifference(a: ComparableRun, b: ComparableRun): Difference[] {
  const before = a.identity.fixtures;
  const after = b.identity.fixtures;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((clip) => before[clip] !== after[clip]).sort();
  if (changed.length === 0) return [];
  const rest = changed.length > LISTED_FIXTURES ? ` and ${changed.length - LISTED_FIXTURES} more` : "";
  return [{ field: "fixtures", sentence: `the callers' speech differs: ${changed.slice(0, LISTED_FIXTURES).join(", ")}${rest}` }];
}

/** What differs between two runs in whole, whatever the cell. */
function runDifferences(a: ComparableRun, b: ComparableRun): Difference[] {
  const named = [
    { field: "instructions", name: "the instructions differ", before: a.identity.instructions, after: b.identity.instructions, show: false },
    { field: "tools", name: "the tools differ", before: a.identity.tools, after: b.identity.tools, show: false },
    { field: "context", name: "what the model reads besides differs", before: a.identity.context ?? "plain", after: b.identity.context ?? "plain", show: true },
    { field: "turnDetection", name: "the turn detection differs", before: a.identity.turnDetection, after: b.identity.turnDetection, show: true },
    { field: "inputFormat", name: "the audio format differs", before: a.identity.inputFormat, after: b.identity.inputFormat, show: true },
    { field: "outputFormat", name: "the format of the answers differs", before: a.identity.outputFormat, after: b.identity.outputFormat, show: true },
    { field: "turns", name: "what callers say differs", before: a.identity.turns, after: b.identity.turns, show: true },
    { field: "patienceMs", name: "the callers' patience differs", before: a.identity.patienceMs, after: b.identity.patienceMs, show: true },
    { field: "metricsVersion", name: "the metrics are defined differently", before: a.identity.metricsVersion, after: b.identity.metricsVersion, show: true },
  ];
  return [
    ...fixtureDifference(a, b),
    ...named
      .filter(({ before, after }) => before !== after)
      .map(({ field, name, before, after, show }) => ({ field, sentence: show ? `${name}: ${before} against ${after}` : name })),
  ];
}

const cellFields: readonly { readonly field: string; readonly name: string; readonly of: (cell: ComparedCell) => string | number | undefined }[] = [
  { field: "provider", name: "the provider", of: (cell) => cell.provider },
  { field: "model", name: "the model", of: (cell) => cell.model },
  { field: "profile", name: "the latency profile", of: (cell) => cell.profile },
  { field: "effort", name: "the effort", of: (cell) => cell.effort },
  { field: "frameMs", name: "the frame size", of: (cell) => cell.frameMs },
  { field: "network", name: "the network", of: (cell) => cell.network },
  { field: "startBufferMs", name: "the player's start buffer", of: (cell) => cell.startBufferMs },
];

function cellDifferences(a: ComparedCell, b: ComparedCell): Difference[] {
  return cellFields
    .filter(({ of }) => of(a) !== of(b))
    .map(({ field, name, of }) => ({ field, sentence: `${name} differs: ${of(a) ?? "none"} against ${of(b) ?? "none"}` }));
}

function pairOf(baseline: ComparedCell, candidate: ComparedCell, differences: readonly Difference[], declared: readonly string[]): CellPair {
  const isDeclared = ({ field }: Difference): boolean => declared.includes(field);
  return {
    baseline,
    candidate,
    incomparable: differences.filter((difference) => !isDeclared(difference)).map(({ sentence }) => sentence),
    declared: differences.filter(isDeclared).map(({ sentence }) => sentence),
  };
}

/** What a cell is matched by: its axes in any order, without those that may differ. */
function keyOf(cell: ComparedCell, ignored: readonly string[]): string {
  const axes = Object.entries(cell.axes).filter(([axis]) => !ignored.includes(axis));
  return JSON.stringify(axes.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/**
 * Pairs the cells of two runs with the same axes, those in `vary` left out of account. Two runs of one cell each are always
 * a pair, so that what differs is said. Where `vary` leaves several cells on a side for one key, they stay unpaired.
 */
export function pairRuns(a: ComparableRun, b: ComparableRun, vary: readonly Variable[] = []): Pairing {
  const ofRuns = runDifferences(a, b);
  const pair = (before: ComparedCell, after: ComparedCell): CellPair => pairOf(before, after, [...ofRuns, ...cellDifferences(before, after)], vary);
  const [onlyA, onlyB] = [a.cells[0], b.cells[0]];
  if (onlyA && onlyB && a.cells.length === 1 && b.cells.length === 1) return { pairs: [pair(onlyA, onlyB)], unpaired: [] };

  const pairs: CellPair[] = [];
  const unpaired: string[] = [];
  const groupedA = Map.groupBy(a.cells, (cell) => keyOf(cell, vary));
  const groupedB = Map.groupBy(b.cells, (cell) => keyOf(cell, vary));
  for (const key of new Set([...groupedA.keys(), ...groupedB.keys()])) {
    const before = groupedA.get(key) ?? [];
    const after = groupedB.get(key) ?? [];
    const [first, second] = [before[0], after[0]];
    if (first && second && before.length === 1 && after.length === 1) pairs.push(pair(first, second));
    else if (first && second) unpaired.push(`${idsOf(before)} of the baseline and ${idsOf(after)} of the candidate match in more than one way`);
    else if (first) unpaired.push(`${idsOf(before)} of the baseline has no partner in the candidate`);
    else unpaired.push(`${idsOf(after)} of the candidate has no partner in the baseline`);
  }
  return { pairs, unpaired };
}

const idsOf = (cells: readonly ComparedCell[]): string => cells.map((cell) => cell.id).join(" and ");

/** Pairs cells of one run: along axis `by`, each against the one whose value is `base`, all other axes being equal. */
export function pairWithin(run: ComparableRun, by: string, base: string): Result<Pairing> {
  const axes = [...new Set(run.cells.flatMap((cell) => Object.keys(cell.axes)))];
  if (!axes.includes(by)) return failed({ source: "--by", message: `${by} is no axis of this run; it has ${axes.join(", ") || "none"}` });
  const values = [...new Set(run.cells.map((cell) => String(cell.axes[by])))];
  if (!values.includes(base)) return failed({ source: "--base", message: `${by} never is ${base} in this run; it takes ${values.join(", ")}` });

  const pairs: CellPair[] = [];
  const unpaired: string[] = [];
  for (const cells of Map.groupBy(run.cells, (cell) => keyOf(cell, [by])).values()) {
    const baseline = cells.find((cell) => String(cell.axes[by]) === base);
    const others = cells.filter((cell) => cell !== baseline);
    // What differs between two arms is the question; all of it was listed when they were joined.
    if (baseline && by === "arm") pairs.push(...others.map((cell) => ({ baseline, candidate: cell, incomparable: [], declared: run.arms?.differences ?? [] })));
    else if (baseline) pairs.push(...others.map((cell) => pairOf(baseline, cell, cellDifferences(baseline, cell), [by])));
    else unpaired.push(`${idsOf(others)} has no partner with ${by} ${base}`);
  }
  return ok({ pairs, unpaired });
}
