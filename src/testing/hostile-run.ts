// A run whose every text is what an enemy, or a broken server, would have chosen.

import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { syntheticRun, withResult } from "./run-record.ts";

const ESC = "\u001b";
const RTL = "\u202e";

/** One text each for markup, formulas, terminals, line breaks, writing directions and sheer length. */
export const hostileTexts: readonly string[] = [
  `</script></style></title><img src=x onerror="document.title='owned'"><script>document.title="owned"</script>`,
  `=cmd|' /C calc'!A0`,
  `+1+1`,
  `-2+3`,
  `@SUM(1)`,
  `\t=1+1`,
  `\r=1+1`,
  `${ESC}[31mred${ESC}]0;owned\u0007\u009b2J`,
  `two\u2028lines\u2029and\nmore`,
  `${RTL}gnp.exe\u2066\u2067`,
  "W".repeat(100_000),
  `{{ 7*7 }} \${7*7} | [x](javascript:alert(1)) \`code\``,
];

/** In every field that somebody else may fill. */
export function hostileRun(): RunRecord {
  const base = syntheticRun({ sessions: hostileTexts.length, turns: 2, breaksCall: true, unansweredShare: 0.1 });
  const textAt = (index: number): string => hostileTexts[index % hostileTexts.length] as string;
  const turns = base.turns.map((row, index): TurnRow => {
    const text = textAt(index);
    const isSlow = index % 2 === 0;
    return {
      ...row,
      clip: text,
      contextTokens: 500 + index * 40,
      text,
      tags: { [text.slice(0, 200)]: text },
      sessionId: text,
      itemId: text,
      responseIds: [text, text],
      callIds: [text],
      transcripts: { caller: text, answer: text },
      expectations: [{ what: "answer", met: false, why: text }],
      ...(row.failure !== undefined || (isSlow && row.outcome === "unanswered")
        ? { outcome: "failed" as const, failureClass: "server_error" as const, failure: text }
        : {}),
    };
  });
  const all = hostileTexts.join(" ");
  return withResult(
    { ...base, turns, scenarioYaml: all },
    {
      tags: Object.fromEntries(hostileTexts.map((text, index) => [`t${index}${text.slice(0, 50)}`, text])),
      revision: { commit: all, branch: all, job: all },
      cells: base.result.cells.map((cell, index) => ({
        ...cell,
        axes: { "session.voice": textAt(index), "session.instructions": textAt(index + 4) },
        model: textAt(index),
        network: textAt(index + 7),
      })),
      calls: base.result.calls.map((call, index) => ({ ...call, sessionId: textAt(index), failureClass: textAt(index), failure: textAt(index) })),
      thresholds: hostileTexts.map((text, index) => ({ text, cell: textAt(index + 1), passed: index % 2 === 0, actual: text })),
      validity: { verdict: "doubtful", doubts: hostileTexts.map((text) => ({ code: "x", severity: "doubt" as const, message: text, remedy: text })) },
      end: { type: "incomplete", reason: all },
    },
  );
}
