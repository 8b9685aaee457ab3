// recoveries.csv: the rows of recoveries.ndjson, flattened, with the durations that are derived from them.

import { measureRecovery } from "../metrics/measure-recovery.ts";
import { recoveryCatalogue, recoveryMetricIds } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { snakeCase, toCsv, type Column } from "./csv.ts";

const plain = [
  "v",
  "run",
  "cell",
  "session",
  "call",
  "n",
  "cause",
  "failureClass",
  "failure",
  "turn",
  "lostUs",
  "detectedUs",
  "attempts",
  "backoffMs",
  "retryAfterMs",
  "dialledUs",
  "openUs",
  "sessionUs",
  "contextUs",
  "firstAudibleUs",
  "audioLostUpMs",
  "audioReplayedMs",
  "audioLostDownMs",
  "itemsReplayed",
  "itemsSkipped",
  "turnsLost",
  "turnsDoubled",
] as const satisfies readonly (keyof RecoveryRow)[];
const yesOrNo = ["planned", "recovered", "contextRestored", "modalityKept"] as const;
const usage = ["textIn", "textCached", "audioIn", "audioCached", "textOut", "audioOut"] as const;

const yes = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : value ? "yes" : "no");

/** ms; a censored one is empty, as `recovered` says. */
const derived: readonly Column<RecoveryRow>[] = recoveryMetricIds
  .filter((metric) => recoveryCatalogue[metric].kind === "duration")
  .map((metric) => ({
    name: `${metric}_ms`,
    of: (row) => {
      const sample = measureRecovery(metric, row);
      return sample && !sample.censored ? sample.value : undefined;
    },
  }));

const columns: readonly Column<RecoveryRow>[] = [
  ...plain.map((key): Column<RecoveryRow> => ({ name: snakeCase(key), of: (row) => row[key] })),
  ...yesOrNo.map((key): Column<RecoveryRow> => ({ name: snakeCase(key), of: (row) => yes(row[key]) })),
  ...usage.map((key): Column<RecoveryRow> => ({ name: `usage_${snakeCase(key)}`, of: (row) => row.usage?.[key] })),
  { name: "cost_micro_usd", of: (row) => row.costMicroUsd ?? undefined },
  ...derived,
];

/** recoveries.csv of a run: a row each time a session lost its connection or replaced it. */
export const recoveriesCsv = ({ recoveries = [] }: RunRecord): string => toCsv(columns, recoveries);
