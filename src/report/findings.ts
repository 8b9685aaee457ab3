// What a run has to say, as short texts that the terminal, the summary and the page all use.

import { dynamicEffortTexts } from "./dynamic-effort.ts";
import { outcomes, type TurnRow } from "../metrics/turn-row.ts";
import { measure, type Sample } from "../metrics/measure.ts";
import { byRank, isQuantileBacked } from "../metrics/quantile.ts";
import type { RunRecord, RunResult } from "../result/run-result.ts";
import { headline, isEmbedded, type CellView } from "./cell-view.ts";
import { formatCount, formatDuration, formatMegabytes, formatShare, formatSmallMs, formatUsd, oneLine } from "./format.ts";

const several = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `embedded/realtime-2`, `openai/gpt-realtime-2`: what was measured. */
export function targetText(result: RunResult): string {
  return [...new Set(result.cells.map((cell) => `${cell.provider}/${cell.profile ?? cell.model}`))].join(", ");
}

/** `OFFLINE: low measured, high assumed`; undefined for a real provider, whose figures are its own. */
export function offlineText(result: RunResult): string | undefined {
  if (!isEmbedded(result)) return undefined;
  const names = (origin: string): string =>
    [...new Set(result.cells.filter((cell) => cell.dataOrigin === origin).map((cell) => cell.effort ?? cell.id))].join(", ");
  const origins = (["measured", "assumed"] as const).filter((origin) => names(origin) !== "").map((origin) => `${names(origin)} ${origin}`);
  return origins.length > 0 ? `OFFLINE: ${origins.join(", ")}` : "OFFLINE";
}

/** `2 cells x 20 callers x 2 turns = 80 turns`, `1 cell x 50 callers for 20 s = 412 turns`. */
export function planText({ plan, cells }: RunResult): string {
  const callers = cells.map((cell) => cell.sessions);
  const [fewest, most] = [Math.min(...callers), Math.max(...callers)];
  const each = fewest === most ? several(most, "caller") : `${formatCount(fewest)} to ${several(most, "caller")}`;
  const calls = plan.callsPerSession > 1 ? ` x ${plan.callsPerSession} calls` : "";
  const said = plan.isOpenEnded
    ? `${calls}, as many turns as it takes`
    : plan.windowMs === undefined
      ? `${calls} x ${several(plan.turnsPerCall, "turn")}`
      : ` for ${formatDuration(plan.windowMs)}`;
  const repeats = plan.repeats === undefined ? "" : `, ${plan.repeats} times over`;
  return `${several(plan.cells, "cell")} x ${plan.load ?? `${each}${said}`}${repeats} = ${several(plan.turnsPlanned, "turn")}`;
}

/** Whether cells differ in how long they run. */
const hasOwnWindows = (cells: RunResult["cells"]): boolean =>
  cells.some(({ axes }) => Object.keys(axes).some((axis) => /^load\.(?:duration|stages)\b/.test(axis)));

/** `80 planned = 79 answered + 1 unanswered`, or how many are missing; in a run by time, of those that were begun. */
export function reconciliationText({ plan, cells }: RunResult): string {
  const counts = outcomes.map((outcome) => ({ outcome, count: cells.reduce((sum, cell) => sum + cell.outcomes[outcome], 0) })).filter(({ count }) => count > 0);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const parts = counts.map(({ outcome, count }) => `${formatCount(count)} ${outcome}`).join(" + ") || "nothing";
  const counted = plan.isOpenEnded
    ? "begun"
    : plan.windowMs === undefined
      ? "planned"
      : `begun in ${hasOwnWindows(cells) ? "at most " : ""}${formatDuration(plan.windowMs)}`;
  const planned = `${formatCount(plan.turnsPlanned)} ${counted}`;
  const warmUp = cells.reduce((sum, cell) => sum + (cell.warmUpTurns ?? 0), 0);
  const apart = warmUp > 0 ? `; before that ${formatCount(warmUp)} to warm up, in no figure` : "";
  if (total === plan.turnsPlanned) return `${planned} = ${parts}${apart}`;
  return `${planned}, but ${formatCount(total)} accounted for: ${parts}${apart}`;
}

