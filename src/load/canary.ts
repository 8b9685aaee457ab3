// Canaries: beside a run's own calls every thread makes one more, to an exact target in a process of its own, over and over.
// What that target did is known to the microsecond, so its turns tell how wrong this machine measures under this very load,
// also where the measured server keeps no account. They are no turns of the run: they cost nothing and count nowhere.

import { sleepUntil, type Clock } from "../core/clock.ts";
import type { Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { US_PER_S } from "../core/units.ts";
import { planOf, type Plan, type PlannedCall } from "../plan/plan.ts";
import type { ClipTimes } from "../plan/planned-turn.ts";
import type { RunningCall } from "../session/driver.ts";
import { startEmbeddedTarget, type EmbeddedTarget, type EmbeddedTargetOptions } from "./embedded-target.ts";
import { targetKeyOf, type Endpoints } from "./endpoints.ts";

/** The shortest that ships: many turns in little time. */
const CLIP = "yes";
const target = { provider: "embedded", model: "gpt-realtime-2", profile: "exact", script: "brief" } as const;

const scenario: Plan["scenario"] = {
  version: 1,
  name: "canary",
  seed: 1,
  target,
  session: {
    kind: "conversation",
    instructions: "Answer.",
    inputFormat: "pcm24k",
    outputFormat: "pcm24k",
    frameMs: 20,
    effort: "low",
    maxOutputTokens: 1_024,
    turnDetection: { type: "server", silenceMs: 200, prefixMs: 300, threshold: 0.5, interruptResponse: true },
    cache: "natural",
  },
  caller: { patienceMs: 8_000, startBufferMs: 0, thinkMs: 100, turns: [{ say: CLIP }], repeat: "turns", effortBy: "update" },
  load: { model: "closed", sessions: 1, calls: 1, durationMs: limits.windowMs },
  network: "none",
  prices: "openai-2026-11",
  privacy: "full",
  matrix: {},
  thresholds: [],
  tags: {},
};

export const canaryClips: readonly string[] = [CLIP];

/** The canary's call as a plan has it. */
export function canaryCall(clips: ReadonlyMap<string, ClipTimes>): PlannedCall {
  const [call] = planOf(scenario, clips).groups.flatMap((group) => group.calls);
  if (!call) throw new Error("the canary's scenario plans no call");
  return { ...call, cell: { ...call.cell, id: "canary" } };
}

/** What a thread needs to have one. */
export interface CanaryTask {
  readonly call: PlannedCall;
  readonly endpoints: Endpoints;
}

/** The canary of thread `thread`, which calls the target at `url`. */
export const canaryTask = (call: PlannedCall, { thread, url }: { readonly thread: number; readonly url: string }): CanaryTask => ({
  call: { ...call, session: thread },
  endpoints: { seed: scenario.seed, embeddedUrls: { [targetKeyOf(call.cell)]: url }, accesses: {} },
});

/** Starts the canaries' own target. */
export const openCanaryTarget = (options: Pick<EmbeddedTargetOptions, "clock" | "truthPath" | "fixtureRoots">): Promise<Result<EmbeddedTarget>> =>
  startEmbeddedTarget({ ...options, seed: scenario.seed, profile: target.profile, script: target.script });

export interface CanaryPort {
  readonly clock: Clock;
  /** Makes the canary's `call`-th call. */
  startCall(call: PlannedCall): RunningCall;
}

export interface Canary {
  begin(): void;
  /** Ends the call in progress, whose current turn is worth nothing; resolves when its socket is closed. */
  stop(): Promise<void>;
}

/** A session that breaks, or ends after its hour, is followed by another, but not at once, µs. */
const AGAIN_AFTER_US = US_PER_S;

export function createCanary({ call }: CanaryTask, { clock, startCall }: CanaryPort): Canary {
  const stopped = new AbortController();
  let running: RunningCall | undefined;
  let ended: Promise<void> | undefined;

  async function keepCalling(): Promise<void> {
    for (let number = 0; !stopped.signal.aborted; number++) {
      running = startCall({ ...call, call: number });
      await running.ended;
      await sleepUntil(clock, clock.nowUs() + AGAIN_AFTER_US, stopped.signal);
    }
  }

  return {
    begin: () => void (ended ??= keepCalling()),
    async stop() {
      stopped.abort();
      running?.cut("the run is over");
      await ended;
    },
  };
}
