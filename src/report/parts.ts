// Where the time of a typical turn goes. The parts of one turn add up to its voice_to_voice; medians of parts would not. The
// network is in the time until the end of speech is told: between two events of the server it cancels out.

import { seenValue } from "../metrics/measure.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { headline, type CellView } from "./cell-view.ts";

export const partNames = ["framing", "end of speech and network", "think", "player", "silence"] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Readonly<Record<PartName, number>>;

/** Share of the answered turns, around the median, that a typical turn is the mean of. */
export const TYPICAL_SHARE = 0.2;

/** The parts of an answered turn, ms; undefined where the server did not say when it heard the end, or said so too early. */
export function partsOf(row: TurnRow): Parts | undefined {
  const at = (metric: MetricId): number | undefined => seenValue(metric, row);
  const [framing, end, think, player, silence] = (["framing_delay", "end_of_utterance", "server_think", "player_start", "leading_silence"] as const).map(at);
  if (framing === undefined || end === undefined || think === undefined || player === undefined || silence === undefined || end < framing) return undefined;
  return { framing, "end of speech and network": end - framing, think, player, silence };
}

interface MeasuredTurn {
  readonly ms: number;
  readonly parts: Parts;
}

const remembered = new WeakMap<readonly TurnRow[], readonly MeasuredTurn[]>();

/** The answered turns whose parts are known, the fastest first; kept with the rows, for every report asks. */
function measuredTurns({ plainRows }: Pick<CellView, "plainRows">): readonly MeasuredTurn[] {
  const known = remembered.get(plainRows);
  if (known) return known;
  const turns = plainRows
    .flatMap((row) => {
      const ms = seenValue(headline, row);
      const parts = partsOf(row);
      return ms !== undefined && parts ? [{ ms, parts }] : [];
    })
    .sort((a, b) => a.ms - b.ms);
  remembered.set(plainRows, turns);
  return turns;
}

function meanParts(turns: readonly MeasuredTurn[]): Parts | undefined {
  if (turns.length === 0) return undefined;
  const mean = (name: PartName): number => turns.reduce((sum, { parts }) => sum + parts[name], 0) / turns.length;
  return Object.fromEntries(partNames.map((name) => [name, mean(name)])) as Parts;
}

/** The mean parts of the turns around the median. */
export function typicalParts(view: Pick<CellView, "plainRows">): Parts | undefined {
  const turns = measuredTurns(view);
  const half = Math.floor((turns.length * TYPICAL_SHARE) / 2);
  const middle = Math.floor((turns.length - 1) / 2);
  return meanParts(turns.slice(Math.max(0, middle - half), middle + half + 1));
}

/** The mean parts of the slowest share of the answered turns, at least one of them. */
export function slowParts(view: Pick<CellView, "plainRows">, share: number): Parts | undefined {
  const turns = measuredTurns(view);
  return meanParts(turns.slice(Math.min(turns.length - 1, Math.ceil(turns.length * (1 - share)))));
}
