// A check that never happened: honest up to 100 callers, up to 2.5 ms off there and 30 at 1,000.

import { checkVersion, type CheckLevel, type CheckResult, type ErrorSummary } from "../result/check-result.ts";

const error = (count: number, max: number): ErrorSummary => ({
  count,
  unmatched: 0,
  ...(count >= 20 ? { p50: 0.4 } : {}),
  ...(count >= 1_000 ? { p99: max - 0.7 } : {}),
  max,
});

function level(callers: number, max: number, reasons: readonly string[] = []): CheckLevel {
  const of = (count: number): ErrorSummary => error(count, max);
  const errors = { voice_to_voice: of(callers * 2), first_audio: of(callers * 2), end_of_utterance: of(callers * 2) };
  return {
    callers,
    turns: callers * 3,
    answered: callers * 3,
    framesSent: callers * 1_400,
    errors: { ...errors, barge_in_stop: of(callers), tool_turn: of(callers) },
    latenessMs: { p50: 0.8, p99: max, max: max * 2 },
    loopUtilisation: 0.2,
    isHonest: reasons.length === 0,
    reasons,
    run: `levels/callers-${callers}/x`,
  };
}

export const syntheticCheck: CheckResult = {
  v: checkVersion,
  checkId: "20261122-090000-a1",
  earshotVersion: "0.1.0",
  startedAt: "2026-11-22T09:00:00.000Z",
  startedAtMs: 1_795_338_000_000,
  durationMs: 205_000,
  machine: { cpu: "a processor", cores: 2, node: "v26.10.0" },
  frameMs: 20,
  levels: [level(1, 1.2), level(100, 2.5), level(1_000, 30, ["frames left 12.0 ms late at p99, more than half a frame of 20 ms"])],
  honestCallers: 100,
};
