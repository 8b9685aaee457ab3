// Faults of what a caller says that need more than one field to see.

import { turnDetectionTypes } from "./axes.ts";
import { feedColumns } from "./feed-reference.ts";
import type { Scenario } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";
import type { Fault, Path } from "./tree.ts";

type Refuse = (path: Path, message: string, anchor?: Fault["anchor"]) => void;

export function scriptFaults(written: WrittenScenario, resolved: Scenario): readonly Fault[] {
  const faults: Fault[] = [];
  const refuse: Refuse = (path, message, anchor = "key") => void faults.push({ path: ["caller", ...path], anchor, message });
  const { caller, matrix } = written;
  const entries = [...turnsWritten(caller.turns), ...(caller.reactions ?? []).map((reaction, index) => ({ path: ["reactions", index], turn: reaction }))];
  const isPushToTalk = turnDetectionTypes(resolved).includes("manual");
  for (const { path, turn } of entries) {
    if (turn.complex === true && caller.effortPolicy === undefined) refuse([...path, "complex"], "goes with caller.effortPolicy, which says what it means");
    if ("interrupt" in turn && turn.interrupt?.backChannel && isPushToTalk)
      refuse([...path, "interrupt", "backChannel"], "goes with server turn detection: who pushes to talk stops the answer with the button");
    if (turn.text !== undefined) refuseFeeds(turn.text, [...path, "text"], caller, refuse);
    if (typeof turn.say === "string") refuseFeeds(turn.say, [...path, "say"], caller, refuse);
  }
  if (caller.effortPolicy === undefined) {
    const says = "is decided by caller.effortPolicy, and there is none: write {complex: high, otherwise: low}";
    if (written.session.effort === "dynamic") faults.push({ path: ["session", "effort"], anchor: "value", message: says });
    const index = resolved.matrix["session.effort"]?.indexOf("dynamic") ?? -1;
    if (index >= 0) faults.push({ path: ["matrix", Object.hasOwn(matrix, "effort") ? "effort" : "session.effort", index], anchor: "value", message: says });
  }
  const cues = [
    ...(caller.reactions ?? []).map(({ when }, index) => ({ path: ["reactions", index, "when", "called"], when })),
    { path: ["endedBy", "called"], when: caller.endedBy },
  ];
  const functions = resolved.session.tools?.map(({ name }) => name) ?? [];
  for (const { path, when } of cues) {
    if (when?.called === undefined || functions.includes(when.called)) continue;
    refuse(path, `session.tools has no function ${when.called}${functions.length > 0 ? `, only ${functions.join(", ")}` : ""}`, "value");
  }
  return faults;
}

function refuseFeeds(text: string, path: Path, { feeders = [] }: WrittenScenario["caller"], refuse: Refuse): void {
  const [column] = feedColumns(text);
  if (column !== undefined && feeders.length === 0)
    refuse(path, `names \${feed:${column}}, and there is no caller.feeders to take it from, such as \`feeders: [{file: customers.csv}]\``, "value");
}

type WrittenTurn = Omit<WrittenScenario["caller"]["turns"][number], "repeat">;

const turnsWritten = (turns: WrittenScenario["caller"]["turns"]): readonly { readonly path: Path; readonly turn: WrittenTurn }[] =>
  turns.flatMap(({ repeat, ...turn }, index) =>
    repeat ? repeat.turns.map((inner, place) => ({ path: ["turns", index, "repeat", "turns", place], turn: inner })) : [{ path: ["turns", index], turn }],
  );
