// The target in a process of its own, so that the measured thing and the measure share no event loop. The parent forks
// this file and speaks to it over the channel; without a parent there is nothing to do here.

import type { Issue, Result } from "../core/issues.ts";
import { failed } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { openClipStore } from "../audio/clip-store.ts";
import { parseServerFault } from "../faults/server-fault.ts";
import type { TargetStats } from "./connection.ts";
import type { TruthSink } from "./ground-truth.ts";
import { openTruthFile } from "./ground-truth.ts";
import type { ModelRule } from "./models.ts";
import { readProfile } from "./profile.ts";
import { readScript } from "./script.ts";
import type { Target } from "./server.ts";
import { startTarget } from "./server.ts";

export interface StartMessage {
  readonly type: "start";
  readonly seed: number;
  /** Names of fixtures/profiles and fixtures/scripts. */
  readonly profile: string;
  readonly script: string;
  /** Where truth.ndjson is appended to; none is written without it. */
  readonly truthPath?: string;
  /** Folders with a manifest.json, searched in this order. */
  readonly fixtureRoots: readonly string[];
  readonly host?: string;
  readonly port?: number;
  readonly sessionMinutes?: number;
  readonly tokensPerMinute?: number;
  readonly requestsPerMinute?: number;
  readonly models?: ModelRule;
  /** `restart@10s+2s`. */
  readonly faults?: readonly string[];
}

export type ToTarget = StartMessage | { readonly type: "stop" };

export type FromTarget =
  /** `warmUpAnswers`: what it said before that, to nobody. */
  | { readonly type: "listening"; readonly port: number; readonly url: string; readonly warmUpAnswers: number }
  | { readonly type: "failed"; readonly issues: readonly Issue[] }
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "stopped"; readonly stats: TargetStats };

const MS_PER_MINUTE = 60_000;

let target: Target | undefined;
let truth: TruthSink | undefined;
let isStopping = false;

/** Resolves once the parent has the message, or can't have it any more. */
const tell = (message: FromTarget): Promise<void> =>
  new Promise((resolve) => (process.connected && process.send ? process.send(message, () => resolve()) : resolve()));

async function start(message: StartMessage): Promise<Result<Target>> {
  const profile = readProfile(message.profile);
  const script = readScript(message.script);
  const clips = await openClipStore(message.fixtureRoots);
  const truthFile = message.truthPath === undefined ? undefined : openTruth(message.truthPath);
  const faults = (message.faults ?? []).map(parseServerFault);
  if (!profile.ok || !script.ok || !clips.ok || truthFile?.ok === false || faults.some(({ ok }) => !ok)) {
    return { ok: false, issues: [profile, script, clips, truthFile, ...faults].flatMap((part) => (part?.ok === false ? part.issues : [])) };
  }
  truth = truthFile?.value;
  const { seed, host, port, sessionMinutes, tokensPerMinute, requestsPerMinute, models } = message;
  return startTarget({
    clock: createSystemClock(),
    warmsUp: true,
    seed,
    profile: profile.value,
    script: script.value,
    clips: clips.value,
    ...(truth ? { writeTruth: truth.write, writeNote: truth.write } : {}),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(models === undefined ? {} : { models }),
    ...(sessionMinutes === undefined ? {} : { sessionMs: sessionMinutes * MS_PER_MINUTE }),
    rateLimits: { ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }), ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }) },
    faults: faults.flatMap((fault) => (fault.ok ? [fault.value] : [])),
    say: (text) => void tell({ type: "notice", text }),
  });
}

function openTruth(path: string): Result<TruthSink> {
  try {
    return { ok: true, value: openTruthFile(path) };
  } catch (error) {
    return failed({ source: path, message: `the target's log cannot be opened: ${(error as Error).message}` });
  }
}

async function begin(message: StartMessage): Promise<void> {
  const result = await start(message);
  if (!result.ok) {
    await tell({ type: "failed", issues: result.issues });
    return process.exit(0);
  }
  target = result.value;
  await tell({ type: "listening", port: target.port, url: target.url, warmUpAnswers: target.warmUpAnswers });
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await target?.close();
  truth?.close();
  if (target) await tell({ type: "stopped", stats: target.stats });
  process.exit(0);
}

// Ctrl-C reaches the whole process group; when to stop is the parent's decision, and its death is one too.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => void stop());
process.on("message", (message: ToTarget) => void (message.type === "start" ? begin(message) : stop()));
