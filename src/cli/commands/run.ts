// `earshot run`: runs scenarios and writes their reports.

import type { Argv, CommandModule } from "yargs";
import { mostSevere, type ExitCode } from "../../core/exit-codes.ts";
import { InputError, ok, orThrow, type Issue } from "../../core/issues.ts";
import { createSystemClock } from "../../core/system-clock.ts";
import { indiscretions, readKeptDetails } from "../../library/kept-details.ts";
import { readAsked, type Asked } from "../../library/read-asked.ts";
import { beginAgreed } from "../begin-agreed.ts";
import { liveOptions, openLive, type LiveArguments } from "../live-options.ts";
import { fixturesOption, outOption, threadsIssues, threadsOption, thresholdOption } from "../options.ts";
import { readResumed } from "../resume.ts";
import { findScenario, openFixtures, unwritable } from "../../library/places.ts";
import { runScenario } from "../run-scenario.ts";
import { overridesOf, scenarioOptions, type ScenarioArguments } from "../scenario-options.ts";
import { readSegment, readStartAt } from "../segment-option.ts";
import { listenForSignals } from "../signals.ts";

interface RunArguments extends ScenarioArguments, LiveArguments {
  readonly scenario?: readonly string[];
  readonly threshold?: readonly string[];
  readonly out: string;
  readonly fixtures?: string;
  readonly "strict-validity": boolean;
  readonly threads?: number;
  readonly trace: string;
  readonly "keep-audio": string;
  readonly segment?: string;
  readonly "start-at"?: string;
  readonly canary: boolean;
  readonly resume?: string;
}

const builder = (parser: Argv): Argv => {
  parser.positional("scenario", { type: "string", array: true, describe: "Names (quickstart) or files (my.yaml); default quickstart" });
  return liveOptions(scenarioOptions(parser))
    .option("threshold", thresholdOption)
    .option("strict-validity", { type: "boolean", default: false, describe: "A doubt about the figures is exit 6, not a warning", group: "What is demanded:" })
    .option("trace", {
      type: "string",
      default: "none",
      describe: "Keep the raw inputs of calls: all, or worst:N for those with the N slowest and unanswered turns of each cell",
      group: "Files:",
      requiresArg: true,
    })
    .option("keep-audio", {
      type: "string",
      default: "none",
      describe:
        "Keep turns as sound, caller left and answer right, to listen to in the report: all, or worst:N for the N slowest and unanswered ones of each cell",
      group: "Files:",
      requiresArg: true,
    })
    .option("canary", {
      type: "boolean",
      default: true,
      describe: "One more call a thread, to an exact target in a process of its own: how wrong is this machine under this load? --no-canary for none",
      group: "What is demanded:",
    })
    .option("resume", {
      type: "string",
      describe: "A run that ended early: make the calls that are missing, within its budget or a new one",
      requiresArg: true,
    })
    .option("threads", threadsOption)
    .option("segment", {
      type: "string",
      describe: "Part k/n of the plan, such as 1/2; earshot merge makes one run of all parts",
      group: "On several machines:",
      requiresArg: true,
    })
    .option("start-at", {
      type: "string",
      describe: "When the first call may come, the same for all parts: 2026-12-01T09:00:00Z, or milliseconds of the Unix epoch",
      group: "On several machines:",
      requiresArg: true,
    })
    .option("out", outOption)
    .option("fixtures", fixturesOption)
    .example("$0 run", "the quick start: low and high effort, offline, half a minute")
    .example("$0 run quickstart --effort low,high --frame-ms 20,40 --sessions 40", "four cells")
    .example("$0 run quickstart --network none,delay:80ms,jitter:20ms", "a good network and a bad one");
};

export const runCommand: CommandModule<object, RunArguments> = {
  command: "run [scenario...]",
  describe: "Run scenarios and write their reports",
  builder: builder as (parser: Argv) => Argv<RunArguments>,
  handler: async (given) => {
    process.exitCode = await runAll(given);
  },
};

/** Everything is checked before anything is started: a mistake in the third scenario is found before the first one runs. */
async function runAll(given: RunArguments): Promise<ExitCode> {
  const resumed = given.resume === undefined ? undefined : orThrow(readResumed(given.resume, overridesOf(given)));
  if (resumed && given.scenario?.length) throw new InputError([{ source: "--resume", message: "takes the scenario of the run; name none beside it" }]);
  const names = given.scenario?.length ? given.scenario : ["quickstart"];
  const clips = await openFixtures(given.fixtures);
  const unwritableOut = unwritable(given.out);
  const askedDetails = { trace: given.trace, keepAudio: given["keep-audio"], sources: { trace: "--trace", keepAudio: "--keep-audio" } };
  const details = readKeptDetails(askedDetails);
  const issues: Issue[] = [...(unwritableOut ? [unwritableOut] : []), ...(details.ok ? [] : details.issues)];
  const clock = createSystemClock();
  const segment = given.segment === undefined ? undefined : readSegment(given.segment);
  const startAt = given["start-at"] === undefined ? undefined : readStartAt(given["start-at"], clock.wallTime().getTime());
  for (const flag of [segment, startAt]) if (flag?.ok === false) issues.push(...flag.issues);
  if (startAt && names.length > 1) issues.push({ source: "--start-at", message: "is of one scenario; run each with its own" });
  const asked: Asked[] = [];
  for (const name of names) {
    const read = await readAsked(resumed ? ok(resumed) : findScenario(name), {
      overrides: overridesOf(given),
      thresholds: given.threshold ?? [],
      reportsRoot: given.out,
      clips,
      clock,
      resumed,
      segment: segment?.ok ? segment.value : undefined,
    });
    if (read.ok) asked.push(read.value);
    else issues.push(...read.issues);
    if (read.ok) issues.push(...indiscretions(askedDetails, read.value.parsed.scenario.privacy));
  }
  issues.push(...threadsIssues(given.threads));
  if (issues.length > 0 || !details.ok) throw new InputError(issues);
  const expectedMs = await beginAgreed(asked, clips);

  const live = await openLive(given, clock);
  const signals = listenForSignals();
  const codes: ExitCode[] = [];
  try {
    for (const [index, scenario] of asked.entries()) {
      if (signals.drain.aborted) break;
      codes.push(
        await runScenario({
          ...scenario,
          resumes: resumed?.runId,
          clock,
          signals,
          reportsRoot: given.out,
          fixtures: given.fixtures,
          strictValidity: given["strict-validity"],
          threads: given.threads,
          canary: given.canary,
          startAt: startAt?.ok ? startAt.value : undefined,
          ...details.value,
          view: live.view,
          expectedMs: expectedMs[index] ?? 0,
        }),
      );
    }
  } finally {
    signals.stopListening();
    await live.close();
  }
  return mostSevere(codes);
}
