// A baseline kept beside the code: what comparisons need of one run or several, as text that is small enough to commit. The runs'
// folders may be gone by the time it is read.

import { failed, ok, type Result } from "../core/issues.ts";
import type { Sample } from "../metrics/measure.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import type { CellSamples, ComparableRun } from "./comparable-run.ts";

export const baselineVersion = 1;
const TYPE = "earshot baseline";

/** A hundredth of a millisecond is finer than any instrument's error. */
const STEPS_PER_UNIT = 100;
/** A sample in the file: a number, or ">8000" where nothing more is known than that it was longer. */
type KeptSample = number | `>${number}`;
type KeptCell = Readonly<Record<string, Readonly<Record<string, readonly KeptSample[]>>>>;

/** One line a session, so that a diff of two baselines can be read. */
export function formatBaseline(runs: readonly ComparableRun[]): string {
  const kept = runs.map((run) => ({ ...run, samples: mapValues(run.samples, keptCell) }));
  const text = JSON.stringify({ v: baselineVersion, type: TYPE, runs: kept }, null, 1);
  return `${text.replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items: string) => `[${items.replace(/\n\s+/g, " ")}]`)}\n`;
}

/** Whether a text is meant to be a baseline, whatever is wrong with it. */
export const isBaseline = (text: string): boolean => text.slice(0, 200).includes(TYPE);

/** Reads what formatBaseline wrote; `source` is named in the fault. */
export function parseBaseline(text: string, source: string): Result<readonly ComparableRun[]> {
  const fault = (message: string): Result<never> => failed({ source, message });
  try {
    const { v, type, runs } = JSON.parse(text) as { readonly v?: unknown; readonly type?: unknown; readonly runs?: readonly KeptRun[] };
    if (type !== TYPE) return fault('is no baseline; write one with "earshot compare RUN... --save baseline.json"');
    if (v !== baselineVersion)
      return fault(`is a baseline of version ${String(v)}, and this earshot reads version ${baselineVersion}; save it anew from its runs`);
    if (!Array.isArray(runs) || runs.length === 0) return fault("holds no run; save it anew");
    return ok(runs.map((run: KeptRun) => ({ ...run, samples: mapValues(run.samples, readCell) })));
  } catch (error) {
    return fault(`can't be read as a baseline (${(error as Error).message}); save it anew from its runs`);
  }
}

type KeptRun = Omit<ComparableRun, "samples"> & { readonly samples: Readonly<Record<string, KeptCell>> };

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

const keptCell = (cell: CellSamples): KeptCell =>
  mapValues(cell, (sessions) => Object.fromEntries(sessions.map(({ session, samples }) => [String(session), samples.map(keptSample)])));

function keptSample({ value, censored }: Sample): KeptSample {
  const rounded = Math.round(value * STEPS_PER_UNIT) / STEPS_PER_UNIT;
  return censored ? `>${rounded}` : rounded;
}

const readCell = (cell: KeptCell): CellSamples =>
  mapValues(cell, (sessions) =>
    Object.entries(sessions).map(([session, samples]) => ({ session: Number(session), samples: samples.map(readSample) })),
  ) satisfies Partial<Record<MetricId, unknown>>;

const readSample = (kept: KeptSample): Sample =>
  typeof kept === "number" ? { value: kept, censored: false } : { value: Number(kept.slice(1)), censored: true };
