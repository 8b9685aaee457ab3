// What the calls of a run talk to: embedded targets, one process for every profile and script that the cells name, or the
// user's own server.

import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/issues.ts";
import type { Cell } from "../plan/matrix.ts";
import type { Plan } from "../plan/plan.ts";
import { startEmbeddedTarget, type EmbeddedTarget } from "./embedded-target.ts";
import { targetKeyOf, type Endpoints } from "./endpoints.ts";

export interface Targets {
  readonly endpoints: Endpoints;
  /** Why a target is gone, once one is. */
  lost(): string | undefined;
  stop(): Promise<void>;
}

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
    if (target.provider !== "embedded" || running.has(targetKeyOf(cell))) continue;
    const started = await startEmbeddedTarget({ clock, seed, profile: target.profile, script: target.script, truthPath, fixtureRoots });
    if (!started.ok) {
      await stop();
      return started;
    }
    running.set(targetKeyOf(cell), started.value);
  }
  const embeddedUrls = Object.fromEntries([...running].map(([key, target]) => [key, target.url]));
  const lost = (): string | undefined => [...running.values()].map((target) => target.lost()).find((reason) => reason !== undefined);
  return ok({ endpoints: { seed, embeddedUrls }, lost, stop });
}

/** Everything by which the scenario is let in, and which must appear nowhere. */
export function secretsOf(target: Plan["scenario"]["target"]): readonly string[] {
  if (target.provider === "embedded") return [];
  const url = new URL(target.url);
  const queries = [...url.searchParams].filter(([name]) => name !== "model").map(([, value]) => value);
  return [target.auth?.bearer ?? "", ...Object.values(target.headers ?? {}), url.username, url.password, ...queries];
}
