// What a policy of efforts brought against the highest effort for every turn: money, waiting and right answers.

import { rightTurns, tallyText } from "./accuracy.ts";
import type { CellView } from "./cell-view.ts";
import { formatMs, formatShare, formatUsd } from "./format.ts";

const order: readonly (string | undefined)[] = ["minimal", "low", "medium", "high", "xhigh"];
const otherAxes = ({ cell }: CellView): string => JSON.stringify(Object.entries(cell.axes).filter(([axis]) => axis !== "effort"));

/** One sentence for each cell with a policy that has a neighbour of one effort; none where nothing can be compared. */
export function dynamicEffortTexts(views: readonly CellView[]): readonly string[] {
  return views.filter(({ cell }) => cell.effort === "dynamic").flatMap((view) => textOf(view, views) ?? []);
}

function textOf(dynamic: CellView, views: readonly CellView[]): string | undefined {
  const [highest] = views
    .filter((view) => order.includes(view.cell.effort) && otherAxes(view) === otherAxes(dynamic))
    .toSorted((a, b) => order.indexOf(b.cell.effort) - order.indexOf(a.cell.effort));
  const [ours, theirs] = [dynamic.cell.money.usdPerTurn, highest?.cell.money.usdPerTurn];
  if (!highest || ours === undefined || !theirs) return undefined;
  const saved = 1 - ours / theirs;
  const share = formatShare(Math.abs(saved));
  const against = `(${formatUsd(ours)} against ${formatUsd(theirs)} a turn)`;
  const money =
    saved < 0
      ? `dynamic effort costs ${share} more than ${highest.cell.effort} ${against}`
      : `dynamic effort saves ${share} of the money of ${highest.cell.effort} ${against}`;
  const [p50, other] = [dynamic.cell.metrics.voice_to_voice?.p50, highest.cell.metrics.voice_to_voice?.p50];
  const waiting = p50 === undefined || other === undefined ? [] : [`median ${formatMs(p50)} against ${formatMs(other)} ms`];
  const [right, theirRight] = [rightTurns(dynamic), rightTurns(highest)];
  const answers = right && theirRight ? [`${tallyText(right)} turns as expected against ${tallyText(theirRight)}`] : [];
  return [money, ...waiting, ...answers].join(", ");
}
