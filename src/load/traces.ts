// Keeps the raw inputs of calls, all of them or those with the worst turns, so that their rows can be made again. A call's
// inputs are held while it lasts; what stays of it is a file.

import type { TurnRow } from "../metrics/turn-row.ts";
import { byRank } from "../metrics/quantile.ts";
import { measure, type Sample } from "../metrics/measure.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { withRoundsDrawn } from "../plan/rounds.ts";
import type { CallPlace } from "../result/row-files.ts";
import { traceText, traceVersion, type TraceHead, type TraceStep } from "../session/trace.ts";

/** Every call's, or of each cell those of the calls with its `turns` slowest and unanswered turns. */
export type KeptTraces = { readonly type: "all" } | { readonly type: "worst"; readonly turns: number };

export interface Traces {
  begin(call: PlannedCall, dialled: Pick<TraceHead, "plannedUs" | "held" | "documents">): CallTrace;
}

export interface CallTrace {
  note(step: TraceStep): void;
  noteRow(row: TurnRow): void;
  /** The call is over: its trace is kept or forgotten. */
  end(): void;
}

export interface TracesPort {
  readonly kept: KeptTraces;
  readonly runId: string;
  readonly runStartUs: number;
  /** Takes keys out of what servers say. */
  readonly redact: (text: string) => string;
  /** Writes a call's trace, or takes it away again. */
  keep(call: CallPlace, text: string | undefined): void;
}

interface BadTurn {
  readonly sample: Sample;
  readonly place: CallPlace;
}

const isSame = (a: CallPlace, b: CallPlace): boolean => a.session === b.session && a.call === b.call;

export function createTraces({ kept, runId, runStartUs, redact, keep }: TracesPort): Traces {
  const worstOf = new Map<string, readonly BadTurn[]>();

  /** Whether the call has one of its cell's worst turns so far; calls that no longer have one lose their trace. */
  function isAmongWorst(place: CallPlace, samples: readonly Sample[], turns: number): boolean {
    const before = worstOf.get(place.cell) ?? [];
    const all = [...before, ...samples.map((sample) => ({ sample, place }))].toSorted((a, b) => byRank(b.sample, a.sample));
    const after = all.slice(0, turns);
    worstOf.set(place.cell, after);
    for (const { place: old } of before) if (!after.some((turn) => isSame(turn.place, old))) keep(old, undefined);
    return after.some((turn) => isSame(turn.place, place));
  }

  return {
    begin(call, dialled) {
      const place: CallPlace = { cell: call.cell.id, session: call.session, call: call.call };
      const text = (): string => {
        const open = withoutSecrets(withRoundsDrawn(call, Math.floor(lastTurn / Math.max(1, call.turns.length)) + 2));
        const head: TraceHead = { v: traceVersion, run: runId, runStartUs, ...dialled, call: open };
        return redact(traceText(head, steps));
      };
      const steps: TraceStep[] = [];
      let lastTurn = 0;
      const samples: Sample[] = [];
      return {
        note: (step) => void steps.push(step),
        noteRow(row) {
          lastTurn = Math.max(lastTurn, row.turn);
          const sample = measure("voice_to_voice", row);
          if (sample) samples.push(sample);
        },
        end() {
          if (kept.type === "all" || isAmongWorst(place, samples, kept.turns)) keep(place, text());
        },
      };
    },
  };
}

/** Each thread knows the worst turns of its own calls. Of those that were `kept`, the calls that have none of the run's. */
export function withoutWorst(rows: readonly TurnRow[], kept: (call: CallPlace) => boolean, turns: number): readonly CallPlace[] {
  const left: CallPlace[] = [];
  for (const [, ofCell] of Map.groupBy(rows, (row) => row.cell)) {
    const places = [...Map.groupBy(ofCell, ({ session, call }) => `${session}/${call}`).values()].flatMap((ofCall) =>
      ofCall[0] && kept(ofCall[0]) ? [{ place: ofCall[0], rows: ofCall }] : [],
    );
    const bad = places.flatMap(({ place, rows: own }) =>
      own.flatMap((row): BadTurn[] => {
        const sample = measure("voice_to_voice", row);
        return sample ? [{ sample, place }] : [];
      }),
    );
    const worst = bad.toSorted((a, b) => byRank(b.sample, a.sample)).slice(0, turns);
    left.push(...places.flatMap(({ place }) => (worst.some((turn) => isSame(turn.place, place)) ? [] : [place])));
  }
  return left;
}

/** The plan of a call without what lets it in. */
function withoutSecrets(call: PlannedCall): PlannedCall {
  const { target, ...settings } = call.cell.settings;
  if (target.provider === "embedded") return call;
  const { provider, model, apiVersion, capabilities } = target;
  const open = { provider, model, url: "", ...(apiVersion === undefined ? {} : { apiVersion }), ...(capabilities === undefined ? {} : { capabilities }) };
  return { ...call, cell: { ...call.cell, settings: { ...settings, target: open } } };
}
