// A run as it may be shown to strangers: every figure of it, and of texts only those that the scenario's language or the
// user's own clips gave names to. What is not known to be harmless is left out, so a field that is new stays at home.

import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import { fingerprintOf } from "./privacy.ts";
import type { CallRow, CellResult, RunRecord, RunResult, ThresholdResult } from "./run-result.ts";

/** Texts of a turn that are names; numbers and yes-or-no are figures and all stay. */
const namesOfRow: ReadonlySet<string> = new Set<keyof TurnRow | keyof CallRow | keyof RecoveryRow>([
  "run",
  "cell",
  "kind",
  "input",
  "clip",
  "effort",
  "network",
  "outcome",
  "failureClass",
  "flags",
  "priceList",
  "usage",
  "transcriptErrors",
  "cause",
]);

function withoutTexts<Row extends object>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => typeof value === "number" || typeof value === "boolean" || value === null || namesOfRow.has(name)),
  ) as Row;
}

const sharedTurn = (row: TurnRow): TurnRow => ({
  ...withoutTexts(row),
  ...(row.expectations ? { expectations: row.expectations.map(({ what, met }) => ({ what, met, why: "" })) } : {}),
});

/** Says nothing of what a function was asked and answered, nor of the provider's ids. */
const sharedCallText = (call: CallRow): CallRow => withoutTexts(call);

/** Labels came from wherever the user had them: their values are in nothing that is shared, thresholds included. */
function withoutTags(text: string, tags: RunResult["tags"]): string {
  return Object.entries(tags).reduce((shown, [name, value]) => shown.replaceAll(`${name}=${value}`, `${name}=(left out)`), text);
}

const withoutLabels = (thresholds: readonly ThresholdResult[], tags: RunResult["tags"]): readonly ThresholdResult[] =>
  thresholds.map((threshold) => ({ ...threshold, text: withoutTags(threshold.text, tags) }));

function sharedResult(result: RunResult): RunResult {
  const { calls, revision, end, instrument, identity, tags, audio: _voices, ...rest } = result;
  const { job: _job, ...known } = revision ?? {};
  const { canary, ...measured } = instrument;
  const { lost, ...canaryFigures } = canary ?? { sessions: 0, count: 0 };
  return {
    ...rest,
    end: { type: end.type },
    ...(Object.keys(known).length > 0 ? { revision: known } : {}),
    identity: { ...identity, turns: fingerprintOf(identity.turns) },
    tags: {},
    calls: calls.map(sharedCallText),
    instrument: { ...measured, ...(canary ? { canary: { ...canaryFigures, ...(lost === undefined ? {} : { lost: "(left out)" }) } } : {}) },
    // A doubt may quote a server.
    validity: {
      ...rest.validity,
      doubts: rest.validity.doubts.map((doubt) => ({ ...doubt, message: doubt.message.replace(/, for example: .*$/s, "") })),
    },
    thresholds: withoutLabels(rest.thresholds, tags),
  };
}

export interface Sharing {
  /** What is left of the scenario. */
  readonly scenarioYaml: string;
  /** Whether the field's texts are settings of the language rather than anybody's words. */
  readonly isSetting: (field: string) => boolean;
}

/** The cell's axes, with a fingerprint in the place of words. */
const sharedAxes = ({ axes }: CellResult, { isSetting }: Sharing): CellResult["axes"] =>
  Object.fromEntries(Object.entries(axes).map(([axis, value]) => [axis, typeof value === "string" && !isSetting(axis) ? fingerprintOf(value) : value]));

/** Ids of cells are made of their axes; in these, words are replaced as in the axes. */
function cellNames(cells: readonly CellResult[], sharing: Sharing): ReadonlyMap<string, string> {
  return new Map(
    cells.map((cell) => {
      const shared = sharedAxes(cell, sharing);
      const replaced = Object.entries(cell.axes).filter(([axis, value]) => shared[axis] !== value);
      return [cell.id, replaced.reduce((name, [axis, value]) => name.replaceAll(String(value), String(shared[axis])), cell.id)];
    }),
  );
}

/** The record without transcripts, written words, arguments, messages of servers, ids of the provider, labels, and the address of the job. */
export function sharedRecord({ result, turns, warmUpTurns, recoveries, objectives }: RunRecord, sharing: Sharing): RunRecord {
  const names = cellNames(result.cells, sharing);
  const renamed = <Row extends { readonly cell: string }>(row: Row): Row => ({ ...row, cell: names.get(row.cell) ?? row.cell });
  const shared = sharedResult(result);
  return {
    result: {
      ...shared,
      cells: shared.cells.map((cell) => ({ ...cell, id: names.get(cell.id) ?? cell.id, axes: sharedAxes(cell, sharing) })),
      calls: shared.calls.map(renamed),
      thresholds: shared.thresholds.map(renamed),
    },
    turns: turns.map((row) => renamed(sharedTurn(row))),
    ...(warmUpTurns ? { warmUpTurns: warmUpTurns.map((row) => renamed(sharedTurn(row))) } : {}),
    ...(recoveries ? { recoveries: recoveries.map((row) => renamed(withoutTexts(row))) } : {}),
    ...(objectives ? { objectives: withoutLabels(objectives, result.tags).map(renamed) } : {}),
    scenarioYaml: sharing.scenarioYaml,
  };
}

/** A function's call as figures: when it came, when its output went, and how it ended. */
export const sharedToolCall = ({ arguments: _given, output: _output, callId: _callId, responseId: _responseId, ...row }: ToolCallRow): object => row;
