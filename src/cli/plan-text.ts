// A plan's estimate as a screen of text.

import { detectionLines, type Detection } from "./detection.ts";
import { formatDuration, formatUsd } from "../report/format.ts";
import { textTable } from "../report/text-table.ts";
import type { CellEstimate, PlanEstimate } from "../plan/estimate.ts";
import type { Usage } from "../cost/price-usage.ts";

export interface PlanToTell {
  readonly scenario: string;
  readonly estimate: PlanEstimate;
  readonly priceList: string;
  readonly isOffline: boolean;
  readonly budget: string;
  readonly assumptions: readonly string[];
  readonly quota: Quota;
  readonly detection?: Detection;
}

export interface Quota {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
}

const left = (header: string) => ({ header, align: "left" as const });
const right = (header: string) => ({ header, align: "right" as const });
const count = (value: number): string => Math.round(value).toLocaleString("en");
const share = (part: number, whole: number): string => (whole === 0 ? "-" : `${Math.round((part / whole) * 100)} %`);
const inputOf = ({ textIn, audioIn }: Usage): number => textIn + audioIn;

function cellRow({ cell, calls, turns, spokenMinutes, answerMinutes, usage, resentTokens, microUsd }: CellEstimate): string[] {
  return [
    cell,
    count(calls),
    count(turns),
    `${spokenMinutes.toFixed(1)} + ${answerMinutes.toFixed(1)}`,
    count(usage.textIn),
    count(usage.audioIn),
    count(usage.textOut),
    count(usage.audioOut),
    share(resentTokens, inputOf(usage)),
    share(usage.textCached + usage.audioCached, inputOf(usage)),
    microUsd === undefined ? "unpriced" : formatUsd(microUsd / 1e6),
  ];
}

const columns = [
  left("cell"),
  right("calls"),
  right("turns"),
  right("min said + heard"),
  right("text in"),
  right("audio in"),
  right("text out"),
  right("audio out"),
  right("re-sent"),
  right("cached"),
  right("$"),
];

export function planText({ scenario, estimate, priceList, isOffline, budget, assumptions, quota, detection }: PlanToTell): string {
  const { cells, durationMs } = estimate;
  const unpriced = cells.some(({ microUsd }) => microUsd === undefined);
  const total = cells.reduce((sum, { microUsd = 0 }) => sum + microUsd, 0) / 1e6;
  const turns = cells.reduce((sum, cell) => sum + cell.turns, 0);
  const calls = cells.reduce((sum, cell) => sum + cell.calls, 0);
  return [
    `plan  ${scenario}: ${count(calls)} calls, ${count(turns)} turns, about ${formatDuration(durationMs)}`,
    "",
    ...textTable(columns, cells.map(cellRow)),
    "",
    `money   ${unpriced ? "unpriced: the list does not know every model" : formatUsd(total)} by ${priceList}${isOffline ? ", at list price; nothing is charged" : ""}`,
    `budget  ${budget}`,
    `rate    ${count(estimate.requestsPerMinute)} requests and ${count(estimate.tokensPerMinute)} tokens a minute while all callers are there${quotaText(estimate, quota)}`,
    assumptions.length === 0 ? "known   the embedded target's own answers; a real server's will differ" : `assumed ${assumptions.join("; ")}`,
    ...(detection ? detectionLines(detection) : []),
  ].join("\n");
}

function quotaText({ requestsPerMinute, tokensPerMinute }: PlanEstimate, quota: Quota): string {
  const parts = [[requestsPerMinute, quota.requestsPerMinute, "requests"] as const, [tokensPerMinute, quota.tokensPerMinute, "tokens"] as const].flatMap(
    ([asked, most, what]) => (most === undefined ? [] : [`${asked > most ? "ABOVE" : "within"} the quota of ${count(most)} ${what} (${share(asked, most)})`]),
  );
  return parts.map((part) => `; ${part}`).join("");
}
