// `earshot plan`: how large a run would be and what it would cost, without calling anybody.

import type { Argv, CommandModule } from "yargs";
import { failed, InputError, orThrow } from "../../core/issues.ts";
import { prepare } from "../../load/prepare.ts";
import { limitsOf } from "../../plan/budget-limits.ts";
import { estimatePlan } from "../../plan/estimate.ts";
import { amountText, limitKinds } from "../../result/budget-text.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { budgetFor, withBudget, type Budgeted } from "../../library/budget.ts";
import { assumptionsOf, expectationsOf } from "../../library/expectations.ts";
import { readNamedFiles } from "../../library/named-files.ts";
import { fixturesOption } from "../options.ts";
import { print } from "../output.ts";
import { findScenario, openFixtures } from "../../library/places.ts";
import { detect, type Asked } from "../detection.ts";
import { readRecord } from "../../library/read-record.ts";
import { planText, type Quota } from "../plan-text.ts";
import { overridesOf, scenarioOptions, type ScenarioArguments } from "../scenario-options.ts";

interface PlanArguments extends ScenarioArguments {
  readonly scenario?: string;
  readonly fixtures?: string;
  readonly json: boolean;
  readonly "quota-tpm"?: number;
  readonly "quota-rpm"?: number;
  readonly detect?: string;
  readonly like?: string;
}

export const planCommand: CommandModule<object, PlanArguments> = {
  command: "plan [scenario]",
  describe: "Say how large a run would be and what it would cost, without calling anybody",
  builder: (parser: Argv) =>
    scenarioOptions(parser.positional("scenario", { type: "string", describe: "Name (quickstart) or file (my.yaml); default quickstart" }))
      .option("quota-tpm", { type: "number", describe: "Your quota of tokens a minute, to hold the plan against", requiresArg: true })
      .option("quota-rpm", { type: "number", describe: "Your quota of requests (responses) a minute", requiresArg: true })
      .option("detect", { type: "string", describe: "Say how many callers it takes to tell a slowdown of so much, as in 10%", requiresArg: true })
      .option("like", { type: "string", describe: "With --detect: a run that shows how widely answers spread", requiresArg: true })
      .option("json", { type: "boolean", default: false, describe: "As JSON" })
      .option("fixtures", fixturesOption)
      .example("$0 plan quickstart --sessions 100", "before a large run")
      .example("$0 plan my.yaml --quota-tpm 40000", "whether it stays below a quota")
      .example("$0 plan my.yaml --detect 10% --like reports/latest", "how large a run must be to be a gate") as Argv<PlanArguments>,
  handler: async (given) => print(await plan(given)),
};

async function plan(given: PlanArguments): Promise<string> {
  const quota = quotaOf(given);
  const asked = detectionOf(given);
  const file = orThrow(findScenario(given.scenario ?? "quickstart"));
  const parsed = orThrow(parseScenario({ ...file, overrides: overridesOf(given), env: process.env }));
  const budgeted = withBudget(parsed.scenario);
  const clips = await openFixtures(given.fixtures);
  const whole = await prepare(budgeted.scenario, clips, file.source, orThrow(readNamedFiles(parsed, file.source)));
  const prepared = orThrow(whole.ok ? whole : failed(...whole.issues.map(parsed.placed)));
  const estimate = estimatePlan(prepared.plan, prepared.prices, expectationsOf(clips, prepared.documents));
  const assumptions = assumptionsOf(prepared.plan.cells);
  const { name } = budgeted.scenario;
  const budgetIssues = budgetFor({ ...budgeted, prepared, source: file.source });
  const detection = asked && detect({ ...asked, plan: prepared.plan, estimate });
  if (given.json) {
    const fault = budgetIssues.ok ? {} : { budgetFault: budgetIssues.issues.map(({ message }) => message).join("; ") };
    return JSON.stringify(
      {
        v: 1,
        scenario: name,
        priceList: prepared.prices.name,
        ...estimate,
        limits: limitsOf(budgeted.scenario),
        ...fault,
        assumptions,
        quota,
        ...(detection && { detection }),
      },
      null,
      2,
    );
  }
  const fault = budgetIssues.ok ? "" : `; it can't be kept: ${budgetIssues.issues.map(({ message }) => message).join("; ")}`;
  return planText({
    scenario: name,
    estimate,
    priceList: prepared.prices.name,
    isOffline: budgeted.scenario.target.provider === "embedded",
    budget: budgetText(budgeted) + fault,
    assumptions,
    quota,
    ...(detection && { detection }),
  });
}

function detectionOf({ detect: text, like }: PlanArguments): Asked | undefined {
  if (text === undefined) {
    if (like !== undefined)
      throw new InputError([{ source: "--like", message: "shows how widely answers spread for --detect; add, for example, --detect 10%" }]);
    return undefined;
  }
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1]);
  if (!(percent >= 1 && percent <= 200))
    throw new InputError([{ source: "--detect", message: `must be a share from 1% to 200%, as in --detect 10%; it is ${text}` }]);
  return { change: percent / 100, ...(like === undefined ? {} : { like: readRecord(like) }) };
}

function budgetText({ scenario, isDefault }: Budgeted): string {
  const limits = limitsOf(scenario);
  const parts = limitKinds(limits).map((kind) => amountText(kind, limits[kind] ?? 0));
  return parts.length === 0 ? "none" : `${parts.join(", ")}${isDefault ? " (the default for a server that bills)" : ""}`;
}

function quotaOf(given: PlanArguments): Quota {
  const wrong = (["quota-tpm", "quota-rpm"] as const).filter((flag) => given[flag] !== undefined && !(Number.isFinite(given[flag]) && (given[flag] ?? 0) > 0));
  if (wrong.length > 0) throw new InputError(wrong.map((flag) => ({ source: `--${flag}`, message: "must be a number above 0" })));
  return { requestsPerMinute: given["quota-rpm"], tokensPerMinute: given["quota-tpm"] };
}
