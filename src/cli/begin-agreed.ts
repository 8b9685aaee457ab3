// What is said, or asked, between a scenario that is right and its first call.

import type { ClipStore } from "../audio/clip-store.ts";
import { InputError } from "../core/issues.ts";
import { descriptorWarning, openFilesLimit } from "../doctor/machine.ts";
import { expectationsOf } from "../library/expectations.ts";
import type { Asked } from "../library/read-asked.ts";
import { estimatePlan } from "../plan/estimate.ts";
import { agreedTo } from "./agree.ts";
import { printError } from "./output.ts";

/** How long each will take, ms. Throws unless every run that nobody gave a budget is within the default one, or its user says yes. */
export async function beginAgreed(asked: readonly Asked[], clips: ClipStore): Promise<readonly number[]> {
  const durationsMs: number[] = [];
  for (const { budget, prepared, source } of asked) {
    const estimate = estimatePlan(prepared.plan, prepared.prices, expectationsOf(clips));
    const refusal = await agreedTo(budget, estimate, source);
    if (refusal) throw new InputError([refusal]);
    durationsMs.push(estimate.durationMs);
  }
  const mostSessions = Math.max(...asked.flatMap(({ prepared }) => prepared.plan.groups.map(({ concurrency, pool = 0 }) => concurrency + pool)));
  const warning = descriptorWarning(openFilesLimit(), mostSessions);
  if (warning) printError(`earshot: ${warning}`);
  return durationsMs;
}
