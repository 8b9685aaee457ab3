// `earshot target`: the reference target alone, for people to point their own voice apps at.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { exitCodes } from "../../core/exit-codes.ts";
import { failed, ok, orThrow, type Result } from "../../core/issues.ts";
import { createSystemClock } from "../../core/system-clock.ts";
import { parseNetwork } from "../../faults/profile.ts";
import { parseServerFault, serverFaultGrammar } from "../../faults/server-fault.ts";
import type { TlsIdentity } from "../../target/certificate.ts";
import { type ClientReport, createClientAccount } from "../../target/client-account.ts";
import { openTruthFile } from "../../target/ground-truth.ts";
import { modelRules, type ModelRule } from "../../target/models.ts";
import { profileNames, readProfile } from "../../target/profile.ts";
import { readScript, scriptNames } from "../../target/script.ts";
import { startTarget, type Target, type TargetOptions } from "../../target/server.ts";
import { clientReportText } from "../client-report-text.ts";
import { explainProfile } from "../explain-profile.ts";
import { fixturesOption } from "../options.ts";
import { openFixtures } from "../../library/places.ts";
import { print, printError } from "../output.ts";
import { targetHints } from "../target-hints.ts";

interface TargetArguments {
  readonly port: number;
  readonly host: string;
  readonly profile: string;
  readonly script: string;
  readonly seed: number;
  readonly truth?: string;
  readonly fixtures?: string;
  readonly explain: boolean;
  readonly requireKeyEnv?: string;
  readonly models: ModelRule;
  readonly tls: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly sessionMinutes?: number;
  readonly tokensPerMinute?: number;
  readonly requestsPerMinute?: number;
  readonly compress: boolean;
  readonly network: string;
  readonly fault: readonly string[];
  readonly clientReport?: string;
}

const MS_PER_MINUTE = 60_000;
const answering = "What it answers:";
const admitting = "Who gets in, and for how long:";
const carrying = "TLS and compression:";
const misbehaving = "What goes wrong:";

export const targetCommand: CommandModule<object, TargetArguments> = {
  command: "target",
  describe: "Run the reference target alone: a GPT-Realtime-2 with known delays on this machine",
  builder: (parser: Argv) =>
    parser
      .option("port", { type: "number", default: 8_790, describe: "Port; 0 lets the system choose", requiresArg: true })
      .option("host", { type: "string", default: "127.0.0.1", describe: "Address to listen on", requiresArg: true })
      .option("profile", {
        type: "string",
        default: "realtime-2",
        describe: `Latency profile: ${profileNames.join(", ")}`,
        requiresArg: true,
        group: answering,
      })
      .option("script", { type: "string", default: "crm", describe: `What it answers: ${scriptNames.join(", ")}`, requiresArg: true, group: answering })
      .option("seed", { type: "number", default: 1, describe: "Seed of its delays", requiresArg: true, group: answering })
      .option("explain", {
        type: "boolean",
        default: false,
        describe: "Print every figure of the profile with its source, and what they add up to",
        group: answering,
      })
      .option("truth", { type: "string", describe: "File to append its own account of every turn to", requiresArg: true })
      .option("fixtures", fixturesOption)
      .option("require-key-env", {
        type: "string",
        describe: "Environment variable with the one key it takes; default: any, or none",
        requiresArg: true,
        group: admitting,
      })
      .option("models", {
        choices: modelRules,
        default: "likely" as const,
        describe: "Model names it takes: any, likely (known, or with realtime in it), known",
        group: admitting,
      })
      .option("session-minutes", { type: "number", default: 60, describe: "How long a session may last", requiresArg: true, group: admitting })
      .option("tokens-per-minute", { type: "number", describe: "Rate limit of all sessions together", requiresArg: true, group: admitting })
      .option("requests-per-minute", { type: "number", describe: "Rate limit of all sessions together, in responses", requiresArg: true, group: admitting })
      .option("tls", { type: "boolean", default: false, describe: "Serve wss and https with a certificate made now", group: carrying })
      .option("tls-cert", { type: "string", describe: "Certificate file (PEM) to serve with instead", requiresArg: true, group: carrying })
      .option("tls-key", { type: "string", describe: "Its key (PEM)", requiresArg: true, group: carrying })
      .option("compress", { type: "boolean", default: false, describe: "Offer permessage-deflate", group: carrying })
      .option("network", {
        type: "string",
        default: "none",
        describe: "Network between every client and the target, such as delay:80ms,jitter:20ms,blackhole@5s+3s",
        requiresArg: true,
        group: misbehaving,
      })
      .option("fault", {
        type: "string",
        array: true,
        default: [] as string[],
        describe: `Fault of the whole target, so long after its first connection; may be given often: ${serverFaultGrammar}`,
        requiresArg: true,
        group: misbehaving,
      })
      .option("client-report", {
        type: "string",
        describe: "File (JSON) for the account of what clients did, which is also printed at the end",
        requiresArg: true,
        group: misbehaving,
      })
      .example("$0 target", "then point a client at ws://127.0.0.1:8790/v1/realtime?model=gpt-realtime-2")
      .example("$0 target --profile exact --truth truth.ndjson", "fixed delays, and a log of what it really did")
      .example("$0 target --tls --session-minutes 1", "wss, and how your app lives through the end of a session")
      .example("$0 target --network blackhole@5s+3s --fault restart@20s+2s", "what your app does on a bad day; Ctrl-C prints it") as Argv<TargetArguments>,
  handler: async (given) => {
    if (given.explain) return print(explainProfile(orThrow(readProfile(given.profile))));
    const clock = createSystemClock();
    const account = createClientAccount();
    const target = await open(given, { clock, account });
    const caFolder = target.ca === undefined ? undefined : mkdtempSync(join(tmpdir(), "earshot-target-"));
    const caPath = caFolder === undefined ? given.tlsCert : join(caFolder, "ca.pem");
    if (caFolder !== undefined && caPath !== undefined) writeFileSync(caPath, target.ca ?? "");
    let report: ClientReport | undefined;
    try {
      print(targetHints({ url: target.url, caPath, keyVariable: given.requireKeyEnv, about: `profile ${given.profile}, seed ${given.seed}` }).join("\n"));
      await new Promise<void>((resolve) => {
        process.once("SIGINT", () => resolve());
        process.once("SIGTERM", () => resolve());
      });
      report = account.report(clock.nowUs());
      if (given.clientReport !== undefined) writeFileSync(given.clientReport, `${JSON.stringify(report, null, 2)}\n`);
      await target.close();
    } finally {
      if (caFolder !== undefined) rmSync(caFolder, { recursive: true });
    }
    const { connections, turns, appends, eventsSent } = target.stats;
    print(`\nconnections ${connections}, turns ${turns}, audio appends heard ${appends}, events sent ${eventsSent}`);
    if (report) print(["", ...clientReportText(report)].join("\n"));
    process.exitCode = exitCodes.fine;
  },
};

