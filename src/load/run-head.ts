// What is known of a run before its first call: its plan, its cells, the machine, and everything that must agree before two
// runs may be compared.

import { createHash } from "node:crypto";
import { packageVersion, readPackageText } from "../core/package-files.ts";
import { loadText, variedLoadText } from "../plan/load-text.ts";
import type { Cell } from "../plan/matrix.ts";
import type { Plan } from "../plan/plan.ts";
import { metricsVersion } from "../metrics/catalogue.ts";
import type { CellHead, RunHead } from "../result/assemble.ts";
import type { RunCheck } from "../result/check-result.ts";
import { environment } from "../result/environment.ts";
import type { Revision } from "../result/revision.ts";
import { runResultVersion } from "../result/run-result.ts";
import { runIdOf } from "../result/store.ts";
import { callerText } from "../plan/caller-text.ts";
import { keptAudioText, type KeptAudio } from "./kept-audio.ts";
import type { Prepared } from "./prepare.ts";

export interface HeadQuestion {
  readonly scenario: Plan["scenario"];
  readonly prepared: Prepared;
  readonly startedAt: Date;
  readonly runIdSuffix: string;
  readonly check?: RunCheck;
  readonly resumes?: string;
  readonly revision?: Revision;
  readonly keepAudio?: KeptAudio;
}

export function runHead({ scenario, prepared, startedAt, runIdSuffix, check, resumes, revision, keepAudio }: HeadQuestion): RunHead {
  const { plan } = prepared;
  const calls = plan.groups.flatMap((group) => group.calls);
  const turnsOf = (cell: Cell): number => calls.filter((call) => call.cell.id === cell.id).reduce((sum, call) => sum + call.turns.length, 0);
  const loadSaid = variedLoadText(scenario.matrix) ?? loadText(scenario.load);
  const { turnDetection, instructions, inputFormat, outputFormat } = scenario.session;
  return {
    v: runResultVersion,
    runId: runIdOf(startedAt, runIdSuffix),
    scenario: scenario.name,
    earshotVersion: packageVersion,
    seed: scenario.seed,
    startedAt: startedAt.toISOString(),
    environment: environment(),
    ...(revision ? { revision } : {}),
    plan: {
      cells: plan.cells.length,
      ...(loadSaid === undefined ? {} : { load: loadSaid }),
      ...((scenario.load.repeat ?? 1) > 1 ? { repeats: scenario.load.repeat ?? 1 } : {}),
      sessionsPerCell: scenario.load.sessions,
      callsPerSession: scenario.load.calls,
      turnsPerCall: calls[0]?.turns.length ?? 0,
      ...turnsOwed(plan),
      concurrency: Math.max(...plan.groups.map((group) => group.concurrency)),
      order: plan.order,
    },
    identity: {
      fixtures: prepared.fixtures,
      instructions: fingerprint(instructions),
      tools: scenario.session.tools ? fingerprint(JSON.stringify(scenario.session.tools)) : "none",
      ...contextIdentity(scenario.session, prepared.documents),
      turnDetection: turnDetectionText(turnDetection),
      inputFormat,
      outputFormat,
      turns: callerText(scenario.caller),
      patienceMs: scenario.caller.patienceMs,
      metricsVersion,
    },
    ...(scenario.arms ? { arms: { a: scenario.arms.a, b: scenario.arms.b, differences: scenario.arms.differences } } : {}),
    tags: scenario.tags,
    ...(prepared.segment ? { segment: prepared.segment } : {}),
    ...(resumes === undefined ? {} : { resumes }),
    ...(check ? { check } : {}),
    ...(keepAudio ? { audio: { kept: keptAudioText(keepAudio), turns: [] } } : {}),
    cells: plan.cells.map((cell): CellHead => cellHead(cell, plan.turnsPlanned === undefined ? undefined : turnsOf(cell), prepared.prices.name)),
  };
}

/** How many turns there will be, or for how long, or that the answers decide. */
function turnsOwed({ turnsPlanned, cells }: Plan): Pick<RunHead["plan"], "turnsPlanned" | "windowMs" | "isOpenEnded"> {
  if (turnsPlanned !== undefined) return { turnsPlanned };
  const windowMs = Math.max(...cells.map(({ settings }) => windowMsOf(settings.load)));
  return windowMs === 0 ? { isOpenEnded: true } : { windowMs };
}

const windowMsOf = ({ durationMs, stages = [] }: Plan["scenario"]["load"]): number => durationMs ?? stages.reduce((sum, stage) => sum + stage.forMs, 0);

const fingerprint = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** What changes how much the model reads, where anything does. */
function contextIdentity({ truncation, context, cache }: Plan["scenario"]["session"], byCell: Prepared["documents"]): { readonly context?: string } {
  const wishes = { ...(truncation === undefined ? {} : { truncation }), ...context, ...(cache === "cold" ? { cache } : {}) };
  const [documents = [], ...others] = new Set(byCell.values());
  const isPlain = documents.length === 0 && others.length === 0 && Object.keys(wishes).length === 0;
  return isPlain
    ? {}
    : {
        context: `${JSON.stringify(wishes)}${documents.length + others.length > 0 ? ` documents ${fingerprint(JSON.stringify(others.length > 0 ? [documents, ...others] : documents))}` : ""}`,
      };
}

/** Silence or eagerness always; padding and threshold where they are not the usual 300 ms and 0.5. */
function turnDetectionText(detection: Plan["scenario"]["session"]["turnDetection"]): string {
  if (detection.type === "manual") return "manual";
  const interrupted = detection.interruptResponse ? "" : ", never interrupted";
  if (detection.type === "semantic") return `semantic_vad ${detection.eagerness}${interrupted}`;
  const { silenceMs, prefixMs, threshold } = detection;
  return `server_vad ${silenceMs} ms${prefixMs === 300 ? "" : `, prefix ${prefixMs} ms`}${threshold === 0.5 ? "" : `, threshold ${threshold}`}${interrupted}`;
}

function cellHead(cell: Cell, turnsPlanned: number | undefined, priceList: string): CellHead {
  const { target, session, caller, load, network } = cell.settings;
  const { effortPolicy } = caller;
  const thinking = effortPolicy ? Object.values(effortPolicy) : [session.effort];
  const origin = target.provider === "embedded" ? worstOrigin(thinking.map((effort) => originOf(target.profile, effort))) : undefined;
  return {
    id: cell.id,
    axes: cell.axes,
    provider: target.provider,
    model: target.model,
    ...(target.provider === "embedded" ? { profile: target.profile } : {}),
    ...(effortPolicy ? { effort: "dynamic" } : session.effort === undefined ? {} : { effort: session.effort }),
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

type Origin = "measured" | "assumed";

const worstOrigin = (origins: readonly (Origin | undefined)[]): Origin | undefined =>
  origins.includes("assumed") ? "assumed" : origins.includes(undefined) ? undefined : "measured";

/** Whether the profile's think time at this effort rests on a measurement; it is what sets efforts apart. */
function originOf(profile: string, effort = "low"): Origin | undefined {
  const { efforts } = JSON.parse(readPackageText("fixtures", "profiles", `${profile}.json`)) as ProfileOrigins;
  return efforts?.[effort]?.thinkMs?.origin;
}
