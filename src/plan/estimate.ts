// A plan's size before anything is called: calls, turns, audio, tokens, money, how long it takes and how fast it asks. Pure;
// what answers are like is told by whoever knows the server.

import { isPricedByTokens } from "../cost/turn-bound.ts";
import type { PriceBook } from "../cost/price-book.ts";
import { priceTurn, type Usage } from "../cost/price-usage.ts";
import type { Cell } from "./matrix.ts";
import { addUp, estimateTurns, times, type ExpectedResponse } from "./estimate-usage.ts";
import type { CallGroup, Plan, PlannedCall } from "./plan.ts";
import type { PlannedTurn } from "./planned-turn.ts";
import { turnOf } from "./turn-of.ts";

/** What is known or assumed of a cell's server. */
export interface Expectations {
  /** Of words that are written. */
  textTokens(text: string): number;
  /** Instructions, tools and documents, tokens. */
  frontTokens(cell: Cell): number;
  /** The responses that a turn causes, one after the other. */
  responsesTo(cell: Cell, turn: PlannedTurn): readonly ExpectedResponse[];
  /** The silence with which the server takes a turn to be over, on average, ms; 0 where the caller says it. */
  endSilenceMs(cell: Cell): number;
  /** Share of turns that get no answer, and how long an answer takes to begin, ms. */
  unansweredShare(cell: Cell, turn: PlannedTurn): number;
  answerAfterMs(cell: Cell, turn: PlannedTurn): number;
}

export interface CellEstimate {
  readonly cell: string;
  readonly model: string;
  readonly calls: number;
  readonly turns: number;
  readonly responses: number;
  readonly spokenMinutes: number;
  readonly answerMinutes: number;
  readonly connectedMinutes: number;
  readonly usage: Usage;
  /** Input that was read before in the same call: the re-sent history. Part of it is cached. */
  readonly resentTokens: number;
  /** Absent where the price list does not know the model. */
  readonly microUsd?: number;
}

export interface PlanEstimate {
  readonly cells: readonly CellEstimate[];
  readonly durationMs: number;
  /** While all callers are there. Tokens are input and output, cached ones too. */
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
}

interface CallEstimate {
  readonly turns: readonly PlannedTurn[];
  readonly usage: Usage;
  readonly responses: number;
  readonly spokenMs: number;
  readonly answerMs: number;
  readonly durationMs: number;
  readonly freshTokens: number;
  readonly microUsd: number | undefined;
}

export function estimatePlan(plan: Plan, book: PriceBook, expected: Expectations): PlanEstimate {
  const known = new Map<string, CallEstimate>();
  const ofCall = (call: PlannedCall, group: CallGroup): CallEstimate => {
    // Calls that say the same for as long cost the same.
    const key = JSON.stringify([call.cell.id, call.untilUs, call.turns.map(({ clip, text }) => clip ?? text)]);
    const made = known.get(key) ?? estimateCall(call, group, book, expected);
    known.set(key, made);
    return made;
  };
  const groups = plan.groups.map((group) => ({ group, calls: group.calls.map((call) => ({ call, ...ofCall(call, group) })) }));
  const all = groups.flatMap(({ calls }) => calls);
  const rates = groups.map(({ group, calls }) => rateOf(calls, group.concurrency));
  return {
    cells: plan.cells.map((cell) =>
      sumUp(
        cell,
        all.filter((one) => one.call.cell.id === cell.id),
      ),
    ),
    durationMs: groups.reduce((sum, { group, calls }) => sum + durationOf(group, calls), 0),
    requestsPerMinute: Math.max(...rates.map(({ requests }) => requests)),
    tokensPerMinute: Math.max(...rates.map(({ tokens }) => tokens)),
  };
}

/** What the server takes for a turn's audio: with its padding and silence where it listens for itself. */
function spokenTokensOf({ turn, text, thinkUs, speechStartMs, speechEndMs }: PlannedTurn, cell: Cell, expected: Expectations): number {
  if (text !== undefined) return 0;
  const { turnDetection } = cell.settings.session;
  if (turnDetection.type === "manual") return Math.floor(speechEndMs / 100);
  const paddingMs = turnDetection.type === "server" ? turnDetection.prefixMs : SEMANTIC_PADDING_MS;
  // Before the first turn there may be less than the padding.
  const prefixMs = turn === 0 ? Math.min(paddingMs, thinkUs / 1_000 + speechStartMs) : paddingMs;
  return Math.floor((speechEndMs - speechStartMs + prefixMs + expected.endSilenceMs(cell)) / 100);
}

/** ASSUMED: as server turn detection has it by default. */
const SEMANTIC_PADDING_MS = 300;

/** Answer, thinking and speech of one turn; the playback is heard out. */
function cycleMs(turn: PlannedTurn, cell: Cell, expected: Expectations): number {
  const answerMs = expected.responsesTo(cell, turn).reduce((sum, { audioMs }) => sum + audioMs, 0);
  return turn.thinkUs / 1_000 + turn.speechEndMs + expected.answerAfterMs(cell, turn) + answerMs;
}

