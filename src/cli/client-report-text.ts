// The account of what clients did, as `earshot target` prints it at its end.

import { textTable, type TextColumn } from "../report/text-table.ts";
import { type CallerAccount, type ClientReport, connectionEnds, type Loss } from "../target/client-account.ts";

/** Callers and losses shown; the file has them all. */
const SHOWN = 20;

const columns: readonly TextColumn[] = [
  { header: "caller", align: "left" },
  { header: "connections", align: "right" },
  { header: "ended", align: "left" },
  { header: "lost", align: "right" },
  { header: "came back", align: "right" },
  { header: "after p50", align: "right" },
  { header: "p95", align: "right" },
  { header: "max", align: "right" },
  { header: "history", align: "right" },
  { header: "asked again", align: "right" },
  { header: "doubled", align: "right" },
];

/** Lines, without one for nobody. Times in ms after the last sign of the lost connection. */
export function clientReportText({ durationMs, peakPerS, callers }: ClientReport): readonly string[] {
  if (callers.length === 0) return [];
  const losses = callers.flatMap(({ caller, losses: each }) => each.map((loss) => ({ caller, loss })));
  const sum = (count: (caller: CallerAccount) => number): number => callers.reduce((all, caller) => all + count(caller), 0);
  const total: CallerAccount = {
    caller: "all",
    connections: sum(({ connections }) => connections),
    stillOpen: sum(({ stillOpen }) => stillOpen),
    turnedAway: sum(({ turnedAway }) => turnedAway),
    ends: Object.fromEntries(connectionEnds.map((end) => [end, sum(({ ends }) => ends[end] ?? 0)])),
    interrupted: sum(({ interrupted }) => interrupted),
    truncated: sum(({ truncated }) => truncated),
    pingsSent: sum(({ pingsSent }) => pingsSent),
    pingsAnswered: sum(({ pingsAnswered }) => pingsAnswered),
    losses: losses.map(({ loss }) => loss),
  };
  const rows = [...callers.slice(0, SHOWN), ...(callers.length > 1 ? [total] : [])];
  const away = total.turnedAway > 0 ? `, ${total.turnedAway} turned away` : "";
  return [
    `clients: ${callers.length} in ${(durationMs / 1_000).toFixed(1)} s, at most ${peakPerS} connections within a second${away}`,
    `answers stopped by clients ${total.interrupted}, of which ${total.truncated} cut to what was heard; pings answered ${total.pingsAnswered} of ${total.pingsSent}`,
    "",
    ...textTable(columns, rows.map(cells)),
    ...more(callers.length - SHOWN, "callers"),
    ...(losses.length > 0 ? [""] : []),
    ...losses.slice(0, SHOWN).map(({ caller, loss }) => `${caller}: ${lossText(loss)}`),
    ...more(losses.length - SHOWN, "losses"),
  ];
}

const more = (left: number, what: string): readonly string[] => (left > 0 ? [`and ${left} more ${what}: --client-report FILE.json keeps them all`] : []);

function cells({ caller, connections, ends, stillOpen, losses }: CallerAccount): readonly string[] {
  const ended = [...connectionEnds.flatMap((end) => (ends[end] ? [`${ends[end]} ${end}`] : [])), ...(stillOpen > 0 ? [`${stillOpen} still open`] : [])];
  const back = losses.flatMap(({ returnedMs }) => (returnedMs === undefined ? [] : [returnedMs])).toSorted((a, b) => a - b);
  const at = (share: number): string => (back.length === 0 ? "-" : ms(back[Math.max(0, Math.ceil(back.length * share) - 1)] ?? 0));
  const taken = losses.filter(({ items }) => items !== undefined);
  const count = (of: (loss: Loss) => number | undefined): number => taken.reduce((all, loss) => all + (of(loss) ?? 0), 0);
  const history = taken.length === 0 ? "-" : `${count(({ itemsRestored }) => itemsRestored)} of ${count(({ items }) => items)}`;
  const turns = (of: (loss: Loss) => boolean | undefined): string => (taken.length === 0 ? "-" : String(count((loss) => (of(loss) ? 1 : 0))));
  return [
    caller,
    String(connections),
    ended.join(", "),
    String(losses.length),
    losses.length === 0 ? "-" : `${back.length} of ${losses.length}`,
    at(0.5),
    at(0.95),
    at(1),
    history,
    turns(({ isAskedAgain }) => isAskedAgain),
    turns(({ isDoubled }) => isDoubled),
  ];
}

function lossText({ end, lostAtMs, returnedMs, answeredMs, items, itemsRestored, itemsOther, halfAnswer, isAskedAgain, isDoubled }: Loss): string {
  const lost = `${end} at ${(lostAtMs / 1_000).toFixed(1)} s`;
  if (returnedMs === undefined) return `${lost}, never came back`;
  return [
    lost,
    `back after ${ms(returnedMs)} ms`,
    ...(items === undefined ? [] : [`history restored ${itemsRestored} of ${items}${itemsOther ? ` and ${itemsOther} others` : ""}`]),
    ...(halfAnswer === undefined ? [] : [`the half answer ${halfAnswer}`]),
    ...(isAskedAgain ? [isDoubled ? "the last turn doubled" : "the last turn asked again"] : []),
    answeredMs === undefined ? "no answer since" : `answered after ${ms(answeredMs)} ms`,
  ].join(", ");
}

const ms = (value: number): string => Math.round(value).toLocaleString("en-US");
