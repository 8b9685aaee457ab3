// Which setting to take: the cheapest whose turns prove, with 95 % confidence, that it meets what is asked; or that none is proven. Each
// setting is judged by itself.

import { instrumentErrorMs } from "../compare/policy.ts";
import { quantileOfSorted } from "../metrics/quantile.ts";
import type { RunRecord, ThresholdResult } from "../result/run-result.ts";
import { viewCells, type CellView } from "./cell-view.ts";
import { formatInterval, formatQuantile, formatUsd, oneLine, precisionMs } from "./format.ts";
import { moneyPerTurn } from "./frontier.ts";
import { isQuantileLimit, meetsObjective, objectiveOf, openQuestion, quantileLimitOf, type Objective } from "./objective.ts";

export interface ObjectiveFinding {
  /** In a word or two: the setting's name, `met`, `none proven`. */
  readonly value: string;
  readonly tone: "good" | "warn" | "bad";
  /** One sentence, with figures. */
  readonly text: string;
}

interface Setting {
  readonly name: string;
  readonly meets: Objective;
  /** `p90 1,512 ms [1,480 - 1,560]`, of each limit. */
  readonly figures: string;
  /** Why it is unproven, and what would tell. */
  readonly open: string | undefined;
  readonly money: ReturnType<typeof moneyPerTurn>;
}

const NAMED_MAX = 6;
const list = (names: readonly string[], between = ", "): string =>
  names.length > NAMED_MAX ? `${names.slice(0, NAMED_MAX).join(between)} and ${names.length - NAMED_MAX} more` : names.join(between);

function settingOf(view: CellView, asked: readonly ThresholdResult[], record: RunRecord): Setting {
  const { result } = record;
  const stepMs = precisionMs(instrumentErrorMs(result));
  const limits = asked.flatMap(({ text, passed }) => {
    const limit = quantileLimitOf(view, { text }, result.seed);
    return limit ? [{ limit, meets: objectiveOf(limit, passed) }] : [];
  });
  const figures = limits.map(({ limit: { p, samples, interval } }) => {
    const ends = interval ? ` [${formatInterval(interval, stepMs)}]` : "";
    return `p${+(p * 100).toFixed(3)} ${formatQuantile(quantileOfSorted(samples, p), stepMs)} ms${ends}`;
  });
  const open = limits.find(({ meets }) => meets === "unproven");
  return {
    name: view.name,
    meets: meetsObjective(view, asked, result.seed) ?? "unproven",
    figures: figures.join(", "),
    open: open && openQuestion(open.limit, view),
    money: moneyPerTurn(view),
  };
}

/** What is asked of a run: its objectives, or its thresholds where it has several settings to choose from and all can be proven. */
function askedOf({ result, objectives }: RunRecord): readonly ThresholdResult[] {
  if (objectives) return objectives;
  const { thresholds, cells } = result;
  return cells.length > 1 && thresholds.every(({ text }) => isQuantileLimit(text)) ? thresholds : [];
}

const remembered = new WeakMap<RunRecord, ObjectiveFinding | undefined>();

/** Undefined where nothing is asked. Kept with the record: three reports ask. */
export function objectiveFinding(record: RunRecord): ObjectiveFinding | undefined {
  if (!remembered.has(record)) remembered.set(record, findingOf(record));
  return remembered.get(record);
}

function findingOf(record: RunRecord): ObjectiveFinding | undefined {
  const asked = askedOf(record);
  if (asked.length === 0) return undefined;
  const words = list([...new Set(asked.map(({ text }) => text))]);
  if (record.result.validity.verdict === "invalid")
    return { value: "none proven", tone: "bad", text: `${words}: nothing is proven, for the run's figures are not to be used` };
  const settings = viewCells(record).flatMap((view) => {
    const own = asked.filter(({ cell }) => cell === view.cell.id);
    return own.length === 0 ? [] : [settingOf(view, own, record)];
  });
  const proven = settings.filter(({ meets }) => meets === "yes");
  return proven.length > 0 ? provenFinding(words, settings, proven) : unprovenFinding(words, settings);
}

function unprovenFinding(words: string, settings: readonly Setting[]): ObjectiveFinding {
  const told = settings.map(({ name, figures, meets, open }) =>
    meets === "no" ? `${name} misses it for sure, ${figures}` : `${name} ${figures || "has no such turns"}${open === undefined ? "" : ` (${open})`}`,
  );
  const areMissed = settings.every(({ meets }) => meets === "no");
  return {
    value: areMissed ? "missed" : "none proven",
    tone: areMissed ? "bad" : "warn",
    text: areMissed
      ? `${words}: no setting meets it, with 95 % confidence: ${list(told, "; ")}`
      : `${words}: no setting is proven to meet it with 95 % confidence: ${list(told, "; ")}`,
  };
}

const priceOf = ({ money }: Setting): string => (money ? `${formatUsd(money.x)} a turn` : "unpriced");

function provenFinding(words: string, settings: readonly Setting[], proven: readonly Setting[]): ObjectiveFinding {
  const [first, ...others] = proven.toSorted((a, b) => (a.money?.x ?? Infinity) - (b.money?.x ?? Infinity));
  const cheapest = first as Setting;
  const { figures, name, money } = cheapest;
  if (settings.length === 1) return { value: "met", tone: "good", text: `${words} is met with 95 % confidence: ${figures}, ${priceOf(cheapest)}` };
  if (!money || others.some((other) => !other.money)) {
    const text = `${words} is met with 95 % confidence by ${list(proven.map((one) => `${one.name} (${one.figures}, ${priceOf(one)})`))}; what all of them cost is not known, so the cheapest can't be told`;
    return { value: `${proven.length} of ${settings.length} meet it`, tone: "good", text };
  }
  const close = others.filter((other) => (other.money?.xLow ?? Infinity) <= money.xHigh);
  const dearer = others.filter((other) => !close.includes(other));
  const open = settings.filter((one) => one.meets === "unproven" && one.money !== undefined && one.money.x < money.x);
  const named = (some: readonly Setting[]): string => list(some.map((one) => `${one.name} (${priceOf(one)})`));
  const text = [
    `${words}: the cheapest that meets it with 95 % confidence is ${name}: ${figures}, ${priceOf(cheapest)}`,
    ...(close.length > 0 ? [`${named(close)} may be as cheap`] : []),
    ...(dearer.length > 0 ? [`${named(dearer)} ${dearer.length === 1 ? "meets" : "meet"} it and ${dearer.length === 1 ? "costs" : "cost"} more`] : []),
    ...(open.length > 0 ? [`${named(open)} would be cheaper and ${open.length === 1 ? "is" : "are"} not proven: ${open[0]?.open ?? "too few turns"}`] : []),
  ].join("; ");
  return { value: oneLine(name, 40), tone: "good", text };
}
