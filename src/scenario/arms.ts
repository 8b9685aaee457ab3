// Two scenarios as the arms of one run: what must agree between them so that they can take turns, and what differs on purpose.

import { parse } from "yaml";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import type { ParsedScenario } from "./parse.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario and where it is from. */
export interface ArmSource {
  readonly parsed: ParsedScenario;
  readonly source: string;
}

/** Arm A is the baseline. */
export interface ArmedScenario extends Scenario {
  readonly arms: NonNullable<Scenario["arms"]>;
}

const SHOWN = 80;

/** What both arms have in common, or there would be more than one difference: who calls when, saying what, and how it is counted. */
const shared = ["version", "privacy", "seed", "load", "matrix", "caller", "session.documents", "prices", "budget", "abortOnFail", "thresholds"];
/** What things are called changes nothing that is measured. */
const names = ["name", "tags"];

/** One scenario of two. Fails with everything that should agree and does not. */
export function joinArms(a: ArmSource, b: ArmSource): Result<ParsedScenario> {
  const found = differencesOf(parse(a.parsed.resolvedYaml), parse(b.parsed.resolvedYaml));
  const within = (path: string, parents: readonly string[]): boolean =>
    parents.some((parent) => path === parent || (/^[.[]/.test(path.slice(parent.length)) && path.startsWith(parent)));
  const forbidden = found.filter(({ path }) => within(path, shared));
  if (forbidden.length > 0) {
    return failed(
      ...forbidden.map(({ path, before, after }): Issue => ({
        source: b.source,
        path,
        message: `is ${after}, and in ${a.source} it is ${before}: arms of one run must have the same; --set ${path}=... sets it in both`,
      })),
    );
  }
  const differences = found.filter(({ path }) => !within(path, names)).map(({ path, before, after }) => `${path}: ${before} against ${after}`);
  const { scenario } = a.parsed;
  const arms: ArmedScenario["arms"] = { a: a.source, b: b.source, other: b.parsed.scenario, differences };
  return ok({
    ...a.parsed,
    scenario: { ...scenario, name: scenario.name === b.parsed.scenario.name ? scenario.name : `${scenario.name}-and-${b.parsed.scenario.name}`, arms },
    resolvedYaml: `# arm A, ${a.source}\n${a.parsed.resolvedYaml}---\n# arm B, ${b.source}\n${b.parsed.resolvedYaml}`,
    hidden: [...new Set([...a.parsed.hidden, ...b.parsed.hidden])],
  });
}

interface Difference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Of plain data: the paths whose values differ, a list being one value. */
function differencesOf(before: unknown, after: unknown, path = ""): readonly Difference[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differencesOf(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  const [x, y] = [shown(before), shown(after)];
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before: x, after: y }];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  if (value === undefined) return "left out";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text;
}
