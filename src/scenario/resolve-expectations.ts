// Expectations, functions and context in their final form, and the rules that join them with other sections.

import { didYouMean } from "../core/issues.ts";
import type { Expectation } from "./expectations.ts";
import { present } from "./present.ts";
import type { Scenario, Tool } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";
import type { Fault } from "./tree.ts";

type WrittenSession = WrittenScenario["session"];
type WrittenTurn = WrittenScenario["caller"]["turns"][number];

export const resolveTool = ({ answers, ...tool }: NonNullable<WrittenSession["tools"]>[number]): Tool => ({ ...present(tool), answers: present(answers) });

export function resolveContext({
  truncation,
  context,
  documents,
  cache,
}: WrittenSession): Pick<Scenario["session"], "truncation" | "context" | "documents" | "cache"> {
  return {
    ...(truncation !== undefined && { truncation: typeof truncation === "string" ? truncation : present(truncation) }),
    ...(context && { context }),
    ...(documents && { documents: documents.map(present) }),
    cache,
  };
}

export function resolveExpectation({ transcript, tool, answer, answeredWithinMs }: NonNullable<WrittenTurn["expect"]>): Expectation {
  return {
    ...(transcript && { transcript }),
    ...(tool && { tool: Array.isArray(tool) ? tool.map(present) : present(tool) }),
    ...(answer && { answer: present(answer) }),
    ...(answeredWithinMs !== undefined && { answeredWithinMs }),
  };
}

/** Expectations that could never be met, whatever the server does. */
export function expectationFaults({ session, caller }: Scenario): readonly Fault[] {
  const names = (session.tools ?? []).map(({ name }) => name);
  return caller.turns.flatMap(({ expect }, index): Fault[] => {
    const path = ["caller", "turns", index, "expect"] as const;
    const calls = expect?.tool === undefined ? [] : "name" in expect.tool ? [expect.tool] : expect.tool;
    const unknown = calls.find(({ name }) => !names.includes(name))?.name;
    const meant = unknown === undefined ? undefined : didYouMean(unknown, names);
    const declared = names.length > 0 ? `; there are ${names.join(", ")}` : "; it declares none";
    return [
      ...(expect?.transcript && !session.transcription
        ? [
            {
              path: [...path, "transcript"],
              anchor: "key",
              message: "needs session.transcription, such as {model: gpt-4o-mini-transcribe}: without it the server writes nothing down",
            } as const,
          ]
        : []),
      ...(unknown === undefined
        ? []
        : [
            {
              path: [...path, "tool"],
              anchor: "key",
              message: `expects ${unknown}, which session.tools does not declare${meant ? `; did you mean ${meant}?` : declared}`,
            } as const,
          ]),
    ];
  });
}
