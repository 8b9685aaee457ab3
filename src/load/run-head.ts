// What is known of a run before its first call: its plan, its cells, the machine, and everything that must agree before two
// runs may be compared.

import { createHash } from "node:crypto";
import { packageVersion, readPackageText } from "../core/package-files.ts";
import type { Cell } from "../plan/matrix.ts";
import { clipsOf, type Plan } from "../plan/plan.ts";
import { metricsVersion } from "../metrics/catalogue.ts";
import type { CellHead, RunHead } from "../result/assemble.ts";
import type { RunCheck } from "../result/check-result.ts";
import { environment } from "../result/environment.ts";
import { runResultVersion } from "../result/run-result.ts";
import { runIdOf } from "../result/store.ts";
import type { Prepared } from "./prepare.ts";

export interface HeadQuestion {
  readonly scenario: Plan["scenario"];
  readonly prepared: Prepared;
  readonly startedAt: Date;
  readonly runIdSuffix: string;
  readonly check?: RunCheck;
  readonly resumes?: string;
}

export function runHead({ scenario, prepared, startedAt, runIdSuffix, check, resumes }: HeadQuestion): RunHead {
  const { plan } = prepared;
  const calls = plan.groups.flatMap((group) => group.calls);
  const turnsOf = (cell: Cell): number => calls.filter((call) => call.cell.id === cell.id).reduce((sum, call) => sum + call.turns.length, 0);
  const { turnDetection, instructions, inputFormat, outputFormat } = scenario.session;
  return {
    v: runResultVersion,
    runId: runIdOf(startedAt, runIdSuffix),
    scenario: scenario.name,
    earshotVersion: packageVersion,
    seed: scenario.seed,
    startedAt: startedAt.toISOString(),
    environment: environment(),
    plan: {
      cells: plan.cells.length,
      sessionsPerCell: scenario.load.sessions,
      callsPerSession: scenario.load.calls,
      turnsPerCall: clipsOf(scenario).length,
      ...(plan.turnsPlanned === undefined ? { windowMs: scenario.load.durationMs ?? 0 } : { turnsPlanned: plan.turnsPlanned }),
      concurrency: Math.max(...plan.groups.map((group) => group.concurrency)),
      order: plan.order,
    },
    identity: {
      fixtures: prepared.fixtures,
      instructions: fingerprint(instructions),
      tools: scenario.session.tools ? fingerprint(JSON.stringify(scenario.session.tools)) : "none",
      turnDetection: turnDetectionText(turnDetection),
      inputFormat,
      outputFormat,
      turns: `${scenario.caller.turns.map(turnText).join(", ")}${scenario.caller.repeat === undefined ? "" : ", and again"}`,
      patienceMs: scenario.caller.patienceMs,
      metricsVersion,
    },
    tags: scenario.tags,
    ...(resumes === undefined ? {} : { resumes }),
    ...(check ? { check } : {}),
    cells: plan.cells.map((cell): CellHead => cellHead(cell, plan.turnsPlanned === undefined ? undefined : turnsOf(cell), prepared.prices.name)),
  };
}

const fingerprint = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

function turnText({ say, effort, interrupt }: Plan["scenario"]["caller"]["turns"][number]): string {
  return `${say}${effort === undefined ? "" : ` (${effort})`}${interrupt ? `, after ${interrupt.atAnswerMs} ms of answer ${interrupt.say}` : ""}`;
}

/** Silence always; padding and threshold where they are not the usual 300 ms and 0.5. */
function turnDetectionText(detection: Plan["scenario"]["session"]["turnDetection"]): string {
  if (detection.type === "manual") return "manual";
  const { silenceMs, prefixMs, threshold } = detection;
  return `server_vad ${silenceMs} ms${prefixMs === 300 ? "" : `, prefix ${prefixMs} ms`}${threshold === 0.5 ? "" : `, threshold ${threshold}`}`;
}

function cellHead(cell: Cell, turnsPlanned: number | undefined, priceList: string): CellHead {
  const { target, session, caller, load, network } = cell.settings;
  const origin = target.provider === "embedded" ? originOf(target.profile, session.effort) : undefined;
  return {
    id: cell.id,
    axes: cell.axes,
    provider: target.provider,
    model: target.model,
    ...(target.provider === "embedded" ? { profile: target.profile } : {}),
    ...(session.effort === undefined ? {} : { effort: session.effort }),
    frameMs: session.frameMs,
    network,
    startBufferMs: caller.startBufferMs,
    sessions: load.sessions,
    ...(turnsPlanned === undefined ? {} : { turnsPlanned }),
    priceList,
    ...(origin === undefined ? {} : { dataOrigin: origin }),
  };
}

interface ProfileOrigins {
  readonly efforts?: Readonly<Record<string, { readonly thinkMs?: { readonly origin?: "measured" | "assumed" } }>>;
}

/** Whether the profile's think time at this effort rests on a measurement; it is what sets efforts apart. */
function originOf(profile: string, effort = "low"): "measured" | "assumed" | undefined {
  const { efforts } = JSON.parse(readPackageText("fixtures", "profiles", `${profile}.json`)) as ProfileOrigins;
  return efforts?.[effort]?.thinkMs?.origin;
}
