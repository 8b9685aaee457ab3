// `earshot target`: the reference target alone, for people to point their own voice apps at.

import type { Argv, CommandModule } from "yargs";
import { exitCodes } from "../../core/exit-codes.ts";
import { failed, orThrow } from "../../core/issues.ts";
import { createSystemClock } from "../../core/system-clock.ts";
import { openTruthFile } from "../../target/ground-truth.ts";
import { profileNames, readProfile } from "../../target/profile.ts";
import { readScript, scriptNames } from "../../target/script.ts";
import { startTarget, type Target } from "../../target/server.ts";
import { explainProfile } from "../explain-profile.ts";
import { fixturesOption } from "../options.ts";
import { openFixtures } from "../places.ts";
import { print, printError } from "../output.ts";

interface TargetArguments {
  readonly port: number;
  readonly host: string;
  readonly profile: string;
  readonly script: string;
  readonly seed: number;
  readonly truth?: string;
  readonly fixtures?: string;
  readonly explain: boolean;
}

export const targetCommand: CommandModule<object, TargetArguments> = {
  command: "target",
  describe: "Run the reference target alone: a GPT-Realtime-2 with known delays on this machine",
  builder: (parser: Argv) =>
    parser
      .option("port", { type: "number", default: 8_790, describe: "Port; 0 lets the system choose", requiresArg: true })
      .option("host", { type: "string", default: "127.0.0.1", describe: "Address to listen on", requiresArg: true })
      .option("profile", { type: "string", default: "realtime-2", describe: `Latency profile: ${profileNames.join(", ")}`, requiresArg: true })
      .option("script", { type: "string", default: "crm", describe: `What it answers: ${scriptNames.join(", ")}`, requiresArg: true })
      .option("seed", { type: "number", default: 1, describe: "Seed of its delays", requiresArg: true })
      .option("truth", { type: "string", describe: "File to append its own account of every turn to", requiresArg: true })
      .option("fixtures", fixturesOption)
      .option("explain", { type: "boolean", default: false, describe: "Print every figure of the profile with its source, and what they add up to" })
      .example("$0 target", "then point a client at ws://127.0.0.1:8790/v1/realtime?model=gpt-realtime-2")
      .example("$0 target --profile exact --truth truth.ndjson", "fixed delays, and a log of what it really did")
      .example("$0 target --port 0 --seed 7", "any free port, other delays") as Argv<TargetArguments>,
  handler: async (given) => {
    if (given.explain) return print(explainProfile(orThrow(readProfile(given.profile))));
    const target = await open(given);
    print(`listening on ${target.url}?model=gpt-realtime-2    profile ${given.profile}, seed ${given.seed}, any key\nCtrl-C ends it.`);
    await new Promise<void>((resolve) => {
      process.once("SIGINT", () => resolve());
      process.once("SIGTERM", () => resolve());
    });
    await target.close();
    const { connections, turns, appends, eventsSent } = target.stats;
    print(`\nconnections ${connections}, turns ${turns}, audio appends heard ${appends}, events sent ${eventsSent}`);
    process.exitCode = exitCodes.fine;
  },
};

async function open({ port, host, profile, script, seed, truth, fixtures }: TargetArguments): Promise<Target> {
  if (!["127.0.0.1", "::1", "localhost"].includes(host)) {
    orThrow(
      failed({
        source: "--host",
        message: `${host} would be open to the network, and the target takes any key; it listens on 127.0.0.1, ::1 or localhost only`,
      }),
    );
  }
  const sink = truth === undefined ? undefined : openTruthFile(truth);
  const started = await startTarget({
    clock: createSystemClock(),
    seed,
    profile: orThrow(readProfile(profile)),
    script: orThrow(readScript(script)),
    clips: await openFixtures(fixtures),
    host,
    port,
    ...(sink ? { writeTruth: sink.write, writeTrick: sink.write } : {}),
    say: printError,
  });
  return orThrow(started);
}
