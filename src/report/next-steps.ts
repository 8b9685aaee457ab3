// What to do next, derived from what the run found: the first thing its reader wants to know after the verdicts.

import { classMeanings, failureClasses } from "../core/failure-classes.ts";
import { quantileOfSorted } from "../metrics/quantile.ts";
import type { RunRecord, RunResult, ThresholdResult } from "../result/run-result.ts";
import { misses, missText } from "./accuracy.ts";
import { askedTurns, headline, viewCells, type CellView } from "./cell-view.ts";
import { endOfRunText } from "./findings.ts";
import { formatCount, formatMs, formatShare, oneLine } from "./format.ts";
import { objectiveOf, openQuestion, quantileLimitOf } from "./objective.ts";
import { partNames, slowParts, typicalParts, type PartName } from "./parts.ts";

export interface NextStep {
  readonly tone: "bad" | "warn" | "plain";
  /** What was found, and what follows from it. */
  readonly found: string;
  readonly todo: string;
}

const STEPS_MAX = 6;

/** Where the time of a slow turn can be won back. */
const remedies: Readonly<Record<PartName, string>> = {
  framing: "send smaller frames (session.frameMs)",
  "end of speech and network":
    "try a shorter silence before a turn counts as over (session.turnDetection: silenceMs, or a higher eagerness), and look at the network",
  think: "try a lower effort, a shorter conversation or fewer functions",
  player: "try a smaller start buffer (caller.startBufferMs)",
  silence: "the server sends silence before the first word, which no setting here changes: ask its makers",
};

/** `of a slow turn there (2,912 ms) 1,830 ms are think, 740 ms more than typical: try ...`; undefined where the server tells no parts. */
function slowTurnText(view: CellView, p: number): string | undefined {
  const [slow, typical] = [slowParts(view, 1 - p), typicalParts(view)];
  if (!slow || !typical) return undefined;
  const total = partNames.reduce((sum, name) => sum + slow[name], 0);
  const [largest] = partNames.toSorted((a, b) => slow[b] - slow[a]) as [PartName];
  const more = slow[largest] - typical[largest];
  const against = more >= 1 ? `, ${formatMs(more)} ms more than in a typical turn` : "";
  return `Of a slow turn's ${formatMs(total)} ms there, ${formatMs(slow[largest])} are ${largest}${against}: ${remedies[largest]}`;
}

function thresholdStep(threshold: ThresholdResult, view: CellView | undefined, seed: number): NextStep | undefined {
  const cell = view?.name ?? threshold.cell;
  const limit = view && quantileLimitOf(view, threshold, seed);
  const isProven = objectiveOf(limit, threshold.passed) !== "unproven";
  const open = limit && view && !isProven ? openQuestion(limit, view) : undefined;
  if (threshold.passed) return open === undefined ? undefined : { tone: "warn", found: `${threshold.text} is met in ${cell}, but not for sure`, todo: open };
  const value = limit && quantileOfSorted(limit.samples, limit.p)?.value;
  const by = limit && value !== undefined ? `, ${formatMs(value - limit.limitMs)} ms too slow` : "";
  const why = limit && view && limit.metric === headline ? slowTurnText(view, limit.p) : undefined;
  const todo = [why, open].filter((part) => part !== undefined).join(". ");
  return { tone: "bad", found: `${threshold.text} is missed in ${cell}: ${threshold.actual}${by}`, todo: todo || "see the sections on that figure below" };
}

function endStep(result: RunResult): NextStep | undefined {
  const ended = endOfRunText(result);
  if (ended === undefined) return undefined;
  const canResume = result.plan.windowMs === undefined && !result.plan.isOpenEnded;
  return {
    tone: "bad",
    found: `the run did not end as planned (${ended})`,
    todo: canResume
      ? "remove the cause; earshot run --resume with this run's folder then makes the calls that are missing"
      : "remove the cause and run it again",
  };
}

const remedyOf = (failureClass: string): string => {
  const known = failureClasses.find((name) => name === failureClass);
  return known ? classMeanings[known].remedy : "how turns ended, below, has an example";
};

function lostTurns(views: readonly CellView[]): NextStep[] {
  const sum = (pick: (view: CellView) => number): number => views.reduce((total, view) => total + pick(view), 0);
  const lostIn = ({ cell: { outcomes } }: CellView): number => outcomes.unanswered + outcomes.failed;
  const lost = sum(lostIn);
  if (lost === 0) return [];
  const unanswered = sum(({ cell }) => cell.outcomes.unanswered);
  const failed = views.flatMap((view) => view.rows.filter((row) => row.outcome === "failed"));
  const classes = [...Map.groupBy(failed, (row) => row.failureClass ?? "unknown")].sort(([, a], [, b]) => b.length - a.length);
  const parts = [
    ...(unanswered > 0 ? [`${formatCount(unanswered)} unanswered`] : []),
    ...classes.map(([name, turns]) => `${formatCount(turns.length)} ${name}`),
  ];
  const [worst] = views.toSorted((a, b) => lostIn(b) - lostIn(a));
  const where = worst && views.length > 1 ? `, most of them in ${worst.name}` : "";
  const [commonest] = classes[0] ?? [];
  const todo =
    lost > 2 * unanswered && commonest !== undefined
      ? remedyOf(commonest)
      : "the slowest turns, below, show how far they came; a longer caller.patienceMs shows whether the answers were late or lost";
  const share = formatShare(lost / sum(({ cell }) => askedTurns(cell)));
  return [{ tone: "warn", found: `${share} of the turns got no answer (${parts.join(", ")})${where}`, todo }];
}

function missedMost(views: readonly CellView[]): NextStep[] {
  return misses(views, 1).map((miss) => ({
    tone: "warn",
    found: `missed most often: ${oneLine(missText(miss), 200)} (${miss.cell})`,
    todo: "the section on right answers has the others",
  }));
}

/** The most pressing first, never more than a few; one at least. */
export function nextSteps(record: RunRecord): readonly NextStep[] {
  const { result } = record;
  const views = viewCells(record);
  const viewOf = new Map(views.map((view) => [view.cell.id, view]));
  const doubts = result.validity.doubts.map(({ severity, message, remedy }): NextStep => {
    const isInvalid = severity === "invalid";
    return { tone: isInvalid ? "bad" : "warn", found: isInvalid ? `these figures are not to be used: ${message}` : message, todo: remedy };
  });
  const thresholds = result.thresholds.flatMap((threshold) => thresholdStep(threshold, viewOf.get(threshold.cell), result.seed) ?? []);
  const ended = endStep(result);
  const steps = [...(ended ? [ended] : []), ...doubts, ...thresholds, ...lostTurns(views), ...missedMost(views)];
  const urgency: Readonly<Record<NextStep["tone"], number>> = { bad: 0, warn: 1, plain: 2 };
  const ordered = steps.toSorted((a, b) => urgency[a.tone] - urgency[b.tone]).slice(0, STEPS_MAX);
  return ordered.length > 0 ? ordered : [nothingWrong(result)];
}

const nothingWrong = ({ thresholds }: RunResult): NextStep =>
  thresholds.length > 0
    ? {
        tone: "plain",
        found: "everything that was asked is met, for sure",
        todo: "keep the run to compare later ones with: earshot compare with this run's folder and --save baseline.json",
      }
    : {
        tone: "plain",
        found: "nothing was asked of this run, and nothing went wrong in it",
        todo: 'say what is good enough, such as --threshold "voice_to_voice p90 < 2500ms", or keep the run to compare with: earshot compare with its folder and --save baseline.json',
      };