/** The turns of a call: all of them, or in a run by time as many as it has room for. */
function turnsOf(call: PlannedCall, group: CallGroup, expected: Expectations): readonly PlannedTurn[] {
  const windowEndUs = call.untilUs ?? group.windowEndUs;
  if (windowEndUs === undefined || call.cell.settings.caller.repeat === undefined) return call.turns;
  const turns: PlannedTurn[] = [];
  // Callers join one after the other while the run begins: the middle one stands for all.
  const { durationMs } = call.cell.settings.load;
  const startMs = durationMs === undefined ? (group.startOffsetsUs[group.calls.indexOf(call)] ?? 0) / 1_000 : (windowEndUs / 1_000 - durationMs) / 2;
  let leftMs = windowEndUs / 1_000 - startMs;
  for (let turn = turnOf(call, 0); turn && leftMs > 0; turn = turnOf(call, turns.length)) {
    leftMs -= turn.thinkUs / 1_000;
    if (leftMs <= 0) break;
    leftMs -= cycleMs(turn, call.cell, expected) - turn.thinkUs / 1_000;
    turns.push(turn);
  }
  return turns;
}

function estimateCall(call: PlannedCall, group: CallGroup, book: PriceBook, expected: Expectations): CallEstimate {
  const { cell } = call;
  const { maxOutputTokens } = cell.settings.session;
  const turns = turnsOf(call, group, expected);
  const asked = turns.map((turn) => ({
    spokenTokens: spokenTokensOf(turn, cell, expected),
    writtenTokens: expected.textTokens(turn.text ?? ""),
    responses: expected.responsesTo(cell, turn),
  }));
  const whole = estimateTurns(expected.frontTokens(cell), asked, maxOutputTokens === "inf" ? Infinity : maxOutputTokens);
  const usages = whole.map((usage, index) => times(usage, 1 - expected.unansweredShare(cell, turns[index] as PlannedTurn)));
  const responses = asked.flatMap((turn) => turn.responses);
  const costs = usages.map((usage, index) => costOf(usage, turns[index] as PlannedTurn, cell, book, expected));
  const usage = usages.reduce(addUp, { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 });
  return {
    turns,
    usage,
    responses: responses.length,
    spokenMs: turns.reduce((sum, { durationMs }) => sum + durationMs, 0),
    answerMs: responses.reduce((sum, { audioMs }) => sum + audioMs, 0),
    durationMs: turns.reduce((sum, turn) => sum + cycleMs(turn, cell, expected), 0),
    freshTokens:
      expected.frontTokens(cell) +
      asked.reduce(
        (sum, { spokenTokens, writtenTokens, responses: made }) =>
          sum + spokenTokens + writtenTokens + made.flatMap(({ outputTokens }) => outputTokens).reduce((a, b) => a + b, 0),
        0,
      ),
    microUsd: costs.some((cost) => cost === undefined) ? undefined : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
  };
}

function costOf(usage: Usage, turn: PlannedTurn, cell: Cell, book: PriceBook, expected: Expectations): number | undefined {
  const connectedMs = cycleMs(turn, cell, expected);
  const { model } = cell.settings.target;
  const priced = priceTurn({ book, model, effort: turn.effort, usage, connectedMs, audioMs: { in: connectedMs, out: 0 } });
  return priced === undefined ? undefined : Number(priced);
}

function sumUp(cell: Cell, calls: readonly CallEstimate[]): CellEstimate {
  const sum = (of: (call: CallEstimate) => number): number => calls.reduce((total, call) => total + of(call), 0);
  const usage = calls.map((call) => call.usage).reduce(addUp, { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 });
  const isPriced = calls.every(({ microUsd }) => microUsd !== undefined);
  return {
    cell: cell.id,
    model: cell.settings.target.model,
    calls: calls.length,
    turns: sum(({ turns }) => turns.length),
    responses: sum(({ responses }) => responses),
    spokenMinutes: sum(({ spokenMs }) => spokenMs) / 60_000,
    answerMinutes: sum(({ answerMs }) => answerMs) / 60_000,
    connectedMinutes: sum(({ durationMs }) => durationMs) / 60_000,
    usage,
    resentTokens: Math.max(0, usage.textIn + usage.audioIn - sum(({ freshTokens }) => freshTokens)),
    ...(isPriced ? { microUsd: sum(({ microUsd }) => microUsd ?? 0) } : {}),
  };
}

function rateOf(calls: readonly CallEstimate[], concurrency: number): { readonly requests: number; readonly tokens: number } {
  const minutes = calls.reduce((sum, { durationMs }) => sum + durationMs, 0) / 60_000;
  if (minutes === 0) return { requests: 0, tokens: 0 };
  const requests = calls.reduce((sum, { responses }) => sum + responses, 0);
  const tokens = calls.reduce((sum, { usage }) => sum + usage.textIn + usage.audioIn + usage.textOut + usage.audioOut, 0);
  return { requests: (requests / minutes) * concurrency, tokens: (tokens / minutes) * concurrency };
}

/** Each lane makes a call when it is free. */
function durationOf({ startOffsetsUs, windowEndUs }: CallGroup, calls: readonly CallEstimate[]): number {
  if (windowEndUs !== undefined) return windowEndUs / 1_000 + (calls[0] ? calls[0].durationMs / Math.max(1, calls[0].turns.length) / 2 : 0);
  const freeAtMs = startOffsetsUs.map((offsetUs) => offsetUs / 1_000);
  for (const { durationMs } of calls) {
    const lane = freeAtMs.indexOf(Math.min(...freeAtMs));
    freeAtMs[lane] = (freeAtMs[lane] ?? 0) + durationMs;
  }
  return Math.max(0, ...freeAtMs);
}

/** Whether every cell's money follows from tokens, so that a limit on it can be kept. */
export const unpricedModels = ({ cells }: Pick<Plan, "cells">, book: PriceBook): readonly string[] => [
  ...new Set(cells.map(({ settings }) => settings.target.model).filter((model) => !isPricedByTokens({ book, model }))),
];