/** `valid: frames late p99 0.6 ms, own error p50 0.4 ms, at most 1.1 ms over 80 turns, event loop 9 %`. */
export function instrumentText(result: RunResult): string {
  const { instrument, validity } = result;
  const { lateness, truthError, loopUtilisation } = instrument;
  const late = isQuantileBacked(lateness.count, 0.99) ? { name: "p99", ms: lateness.p99 } : { name: "at most", ms: lateness.max };
  const parts = [
    ...(late.ms === undefined ? [] : [`frames late ${late.name} ${formatSmallMs(late.ms)}`]),
    ...(truthError?.absoluteP99 === undefined ? [] : [ownErrorText(truthError)]),
    ...canaryParts(instrument),
    ...(loopUtilisation === undefined ? [] : [`event loop ${formatShare(loopUtilisation)}`]),
    ...memoryParts(result),
  ];
  return `${validity.verdict}: ${parts.join(", ") || "nothing is known of its accuracy"}`;
}

/** `canary p50 0.9 ms, at most 4.0 ms over 9 turns`, or that there was none; nothing of runs from before there were canaries. */
function canaryParts({ canary }: RunResult["instrument"]): string[] {
  if (!canary) return [];
  if (canary.sessions === 0) return ["no canary"];
  if (canary.count === 0) return ["canary without a measured turn"];
  const end = isQuantileBacked(canary.count, 0.99) ? `p99 ${formatSmallMs(canary.p99)}` : `at most ${formatSmallMs(canary.max)}`;
  return [`canary p50 ${formatSmallMs(canary.p50)}, ${end} over ${several(canary.count, "turn")}`];
}

/** `memory 210 MB, flat`, of a run that is long enough by intention: `grew by 40 MB` from the window's start to the end. */
function memoryParts({ plan, instrument: { rssBytesFirst, rssBytesLast } }: RunResult): string[] {
  if (plan.windowMs === undefined || rssBytesFirst === undefined || rssBytesLast === undefined) return [];
  const change = rssBytesLast - rssBytesFirst;
  const how = Math.abs(change) <= rssBytesFirst * FLAT_SHARE ? "flat" : `${change > 0 ? "grew" : "fell"} by ${formatMegabytes(Math.abs(change))}`;
  return [`memory ${formatMegabytes(rssBytesLast)}, ${how}`];
}

/** Memory that ends this close to where it began is called flat: garbage comes and goes by more. */
const FLAT_SHARE = 0.1;

/** `own error p50 1.1 ms, at most 6.4 ms over 80 turns`: measured less what the target says it did. */
function ownErrorText({ p50, absoluteP99, min, max, count }: NonNullable<RunResult["instrument"]["truthError"]>): string {
  const middle = p50 === undefined ? "" : `p50 ${formatSmallMs(p50)}, `;
  const most = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0));
  const end = isQuantileBacked(count, 0.99) ? `p99 ${formatSmallMs(absoluteP99)}` : `at most ${formatSmallMs(most)}`;
  return `own error ${middle}${end} over ${several(count, "turn")}`;
}

/** `error p50 0.4 ms, p99 1.8 ms at 100 callers, 3 h ago`: what the newest check of this machine says of such a load. */
export function checkText({ check }: RunResult): string | undefined {
  if (!check) return undefined;
  const { level, honestCallers, ageMs } = check;
  const honest = `${formatCount(honestCallers)} callers honest`;
  if (!level) return `no level had as many callers; ${honest}, ${ageText(ageMs)}`;
  const { error, callers } = level;
  const middle = error.p50 === undefined ? "" : `p50 ${formatSmallMs(error.p50)}, `;
  const end = error.p99 === undefined ? `at most ${formatSmallMs(error.max)} over ${several(error.count, "turn")}` : `p99 ${formatSmallMs(error.p99)}`;
  return `error ${middle}${end} at ${several(callers, "caller")}${level.isHonest ? "" : ", not honest there"}, ${ageText(ageMs)}`;
}

