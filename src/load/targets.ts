// What the calls of a run talk to: embedded targets, one process for every profile and script that the cells name, or the
// user's own server.

import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/issues.ts";
import type { Cell } from "../plan/matrix.ts";
import type { Plan, PlannedCall } from "../plan/plan.ts";
import { providers } from "../protocol/providers.ts";
import type { Endpoint } from "../protocol/providers/provider.ts";
import { startEmbeddedTarget, type EmbeddedTarget } from "./embedded-target.ts";

export interface Targets {
  endpointOf(call: PlannedCall): Endpoint;
  /** Why a target is gone, once one is. */
  lost(): string | undefined;
  stop(): Promise<void>;
}

const keyOf = (cell: Cell): string => {
  const { target } = cell.settings;
  return target.provider === "embedded" ? `${target.profile}/${target.script}` : "";
};

export interface TargetsQuestion {
  readonly clock: Clock;
  readonly cells: readonly Cell[];
  readonly seed: number;
  readonly truthPath: string;
  readonly fixtureRoots: readonly string[];
}

/** Resolves once every target listens. */
export async function openTargets({ clock, cells, seed, truthPath, fixtureRoots }: TargetsQuestion): Promise<Result<Targets>> {
  const running = new Map<string, EmbeddedTarget>();
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((target) => target.stop()));
  };
  for (const cell of cells) {
    const { target } = cell.settings;
    if (target.provider !== "embedded" || running.has(keyOf(cell))) continue;
    const started = await startEmbeddedTarget({ clock, seed, profile: target.profile, script: target.script, truthPath, fixtureRoots });
    if (!started.ok) {
      await stop();
      return started;
    }
    running.set(keyOf(cell), started.value);
  }

  const endpointOf = ({ cell, session, call }: PlannedCall): Endpoint => {
    const { target } = cell.settings;
    const callKey = `${seed}/${cell.id}/${session}/${call}`;
    if (target.provider === "embedded") return providers.embedded.endpoint({ baseUrl: running.get(keyOf(cell))?.url ?? "", model: target.model, callKey });
    const { url: baseUrl, model, auth, headers } = target;
    return providers.compatible.endpoint({ baseUrl, model, callKey, ...(auth ? { bearer: auth.bearer } : {}), ...(headers ? { headers } : {}) });
  };
  return ok({ endpointOf, lost: () => [...running.values()].map((target) => target.lost()).find((reason) => reason !== undefined), stop });
}

/** Everything by which the scenario is let in, and which must appear nowhere. */
export function secretsOf(target: Plan["scenario"]["target"]): readonly string[] {
  if (target.provider === "embedded") return [];
  const url = new URL(target.url);
  const queries = [...url.searchParams].filter(([name]) => name !== "model").map(([, value]) => value);
  return [target.auth?.bearer ?? "", ...Object.values(target.headers ?? {}), url.username, url.password, ...queries];
}
