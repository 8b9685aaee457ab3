// A check of the instrument for people: the terminal's text, and Markdown.

import { checkedMetrics, type CheckedMetric, type CheckLevel, type CheckResult, type ErrorSummary } from "../result/check-result.ts";
import { isQuantileBacked } from "../metrics/quantile.ts";
import { absent, formatCount, formatDuration, formatShare, formatSmallMs } from "./format.ts";
import { escapedMarkdown, markdownTable, textTable, type TextColumn } from "./text-table.ts";

const right = (header: string): TextColumn => ({ header, align: "right" });

const names: Readonly<Record<CheckedMetric, string>> = {
  voice_to_voice: "voice-to-voice",
  first_audio: "first audio",
  end_of_utterance: "end of speech",
  barge_in_stop: "interruption",
  tool_turn: "tool turn",
};

const levelColumns: readonly TextColumn[] = [
  ...["callers", "turns", "answered", "frames late p99", "at most", "event loop"].map(right),
  { header: "verdict", align: "left" },
];

const levelRow = (level: CheckLevel): string[] => [
  formatCount(level.callers),
  formatCount(level.turns),
  formatCount(level.answered),
  isQuantileBacked(level.framesSent, 0.99) ? formatSmallMs(level.latenessMs.p99) : absent,
  formatSmallMs(level.latenessMs.max),
  formatShare(level.loopUtilisation),
  level.isHonest ? "honest" : "not honest",
];

const errorColumns: readonly TextColumn[] = [right("callers"), ...checkedMetrics.map((metric) => right(names[metric]))];

const small = (ms: number | undefined): string => formatSmallMs(ms).replace(" ms", "");
const errorCell = ({ count, p50, p99, max }: ErrorSummary): string => (count === 0 ? absent : `${small(p50)} / ${small(p99)} / ${small(max)}`);
const errorRow = ({ callers, errors }: CheckLevel): string[] => [formatCount(callers), ...checkedMetrics.map((metric) => errorCell(errors[metric]))];

const ERRORS = `Own error, ms: p50 / p99 / largest, whatever its sign; ${absent} where fewer than ten turns lie beyond`;
const ERRORS_NOTE = "Measured less the target's own account and a network's delay. An interruption is checked up to where the player stops.";

const several = (callers: number): string => `${formatCount(callers)} ${callers === 1 ? "caller" : "callers"}`;

const reasonsOf = ({ levels }: CheckResult): string[] => levels.flatMap(({ callers, reasons }) => reasons.map((why) => `${several(callers)}: ${why}`));

/** What a check comes to, in a sentence, and what to make of it. */
export function checkConclusion({ levels, honestCallers, frameMs, network, cutAtCallers }: CheckResult): string[] {
  const cut = cutAtCallers === undefined ? [] : [`It ended early, at ${several(cutAtCallers)}: what was measured before that counts.`];
  if (honestCallers === 0) {
    return [...cut, "No level was honest on this machine: end what else runs on it, or try longer frames (--frame-ms 40), and check again."];
  }
  const disturbed = levels.filter((level) => !level.isHonest && level.callers < honestCallers).map((level) => formatCount(level.callers));
  const isOpen = levels.every((level) => level.callers <= honestCallers);
  return [
    ...cut,
    `This machine drives ${several(honestCallers)} honestly${network === undefined ? "" : ` over ${network}`}, with frames of ${frameMs} ms and the target beside them.`,
    ...(isOpen && cutAtCallers === undefined ? ["More were not tried; --levels goes on from there."] : []),
    ...(disturbed.length > 0
      ? [`Fewer callers (${disturbed.join(", ")}) were not honest and more were: something else used the machine. Check again in a quiet moment.`]
      : []),
  ];
}

const headOf = ({ earshotVersion, checkId, machine, durationMs, network }: CheckResult): string =>
  `earshot ${earshotVersion}  check ${checkId}${network === undefined ? "" : `  ${network}`}  ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}  ${formatDuration(durationMs)}`;

/** The check as plain text for the terminal. */
export function checkTable(check: CheckResult): string {
  return [
    headOf(check),
    "",
    ...textTable(levelColumns, check.levels.map(levelRow)),
    ...reasonsOf(check).map((reason) => `  ${reason}`),
    "",
    ERRORS,
    ...textTable(errorColumns, check.levels.map(errorRow)),
    ERRORS_NOTE,
    "",
    ...checkConclusion(check),
  ].join("\n");
}

/** check.md. */
export function checkMarkdown(check: CheckResult): string {
  return [
    "# How far this machine can be trusted",
    "",
    `${escapedMarkdown(headOf(check))}, started ${check.startedAt}.`,
    "",
    ...checkConclusion(check),
    "",
    ...markdownTable(levelColumns, check.levels.map(levelRow)),
    "",
    ...reasonsOf(check).map((reason) => `- ${escapedMarkdown(reason)}`),
    "",
    `${ERRORS}.`,
    "",
    ...markdownTable(errorColumns, check.levels.map(errorRow)),
    "",
    ERRORS_NOTE,
    "",
  ].join("\n");
}
