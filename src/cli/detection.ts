// How many callers, and how much money, it takes before `compare` can tell a slowdown of some size in runs like this plan's.

import { assumedWorld, assumedWorldText } from "../compare/assumed-world.ts";
import { cluster, type ClusteredSamples } from "../compare/clusters.ts";
import { sessionSamples } from "../compare/comparable-run.ts";
import { defaultPolicy } from "../compare/policy.ts";
import { sessionsNeeded } from "../compare/power.ts";
import { stream } from "../core/random.ts";
import { rowsFor } from "../metrics/measure.ts";
import type { PlanEstimate } from "../plan/estimate.ts";
import type { Plan } from "../plan/plan.ts";
import { formatUsd } from "../report/format.ts";
import { textTable } from "../report/text-table.ts";
import type { RunRecord } from "../result/run-result.ts";

const METRIC = "voice_to_voice";
/** Enough calls that an assumed world shows its spread. */
const ASSUMED_SESSIONS = 400;

export interface Asked {
  /** X, as a share. */
  readonly change: number;
  /** A run that shows how widely answers spread; without one that is assumed. */
  readonly like?: RunRecord;
}

export interface Detection {
  readonly changePct: number;
  /** Where the spread is from. */
  readonly spread: string;
  readonly rows: readonly DetectionRow[];
}

interface DetectionRow {
  readonly cell: string;
  readonly p: number;
  /** Callers a side where the sides take turns; absent where the run has too few to tell. */
  readonly interleaved?: number;
  /** The same of two runs at different times; absent too where the drift allowance is no smaller than what is to be told. */
  readonly twoRuns?: number;
  /** Of one side as large as `interleaved`; absent where it is unpriced. */
  readonly usdInterleaved?: number;
}

export function detect({ change, like, plan, estimate }: Asked & { readonly plan: Plan; readonly estimate: PlanEstimate }): Detection {
  const assumed = cluster(assumedWorld(stream(1, "assumed"), { sessions: ASSUMED_SESSIONS, turns: turnsPerCall(plan) }));
  const spreads = like ? spreadsOf(like) : new Map(plan.cells.map(({ id }) => [id, assumed]));
  const rows = [...spreads].flatMap(([cell, samples]) =>
    [0.5, 0.9].map((p): DetectionRow => {
      const needed = (driftAllowance: number): number | undefined => sessionsNeeded(samples, { p, change, driftAllowance }, stream(1, "power", cell, p));
      const [interleaved, twoRuns] = [needed(0), needed(defaultPolicy.driftAllowance)];
      const usd = interleaved === undefined ? undefined : usdOf({ plan, estimate, cell, sessions: interleaved });
      return {
        cell,
        p,
        ...(interleaved === undefined ? {} : { interleaved }),
        ...(twoRuns === undefined ? {} : { twoRuns }),
        ...(usd === undefined ? {} : { usdInterleaved: usd }),
      };
    }),
  );
  return { changePct: change * 100, spread: like ? `as in ${like.result.runId}` : `assumed: ${assumedWorldText}; --like RUN takes yours`, rows };
}

const spreadsOf = ({ result, turns }: RunRecord): Map<string, ClusteredSamples> =>
  new Map(
    result.cells.map(({ id }) => [
      id,
      cluster(
        sessionSamples(
          rowsFor(
            METRIC,
            turns.filter((row) => row.cell === id),
          ),
          METRIC,
        ),
      ),
    ]),
  );

function turnsPerCall({ groups }: Plan): number {
  const calls = groups.flatMap((group) => group.calls);
  return Math.max(1, Math.round(calls.reduce((sum, { turns }) => sum + turns.length, 0) / Math.max(1, calls.length)));
}

function usdOf({
  plan,
  estimate,
  cell,
  sessions,
}: {
  readonly plan: Plan;
  readonly estimate: PlanEstimate;
  readonly cell: string;
  readonly sessions: number;
}): number | undefined {
  const { microUsd } = estimate.cells.find((each) => each.cell === cell) ?? {};
  const callers = new Set(plan.groups.flatMap(({ calls }) => calls.filter((call) => call.cell.id === cell).map(({ session }) => session)));
  return microUsd === undefined || callers.size === 0 ? undefined : (microUsd / callers.size / 1e6) * sessions;
}

export function detectionLines({ changePct, spread, rows }: Detection): string[] {
  const needed = (sessions: number | undefined): string => (sessions === undefined ? "can't tell" : sessions.toLocaleString("en"));
  const columns = [
    { header: "cell", align: "left" as const },
    { header: "", align: "left" as const },
    { header: "callers a side, taking turns", align: "right" as const },
    { header: "$ a side", align: "right" as const },
    { header: "two runs at different times", align: "right" as const },
  ];
  const table = rows.map(({ cell, p, interleaved, twoRuns, usdInterleaved }) => [
    cell,
    `p${p * 100}`,
    needed(interleaved),
    usdInterleaved === undefined ? "unpriced" : formatUsd(usdInterleaved),
    needed(twoRuns),
  ]);
  const X = `${Number(changePct.toFixed(1))} %`;
  return [
    "",
    `To gate on ${X}: an unchanged server is called ok, and one that is slower by twice that a regression, four times of five. Spread ${spread}.`,
    ...textTable(columns, table),
  ];
}
