// What it takes to come back from each kind of loss: twenty callers against the reference server with everything fixed, a run a
// kind, and one table of what the runs' recoveries.ndjson say. Prints; judges the two figures that are promised: a half-open
// connection is found within 25 s, and after a reset at a round trip of 100 ms a caller who waits hears an answer within 2.5 s (p95).
// Use: node tools/recovery-table.ts [words of the kinds to run]

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureRecovery, recoverySamples } from "../src/metrics/measure-recovery.ts";
import { quantile } from "../src/metrics/quantile.ts";
import type { RecoveryMetricId } from "../src/metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../src/metrics/recovery-row.ts";
import type { TurnRow } from "../src/metrics/turn-row.ts";
import { readRecoveryLog } from "../src/result/recovery-log.ts";
import { readTurnLog } from "../src/result/turn-log.ts";
import { runEarshot } from "../src/testing/earshot-process.ts";

const CALLERS = 20;
const HALF_OPEN_MS = 25_000;
const RESET_MS = 2_500;

interface Kind {
  readonly network: string;
  readonly target?: string;
  readonly caller?: string;
  readonly reconnect?: string;
}

/** With a round trip of 100 ms the first words end some 2.9 s after the first dial, and are answered from 3.9 s on. */
const kinds = {
  "reset while an answer is due": { network: "delay:50ms,reset@2.7s..3.8s" },
  "reset mid-answer": { network: "delay:50ms,reset@4.1s..4.8s" },
  "silent black hole": { network: "switch@3.5s+0.1s/wpt-cable", caller: "patienceMs: 45000", reconnect: "silenceMs: 0" },
  "target restart": { network: "none", target: 'faults: ["restart@4s+2s"]' },
  "session expired": { network: "none", target: "sessionMinutes: 0.08", reconnect: "rolloverMs: 0" },
  "DNS fails at re-dial": { network: "reset@4s,dns:fail@4s+2s" },
  "429 at re-dial": { network: "reset@4.2s", target: 'faults: ["rate-limit@4s+3s"]' },
} as const satisfies Readonly<Record<string, Kind>>;

const scenarioOf = ({ network, target, caller, reconnect = "" }: Kind): string => `version: 1
name: recovery
target: { provider: embedded, profile: exact, script: crm, model: gpt-realtime-2${target === undefined ? "" : `, ${target}`} }
caller: { thinkMs: 300, turns: [{ say: order-status }, { say: yes }]${caller === undefined ? "" : `, ${caller}`}, reconnect: { ${reconnect} } }
load: { sessions: ${CALLERS}, startOver: 0.2s }
network: ${network}
`;

interface Found {
  readonly recoveries: readonly RecoveryRow[];
  readonly turns: readonly TurnRow[];
}

async function run(kind: Kind): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "earshot-recovery-"));
  writeFileSync(join(folder, "recovery.yaml"), scenarioOf(kind));
  const { out, err } = await runEarshot(folder, ["run", "recovery.yaml", "--out", "run"]);
  const text = (file: string): string => readFileSync(join(folder, "run", "latest", file), "utf8");
  if (!out.includes("report ")) throw new Error(`the run told no report: ${err}`);
  const found = { recoveries: readRecoveryLog(text("recoveries.ndjson")).rows, turns: readTurnLog(text("turns.ndjson")).rows };
  rmSync(folder, { recursive: true });
  return found;
}

const seconds = (ms: number | undefined): string => (ms === undefined ? "-" : `${(ms / 1_000).toFixed(2)} s`);
const at = (samples: ReturnType<typeof recoverySamples>, p: number): string => {
  const found = quantile(samples, p);
  return found?.above === undefined ? seconds(found?.value) : `> ${seconds(found.above)}`;
};

/** Those of callers whose turn in progress was answered by the new session, or by none. */
function waiting({ recoveries, turns }: Found): readonly RecoveryRow[] {
  return recoveries.filter((row) => {
    const turn = turns.find((one) => one.session === row.session && one.call === row.call && one.turn === row.turn);
    return turn !== undefined && row.planned === undefined && turn.firstAudibleUs === row.firstAudibleUs;
  });
}

function rowOf(found: Found): readonly string[] {
  const { recoveries } = found;
  const samples = (metric: RecoveryMetricId): ReturnType<typeof recoverySamples> => recoverySamples(metric, recoveries);
  const sum = (metric: RecoveryMetricId): number => samples(metric).reduce((total, { value }) => total + value, 0);
  const audible = waiting(found).flatMap((row) => measureRecovery("recover_first_audible", row) ?? []);
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const unknown = recoveries.filter(({ audioLostDownMs, turn }) => turn !== undefined && audioLostDownMs === undefined).length;
  const tokens = recoveries.filter(({ usage }) => usage !== undefined).length;
  const answered = found.turns.filter(({ outcome }) => outcome === "answered").length;
  return [
    [...new Set(recoveries.map(({ cause }) => cause))].join(" ") || "-",
    `${recoveries.length}`,
    at(samples("recover_detect"), 1),
    `${at(samples("recover_context"), 0.5)} / ${at(samples("recover_context"), 0.95)}`,
    audible.length === 0 ? "-" : `${at(audible, 0.5)} / ${at(audible, 0.95)} (${audible.length})`,
    `${ms(sum("recover_audio_lost"))}, ${ms(sum("recover_audio_lost_down"))}${unknown > 0 ? ` (${unknown} unknown)` : ""}`,
    `${recoveries.reduce((total, { turnsLost }) => total + turnsLost, 0)}, ${recoveries.reduce((total, { turnsDoubled }) => total + turnsDoubled, 0)}`,
    `${recoveries.filter(({ contextRestored }) => contextRestored).length} of ${recoveries.filter(({ callEnded }) => !callEnded).length}`,
    tokens === 0 ? "-" : `${sum("recover_tokens")}, $${sum("recover_cost").toFixed(6)} (${tokens})`,
    `${answered} of ${found.turns.length}`,
  ];
}

const heads = [
  "loss",
  "cause",
  "n",
  "found, most",
  "context back p50 / p95",
  "first sound p50 / p95 (waiting)",
  "audio lost up, down",
  "turns lost, doubled",
  "context restored",
  "tokens, money of replays (n)",
  "turns answered",
];

const asked = process.argv.slice(2);
const told: string[] = [];
console.log(`| ${heads.join(" | ")} |\n|${heads.map(() => "---").join("|")}|`);
for (const [name, kind] of Object.entries(kinds)) {
  if (asked.length > 0 && !asked.some((word) => name.includes(word))) continue;
  const found = await run(kind);
  console.log(`| ${[name, ...rowOf(found)].join(" | ")} |`);
  const detect = quantile(recoverySamples("recover_detect", found.recoveries), 1)?.value ?? Infinity;
  if (name === "silent black hole" && detect > HALF_OPEN_MS) told.push(`a half-open connection was found after ${seconds(detect)}`);
  const heard =
    quantile(
      waiting(found).flatMap((row) => measureRecovery("recover_first_audible", row) ?? []),
      0.95,
    )?.value ?? Infinity;
  if (name === "reset while an answer is due" && heard > RESET_MS) told.push(`after a reset the answer came after ${seconds(heard)} at p95`);
}
for (const text of told) console.error(`missed: ${text}`);
process.exitCode = told.length > 0 ? 1 : 0;
