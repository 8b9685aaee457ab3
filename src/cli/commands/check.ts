// `earshot check`: measures the instrument itself, against a target whose delays are known.

import { join, relative } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { packageVersion } from "../../core/package-files.ts";
import { judgeLevel, searchLevels } from "../../calibrate/check.ts";
import { levelScenario } from "../../calibrate/level-scenario.ts";
import { defaultLevels } from "../../calibrate/levels.ts";
import type { ClipStore } from "../../audio/clip-store.ts";
import type { Clock } from "../../core/clock.ts";
import { exitCodes, type ExitCode } from "../../core/exit-codes.ts";
import { formatIssue, InputError, ok, orThrow, type Issue, type Result } from "../../core/issues.ts";
import { addedDelayMs } from "../../faults/added-delay.ts";
import { parseNetwork } from "../../faults/profile.ts";
import { limits } from "../../core/limits.ts";
import { createSystemClock } from "../../core/system-clock.ts";
import { prepare, type Prepared } from "../../load/prepare.ts";
import { run } from "../../load/run.ts";
import { openTargets } from "../../load/targets.ts";
import { checkMarkdown, checkTable } from "../../report/check-text.ts";
import { checkVersion, type CheckLevel, type CheckResult } from "../../result/check-result.ts";
import { checkFolder, storeCheck } from "../../result/check-store.ts";
import { environment } from "../../result/environment.ts";
import { readRun, runIdOf } from "../../result/store.ts";
import { parseScenario, type ParsedScenario } from "../../scenario/parse.ts";
import { outOption } from "../options.ts";
import { print, printError } from "../output.ts";
import { fixtureRoots, openFixtures, unwritable } from "../../library/places.ts";
import { createRunView } from "../../live/run-view.ts";
import { startProgress } from "../progress.ts";
import { listenForSignals, type Signals } from "../signals.ts";

interface CheckArguments {
  readonly levels: string;
  readonly seconds: number;
  readonly "frame-ms": number;
  readonly network: string;
  readonly out: string;
}

const DEFAULT_SECONDS = 30;
const SECONDS_MAX = 3_600;

export const checkCommand: CommandModule<object, CheckArguments> = {
  command: "check",
  describe: "Measure earshot itself: how exact it is on this machine, and with how many callers",
  builder: (parser: Argv) =>
    parser
      .option("levels", {
        type: "string",
        default: defaultLevels.join(","),
        describe: "Callers at once, level after level; up to three more follow between the last that was honest and the next",
        group: "What is tried:",
        requiresArg: true,
      })
      .option("seconds", {
        type: "number",
        default: DEFAULT_SECONDS,
        describe: "About how long each level lasts; a call takes 14 s and each caller makes one at least",
        group: "What is tried:",
        requiresArg: true,
      })
      .option("frame-ms", { type: "number", default: 20, describe: "Length of a microphone frame, ms, 10 to 100", group: "What is tried:", requiresArg: true })
      .option("network", {
        type: "string",
        default: "none",
        describe: "A fixed delay between callers and target, such as delay:50ms: how many shaped callers the machine drives",
        group: "What is tried:",
        requiresArg: true,
      })
      .option("out", outOption)
      .example("$0 check", "what this machine can do, in about four minutes; later runs show it")
      .example("$0 check --levels 50,200 --seconds 120", "fewer levels, more turns in each: sharper quantiles")
      .example("$0 check --network delay:50ms --levels 20,60,120", "callers behind a network of earshot's own making")
      .example("$0 check --frame-ms 40", "with frames of 40 ms") as Argv<CheckArguments>,
  handler: async (given) => {
    process.exitCode = await check(given);
  },
};

interface Asked {
  readonly levels: readonly number[];
  readonly seconds: number;
  readonly frameMs: number;
  readonly network: string;
}