async function open(given: TargetArguments, { clock, account }: Pick<TargetOptions, "clock" | "account">): Promise<Target> {
  const { port, host, profile, script, seed, truth, fixtures, models, compress } = given;
  if (!["127.0.0.1", "::1", "localhost"].includes(host)) {
    orThrow(failed({ source: "--host", message: `${host} would be open to the network; the target listens on 127.0.0.1, ::1 or localhost only` }));
  }
  const tls = orThrow(tlsOf(given));
  const requireKey = orThrow(requiredKey(given.requireKeyEnv));
  const sessionMinutes = positive("--session-minutes", given.sessionMinutes);
  const tokensPerMinute = positive("--tokens-per-minute", given.tokensPerMinute);
  const requestsPerMinute = positive("--requests-per-minute", given.requestsPerMinute);
  const network = orThrow(fromFlag("--network", parseNetwork(given.network)));
  const faults = given.fault.map((text) => orThrow(fromFlag("--fault", parseServerFault(text))));
  const sink = truth === undefined ? undefined : openTruthFile(truth);
  const started = await startTarget({
    clock,
    ...(account ? { account } : {}),
    warmsUp: true,
    seed,
    profile: orThrow(readProfile(profile)),
    script: orThrow(readScript(script)),
    clips: await openFixtures(fixtures),
    host,
    port,
    models,
    compress,
    network,
    faults,
    ...(sessionMinutes === undefined ? {} : { sessionMs: sessionMinutes * MS_PER_MINUTE }),
    rateLimits: { ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }), ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }) },
    ...(tls === undefined ? {} : { tls }),
    ...(requireKey === undefined ? {} : { requireKey }),
    ...(sink ? { writeTruth: sink.write, writeNote: sink.write } : {}),
    say: printError,
  });
  return orThrow(started);
}

/** The same, its issues told of the flag. */
const fromFlag = <T>(source: string, result: Result<T>): Result<T> => (result.ok ? result : failed(...result.issues.map((issue) => ({ ...issue, source }))));

function positive(source: string, value: number | undefined): number | undefined {
  if (value === undefined || (value > 0 && Number.isFinite(value))) return value;
  return orThrow(failed({ source, message: "must be a number above 0" }));
}

/** The key itself never stands on the command line, where every user of the machine can read it. */
function requiredKey(variable: string | undefined): Result<string | undefined> {
  if (variable === undefined) return ok(undefined);
  const key = process.env[variable];
  return key ? ok(key) : failed({ source: "--require-key-env", message: `the environment variable ${variable} is not set` });
}

function tlsOf({ tls, tlsCert, tlsKey }: TargetArguments): Result<true | TlsIdentity | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return ok(tls ? true : undefined);
  if (tlsCert === undefined || tlsKey === undefined)
    return failed({ source: "--tls-cert", message: "a certificate and its key come together: --tls-cert and --tls-key" });
  const [cert, key] = [readPem("--tls-cert", tlsCert), readPem("--tls-key", tlsKey)];
  if (!cert.ok) return cert;
  return key.ok ? ok({ cert: cert.value, key: key.value }) : key;
}

function readPem(source: string, path: string): Result<string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return failed({ source, message: `${path} can't be read: ${(error as Error).message}` });
  }
}
