// What a caller says, in a line: two runs are compared only where it is the same.

import type { Cue, Interrupt, Reaction, Say, TurnAsk, Words } from "../scenario/caller-turn.ts";
import type { Scenario } from "../scenario/scenario.ts";

const sayText = (say: Say): string =>
  typeof say === "string" ? say : `one of ${say.set}${say.language === undefined ? "" : ` in ${say.language}`} (${say.order})`;
const wordsText = ({ say, text }: Words): string => (say === undefined ? JSON.stringify(text) : sayText(say));
const cueText = (cue: Cue): string => ("heard" in cue ? `"${cue.heard}" is heard` : `${cue.called} is called`);

function askText({ effort, maxOutputTokens, complex }: TurnAsk): string {
  const asked = [effort, maxOutputTokens === undefined ? undefined : `at most ${maxOutputTokens} tokens`, complex ? "complex" : undefined].filter(
    (part) => part !== undefined,
  );
  return asked.length > 0 ? ` (${asked.join(", ")})` : "";
}

function interruptText({ say, atAnswerMs, onWord, backChannel }: Interrupt): string {
  const when = onWord === undefined ? `${atAnswerMs} ms of answer` : `"${onWord}"`;
  return `, after ${when} ${sayText(say)}${backChannel ? " (back-channel)" : ""}`;
}

const reactionText = (reaction: Reaction): string =>
  `; when ${cueText(reaction.when)} ${wordsText(reaction)}${askText(reaction)}${reaction.times > 1 ? `, ${reaction.times} times` : ""}`;

export function callerText({ turns, repeat, reactions = [], endedBy, mostTurns, effortPolicy, effortBy, feeders = [], reconnect }: Scenario["caller"]): string {
  const said = turns.map((turn) => `${wordsText(turn)}${askText(turn)}${turn.interrupt ? interruptText(turn.interrupt) : ""}`).join(", ");
  return [
    said,
    repeat === undefined ? "" : ", and again",
    ...reactions.map(reactionText),
    endedBy ? `; until ${cueText(endedBy)}` : "",
    mostTurns === undefined ? "" : `; at most ${mostTurns} turns`,
    effortPolicy ? `; effort ${effortPolicy.complex} for what is complex, else ${effortPolicy.otherwise}` : "",
    effortBy === "update" ? "" : "; asked for by response.create",
    reconnect === undefined ? "" : "; reconnects",
    ...feeders.map(({ file, order, language }) => `; fed from ${file}${language === undefined ? "" : ` in ${language}`} (${order})`),
  ].join("");
}