/** `3 h ago`: the largest unit will do. */
function ageText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${formatCount(minutes)} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${formatCount(hours)} h ago` : `${formatCount(Math.round(hours / 24))} days ago`;
}

/** What the whole run cost, as far as it is known, and whether anybody has to pay it. */
export function costText(result: RunResult): string {
  const priced = result.cells.map((cell) => cell.money.usd).filter((usd) => usd !== undefined);
  const unpriced = result.cells.reduce((sum, cell) => sum + cell.money.unpricedTurns, 0);
  const total = priced.length > 0 ? formatUsd(priced.reduce((sum, usd) => sum + usd, 0)) : "unpriced";
  const charged = isEmbedded(result) ? " at list price, nothing was charged" : " at list price";
  return `${total}${priced.length > 0 ? charged : ""}${unpriced > 0 ? ` (${several(unpriced, "turn")} unpriced)` : ""}`;
}

/** Cached share and how the last cell's turns cost against the first's; undefined without prices. */
export function moneyText(views: readonly CellView[]): string | undefined {
  const [first, last] = [views[0], views.at(-1)];
  const tokens = views.map(({ cell }) => ({ share: cell.money.cachedInputShare, input: (cell.money.inputTokensPerTurn ?? 0) * cell.outcomes.answered }));
  const known = tokens.filter((token) => token.share !== undefined);
  const input = known.reduce((sum, token) => sum + token.input, 0);
  const cached = input > 0 ? known.reduce((sum, token) => sum + (token.share ?? 0) * token.input, 0) / input : undefined;
  const [from, to] = [first?.cell.money.usdPerTurn, last?.cell.money.usdPerTurn];
  const more = from === undefined || to === undefined || first === last || from === 0 ? undefined : to / from - 1;
  const parts = [
    ...(cached === undefined ? [] : [`cached input ${formatShare(cached)}`]),
    ...(more === undefined ? [] : [`${last?.name} costs ${formatShare(Math.abs(more))} ${more < 0 ? "less" : "more"} a turn than ${first?.name}`]),
    ...dynamicEffortTexts(views),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}

export interface SlowTurn {
  readonly view: CellView;
  readonly row: TurnRow;
  /** Until the answer, or until the caller gave up. */
  readonly waitedMs: number;
}

/** The slowest turns first: unanswered ones by how long the caller waited, then the answered ones. */
export function slowestTurns(views: readonly CellView[], count: number): SlowTurn[] {
  const slowest: (SlowTurn & { readonly sample: Sample })[] = [];
  for (const view of views) {
    for (const row of view.rows) {
      const sample = measure(headline, row);
      const last = slowest[count - 1];
      if (!sample || (last && byRank(sample, last.sample) <= 0)) continue;
      const at = slowest.findIndex((other) => byRank(sample, other.sample) > 0);
      slowest.splice(at < 0 ? slowest.length : at, 0, { view, row, waitedMs: sample.value, sample });
      slowest.length = Math.min(count, slowest.length);
    }
  }
  return slowest.map(({ view, row, waitedMs }) => ({ view, row, waitedMs }));
}

/** `caller 17 turn 2`, counted from 1 as people do. */
export const placeText = ({ session, call, turn }: TurnRow): string => `caller ${session + 1}${call > 0 ? ` call ${call + 1}` : ""} turn ${turn + 1}`;

/** `no answer in 8.0 s`, `failed: network: ...`, `answered after 4.7 s`. */
export function endText({ row, waitedMs }: SlowTurn): string {
  const seconds = `${(waitedMs / 1_000).toFixed(1)} s`;
  const tool = row.kind === "tool" ? ", with a function call" : "";
  if (row.outcome === "unanswered") return `no answer in ${seconds}${tool}`;
  if (row.outcome === "answered") return `answered after ${seconds}${tool}`;
  const why = [row.failureClass, row.failure && oneLine(row.failure, 60)].filter((part) => part !== undefined).join(": ");
  // A failed turn counts as the caller's whole patience; when it broke is in the calls of run.json.
  return `${row.outcome}${why ? `: ${why}` : ""}`;
}

/** Which of p95 and p99 any cell has turns enough for, and what to say of the rest. */
export function shownTail(views: readonly CellView[]): { readonly ps: readonly number[]; readonly note: string | undefined } {
  const tail = [0.95, 0.99];
  const ps = tail.filter((p) => views.some((view) => isQuantileBacked(view.latency.length, p)));
  const hidden = tail.filter((p) => !ps.includes(p)).map((p) => `p${p * 100}`);
  const most = Math.max(0, ...views.map((view) => view.latency.length));
  return { ps, note: hidden.length > 0 ? `${hidden.join(", ")} not shown: ${several(most, "turn")} ${most === 1 ? "is" : "are"} too few` : undefined };
}

/** How the run ended, where it did not end as planned. */
export function endOfRunText({ end }: RunResult): string | undefined {
  return end.type === "complete" ? undefined : `${end.type}${end.reason ? `: ${oneLine(end.reason)}` : ""}`;
}

/** `24 s`, how long the measured window was. */
export const durationText = (record: RunRecord): string => formatDuration(record.result.durationMs);
