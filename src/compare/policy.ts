// What counts as a change: the numbers a comparison is judged by.

import type { MetricId } from "../metrics/catalogue.ts";
import { canaryErrorMs } from "../result/canary.ts";
import { ERROR_FACTOR, worstErrorMs } from "../result/run-check.ts";
import type { RunResult } from "../result/run-result.ts";

export interface Gate {
  readonly metric: MetricId;
  readonly ps: readonly number[];
}

export interface Policy {
  /** X: a change must be larger than this share of the baseline. */
  readonly relative: number;
  /** Y: and larger than this many ms (the metric's unit, where that isn't time). */
  readonly absoluteMs: number;
  /** How far two runs at different times may drift apart with nothing changed; 0 where they ran interleaved. */
  readonly driftAllowance: number;
  /** A drop of the answered share below this is not called a regression, however certain it is. */
  readonly answeredDrop: number;
  /** The answered share is fine only where a drop of this size or more can be excluded. */
  readonly answeredExcludedDrop: number;
  readonly gates: readonly Gate[];
}

export const defaultPolicy: Policy = {
  relative: 0.1,
  absoluteMs: 20,
  driftAllowance: 0.05,
  answeredDrop: 0.01,
  answeredExcludedDrop: 0.05,
  gates: [{ metric: "voice_to_voice", ps: [0.5, 0.9] }],
};

/** Shown beside the gates, at the median, corrected for how many they are. */
export const informativeMetrics: readonly MetricId[] = [
  "end_of_utterance",
  "server_think",
  "leading_silence",
  "tool_turn",
  "barge_in_stop",
  "recover_detect",
  "recover_session",
  "recover_first_audible",
];

/**
 * earshot's own error in that run, ms: against the target's truth where it is known, else that of its canaries, else as the
 * check of the machine found it, and without one its lateness in sending.
 */
export function instrumentErrorMs({ instrument, check }: RunResult): number | undefined {
  const checked = check?.level && worstErrorMs(check.level.error);
  return instrument.truthError?.absoluteP99 ?? canaryErrorMs(instrument) ?? checked ?? instrument.lateness.p99;
}

/** The policy with a Y that the instrument can resolve: never below three times its error in any of the runs. */
export const resolvePolicy = (policy: Policy, errorsMs: readonly number[]): Policy => ({
  ...policy,
  absoluteMs: Math.max(policy.absoluteMs, ...errorsMs.map((errorMs) => errorMs * ERROR_FACTOR)),
});
