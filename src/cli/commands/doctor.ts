// `earshot doctor`: what stands between this machine and a realtime voice API, line by line, before a run finds out.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Argv, CommandModule } from "yargs";
import { exitCodes, type ExitCode } from "../../core/exit-codes.ts";
import { formatIssue, orThrow } from "../../core/issues.ts";
import { createRedactor } from "../../core/redact.ts";
import { createSystemClock } from "../../core/system-clock.ts";
import { examine } from "../../doctor/examine.ts";
import { bad, type Finding } from "../../doctor/finding.ts";
import { descriptorFinding, openFilesLimit } from "../../doctor/machine.ts";
import { prepare } from "../../load/prepare.ts";
import { openTargets } from "../../load/targets.ts";
import type { Override } from "../../scenario/overrides.ts";
import { parseScenario } from "../../scenario/parse.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { capabilitiesText, closingLine, findingLine } from "../doctor-text.ts";
import { fixtureRoots, openFixtures } from "../../library/places.ts";
import { print } from "../output.ts";

interface DoctorArguments {
  readonly provider?: string;
  readonly url?: string;
  readonly model?: string;
  readonly keyEnv?: string;
  readonly set?: readonly string[];
  readonly yes: boolean;
}

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: "doctor",
  describe: "Examine the way to a realtime voice API: names, proxy, TLS, key, model, quota, and one short turn",
  builder: (parser: Argv) =>
    parser
      .option("provider", { type: "string", describe: "embedded, openai, azure or compatible; compatible when there is a --url", requiresArg: true })
      .option("url", { type: "string", describe: "ws:// or wss:// address of the server", requiresArg: true })
      .option("model", { type: "string", describe: "Model to ask for", requiresArg: true })
      .option("key-env", { type: "string", describe: "Environment variable with the key; default OPENAI_API_KEY or AZURE_OPENAI_API_KEY", requiresArg: true })
      .option("set", { type: "string", array: true, describe: "Any other field of the target: target.ca=ca.pem, target.auth.file=key.txt", requiresArg: true })
      .option("yes", { type: "boolean", default: false, describe: "Take the turn, which may cost money, without asking" })
      .example("$0 doctor", "this machine and the embedded target")
      .example("$0 doctor --url ws://127.0.0.1:8790/v1/realtime", "an unknown server: what it takes, as YAML for a scenario")
      .example("$0 doctor --provider openai --model gpt-realtime-2", "the key in OPENAI_API_KEY, asked before it costs anything") as Argv<DoctorArguments>,
  handler: async (given) => {
    process.exitCode = await diagnose(given);
  },
};

const CLIP = "yes";
const text = `version: 1
name: doctor
session: {instructions: Answer briefly., maxOutputTokens: 256}
caller: {thinkMs: 0, turns: [{say: ${CLIP}}]}
load: {sessions: 1, startOver: 0}
`;

async function diagnose(given: DoctorArguments): Promise<ExitCode> {
  const { scenario } = orThrow(parseScenario({ text, source: "doctor", overrides: overridesOf(given), env: process.env }));
  const prepared = orThrow(await prepare(scenario, await openFixtures(undefined), "doctor"));
  const clock = createSystemClock({ sharp: true });
  const folder = mkdtempSync(join(tmpdir(), "earshot-doctor-"));
  const findings: Finding[] = [];
  let redact = (line: string): string => line;
  const onFinding = (finding: Finding): void => {
    findings.push(finding);
    print(redact(findingLine(finding)));
  };
  try {
    onFinding(descriptorFinding(openFilesLimit()));
    const { cells } = prepared.plan;
    const targets = await openTargets({
      clock,
      cells,
      seed: scenario.seed,
      truthPath: join(folder, "truth.ndjson"),
      fixtureRoots: fixtureRoots(undefined),
      env: process.env,
    });
    if (!targets.ok) {
      for (const issue of targets.issues) onFinding(bad("access", formatIssue(issue), "nothing was dialled; put this right first"));
      return finish(findings);
    }
    redact = createRedactor(targets.value.secrets);
    try {
      const { capabilities } = await examine({
        clock,
        prepared,
        endpoints: targets.value.endpoints,
        keyText: keyText(scenario.target),
        onFinding,
        mayTakeTurn: () => mayTakeTurn(scenario.target, given.yes),
      });
      if (capabilities) print(redact(`\n${capabilitiesText(scenario.target, capabilities)}`));
    } finally {
      await targets.value.stop();
    }
    return finish(findings);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run against what failed here would open no session, or measure nothing. */
function finish(findings: readonly Finding[]): ExitCode {
  print(`\n${closingLine(findings)}`);
  return findings.some(({ status }) => status === "failed") ? exitCodes.incomplete : exitCodes.fine;
}

const keyVariables: Readonly<Record<string, readonly [name: string, field: string]>> = {
  openai: ["OPENAI_API_KEY", "bearer"],
  azure: ["AZURE_OPENAI_API_KEY", "apiKey"],
};

function overridesOf({ provider, url, model, keyEnv, set = [] }: DoctorArguments): Override[] {
  const kind = provider ?? (url === undefined ? "embedded" : "compatible");
  const [usual, field = "bearer"] = keyVariables[kind] ?? [];
  const variable = keyEnv ?? (set.some((pair) => pair.startsWith("target.auth")) ? undefined : usual);
  const pair = (flag: string, path: string, value: string | undefined): Override[] => (value === undefined ? [] : [{ flag, path, value }]);
  return [
    ...pair("--provider", "target.provider", kind),
    ...pair("--url", "target.url", url),
    ...pair("--model", "target.model", model),
    ...pair("--key-env", `target.auth.${field}`, variable && `\${env:${variable}}`),
    ...set.map((words) => ({ flag: "--set", path: words.replace(/=.*$/s, ""), value: words.replace(/^[^=]*=?/, "") })),
  ];
}

function keyText(target: Scenario["target"]): string | undefined {
  if (target.provider === "embedded" || !target.auth) return undefined;
  const { as, mint, ...sources } = target.auth;
  return `from target.auth.${Object.keys(sources)[0] ?? "bearer"}, as ${mint === undefined ? as : "an ephemeral key"}`;
}

/** The embedded target costs nothing. Nobody is asked who could not answer. */
async function mayTakeTurn({ provider, model }: Scenario["target"], yes: boolean): Promise<{ readonly reason?: string }> {
  if (yes || provider === "embedded") return {};
  if (!process.stdin.isTTY || !process.stdout.isTTY) return { reason: "nobody could be asked whether it may cost money; --yes takes it" };
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await new Promise<string>((resolve) => {
    lines.once("close", () => resolve("")); // Ctrl-D is no yes
    lines.question(`One short turn with ${model}, a cent or two at list price. Take it? [y/N] `, resolve);
  });
  lines.close();
  return /^y(es)?$/i.test(answer.trim()) ? {} : { reason: "not wanted" };
}
