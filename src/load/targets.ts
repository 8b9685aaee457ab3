// What the calls of a run talk to: embedded targets, one process for every profile and script that the cells name, or the
// user's own server.

import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/issues.ts";
import type { Cell } from "../plan/matrix.ts";
import { accessTo, secretsOf, type ProcessEnvironment } from "./access.ts";
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
  const [cell] = cells;
  const access = cell ? await accessTo(cell.settings.target, env) : ok({});
  if (!access.ok) return access;
  const running = new Map<string, EmbeddedTarget>();
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((target) => target.stop()));
  };
  for (const wanted of cells) {
    const { target } = wanted.settings;
    if (target.provider !== "embedded" || running.has(targetKeyOf(wanted))) continue;
    const { provider: _, model: __, ...served } = target;
    const started = await startEmbeddedTarget({ clock, seed, truthPath, fixtureRoots, ...served });
    if (!started.ok) {
      await stop();
      return started;
    }
    running.set(targetKeyOf(wanted), started.value);
  }
  const embeddedUrls = Object.fromEntries([...running].map(([key, target]) => [key, target.url]));
  const lost = (): string | undefined => [...running.values()].map((target) => target.lost()).find((reason) => reason !== undefined);
  const secrets = cell ? secretsOf(cell.settings.target, access.value) : [];
  return ok({ endpoints: { seed, embeddedUrls, access: access.value }, secrets, lost, stop });
}