async function check(given: CheckArguments): Promise<ExitCode> {
  const asked = readArguments(given);
  const clips = await openFixtures(undefined);
  const clock = createSystemClock();
  const startedAt = clock.wallTime();
  const startUs = clock.nowUs();
  const checkId = runIdOf(startedAt, process.pid.toString(36));
  const folder = checkFolder(given.out, checkId);
  const signals = listenForSignals();
  try {
    const found = await searchLevels(asked.levels, (callers) => driveLevel({ callers, ...asked, clips, clock, signals, folder }));
    if (!found) return signals.exitCode() ?? exitCodes.incomplete;
    const { cpu, cores, node } = environment();
    const result: CheckResult = {
      v: checkVersion,
      checkId,
      earshotVersion: packageVersion,
      startedAt: startedAt.toISOString(),
      startedAtMs: startedAt.getTime(),
      durationMs: (clock.nowUs() - startUs) / 1_000,
      machine: { cpu, cores, node },
      frameMs: asked.frameMs,
      ...(asked.network === "none" ? {} : { network: asked.network }),
      ...found,
    };
    storeCheck(given.out, result, checkMarkdown(result));
    print(checkTable(result));
    const shown = asked.network === "none" ? `; runs with --out ${given.out} on this machine now show it` : "";
    print(`\ncheck  ${join(folder, "check.md")}    also check.json${shown}`);
    if (found.cutAtCallers !== undefined) return signals.exitCode() ?? exitCodes.incomplete;
    return result.honestCallers > 0 ? exitCodes.fine : exitCodes.invalid;
  } finally {
    signals.stopListening();
  }
}

function readArguments({ levels, seconds, "frame-ms": frameMs, network, out }: CheckArguments): Asked {
  const callers = levels.split(",").map((text) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN));
  const issues: Issue[] = [];
  if (callers.some((count) => !(count >= 1 && count <= limits.sessions)))
    issues.push({ source: "--levels", message: `must be whole numbers from 1 to ${limits.sessions}, such as 1,10,100` });
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) issues.push({ source: "--seconds", message: `must be above 0, and at most ${SECONDS_MAX}` });
  if (!(Number.isInteger(frameMs) && frameMs >= limits.frameMsMin && frameMs <= limits.frameMsMax))
    issues.push({ source: "--frame-ms", message: `must be a whole number from ${limits.frameMsMin} to ${limits.frameMsMax}` });
  const parsed = parseNetwork(network);
  if (!parsed.ok) issues.push(...parsed.issues.map(({ message }) => ({ source: "--network", message })));
  else if (addedDelayMs(network) === undefined)
    issues.push({
      source: "--network",
      message: "must be a fixed delay, such as delay:50ms: what any other network adds is not known, and so no error either",
    });
  const unwritableOut = unwritable(out);
  if (unwritableOut) issues.push(unwritableOut);
  if (issues.length > 0) throw new InputError(issues);
  return { levels: callers, seconds, frameMs, network };
}

interface LevelDrive extends Asked {
  readonly callers: number;
  readonly clips: ClipStore;
  readonly clock: Clock;
  readonly signals: Signals;
  /** The check's. */
  readonly folder: string;
}

/** One level as the run that it is; undefined where it was cut short, or no target could be started. */
async function driveLevel(level: LevelDrive): Promise<CheckLevel | undefined> {
  const { callers, clock, signals, folder } = level;
  const { parsed, prepared } = orThrow(await prepareLevel(level));
  const progress = startProgress({ view: createRunView(clock), plan: prepared.plan });
  const finished = await run({
    scenario: parsed.scenario,
    scenarioYaml: parsed.resolvedYaml,
    prepared,
    thresholds: [],
    reportsRoot: join(folder, "levels"),
    runIdSuffix: process.pid.toString(36),
    clock,
    openTargets: (cells, truthPath) =>
      openTargets({ clock, cells, seed: parsed.scenario.seed, truthPath, fixtureRoots: fixtureRoots(undefined), env: process.env }),
    drain: signals.drain,
    cut: signals.cut,
    watch: progress.watch,
  }).finally(() => progress.stop());
  if (!finished.ok) {
    printError(`No target could be started.\n${finished.issues.map((issue) => `  ${formatIssue(issue)}`).join("\n")}`);
    return undefined;
  }
  if (signals.drain.aborted) {
    printError(`${String(signals.drain.reason)}: the level of ${callers} callers is not finished and counts for nothing; its run is in ${folder}`);
    return undefined;
  }
  const stored = orThrow(readRun(finished.value.folder));
  const { result, turns } = finished.value.record;
  return judgeLevel(callers, { result, turns, truth: stored.truth(), folder: relative(folder, finished.value.folder) });
}

interface PreparedLevel {
  readonly parsed: ParsedScenario;
  readonly prepared: Prepared;
}

async function prepareLevel({ callers, frameMs, network, seconds, clips }: LevelDrive): Promise<Result<PreparedLevel>> {
  const source = `the check's scenario of ${callers} callers`;
  const parsed = parseScenario({ text: levelScenario({ callers, frameMs, network, seconds }), source, overrides: [], env: {} });
  if (!parsed.ok) return parsed;
  const prepared = await prepare(parsed.value.scenario, clips, source);
  return prepared.ok ? ok({ parsed: parsed.value, prepared: prepared.value }) : prepared;
}
