// What the calls of a run talk to: embedded targets, one process for every profile and script that the cells name, or the
// user's own servers.

import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/issues.ts";
import type { Cell } from "../plan/matrix.ts";
import { accessTo, secretsOf, type Access, type ProcessEnvironment } from "./access.ts";
import { startEmbeddedTarget, type EmbeddedTarget } from "./embedded-target.ts";
import { targetKeyOf, type Endpoints } from "./endpoints.ts";

export interface Targets {
  readonly endpoints: Endpoints;
  /** What must appear nowhere. */
  readonly secrets: readonly string[];
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
  /** For proxies. */
  readonly env: ProcessEnvironment;
}

/** Resolves once every target listens. */
export async function openTargets({ clock, cells, seed, truthPath, fixtureRoots, env }: TargetsQuestion): Promise<Result<Targets>> {
  const running = new Map<string, EmbeddedTarget>();
  const accesses = new Map<string, Access>();
  const secrets = new Set<string>();
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((target) => target.stop()));
  };
  for (const [key, sharing] of Map.groupBy(cells, targetKeyOf)) {
    const target = sharing[0]?.settings.target;
    if (target === undefined) continue;
    if (target.provider !== "embedded") {
      const access = await accessTo(target, env);
      if (!access.ok) {
        await stop();
        return access;
      }
      accesses.set(key, access.value);
      for (const secret of secretsOf(target, access.value)) secrets.add(secret);
      continue;
    }
    const { provider: _, model: __, ...served } = target;
    const started = await startEmbeddedTarget({ clock, seed, truthPath, fixtureRoots, ...served });
    if (!started.ok) {
      await stop();
      return started;
    }
    running.set(key, started.value);
  }
  const embeddedUrls = Object.fromEntries([...running].map(([key, target]) => [key, target.url]));
  const lost = (): string | undefined => [...running.values()].map((target) => target.lost()).find((reason) => reason !== undefined);
  return ok({ endpoints: { seed, embeddedUrls, accesses: Object.fromEntries(accesses) }, secrets: [...secrets], lost, stop });
}
