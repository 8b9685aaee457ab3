// What a caller says as a user writes it: turns, blocks that repeat, reactions, and the files that fill words in.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { drawOrders, effortWays } from "./caller-turn.ts";
import { defaults } from "./defaults.ts";
import { expectation } from "./expectations-schema.ts";
import * as fields from "./fields.ts";
import { oneOf, section, text, wholeNumber } from "./fields.ts";

const clipSays = "must be the id of a clip: lower-case letters, digits and dashes";
/** An id, of which parts may come from a feeder; what the parts make is looked up before the run. */
const clip = z
  .string(clipSays)
  .regex(/^(?:[a-z0-9]+|\$\{feed:[^}]*\})(?:[-.]?(?:[a-z0-9]+|\$\{feed:[^}]*\}))*$/, clipSays)
  .max(200, clipSays);
const order = oneOf(drawOrders).describe("How draws go through it: as written, in a new order each time it is used up, or each by itself");
const set = section({
  set: text("must be a label that clips have, such as crm").describe("Label of the recordings to draw from"),
  language: fields.language.optional(),
  order: order.default(defaults.drawOrder),
});
const say = z.union([clip, set], clipSays);

const words = {
  say: say.optional().describe("Recording to say, or a set to draw one from: earshot fixtures list shows them"),
  text: text("must be the text to send").max(10_000, "must be at most 10000 characters").optional().describe("Words to send instead of saying them"),
};
const asked = {
  effort: fields.effort.optional().describe("Effort for this turn only"),
  maxOutputTokens: fields.maxOutputTokens.optional().describe("Longest answer of this turn, in tokens"),
  complex: fields.flag.optional().describe("Whether caller.effortPolicy takes the turn for a hard one"),
};

/** Exactly one of these fields, or a sentence that says so. */
const exactlyOne =
  (names: readonly string[], says: string) =>
  (written: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void => {
    const found = names.filter((name) => written[name] !== undefined);
    if (found.length !== 1) context.addIssue({ code: "custom", message: found.length === 0 ? says : `has ${found.join(" and ")}; one of them is enough` });
  };

const interrupt = section({
  say: say.describe("What is said over the answer"),
  atAnswerMs: fields.ms(600_000).optional().describe("How much of the answer is heard before the caller speaks over it"),
  onWord: z
    .string()
    .regex(/[\p{L}\p{N}]/u, "must be a word of the answer, such as address")
    .optional()
    .describe("After which word of the answer the caller speaks over it"),
  backChannel: fields.flag.optional().describe("It is no turn: the answer is expected to go on"),
}).superRefine(exactlyOne(["atAnswerMs", "onWord"], "must say when: atAnswerMs, such as 800, or onWord, such as address"));

const turnFields = {
  ...words,
  ...asked,
  interrupt: interrupt.optional().describe("Another recording, said over the answer"),
  expect: expectation.optional().describe("What makes the answer right"),
};
const turnsSays = "must be a list of at least one turn, such as `- say: order-status`";
const block = section({
  times: wholeNumber({ min: 1, max: limits.turns }).describe("How often the block is said"),
  turns: z
    .array(section(turnFields).superRefine(exactlyOne(["say", "text"], "must have say or text")), turnsSays)
    .min(1, turnsSays)
    .describe("Its turns, in order"),
});

const turn = section({ ...turnFields, repeat: block.optional().describe("A block of turns, said several times") })
  .superRefine(exactlyOne(["say", "text", "repeat"], "must have say, text or repeat, such as `say: order-status`"))
  .superRefine((written, context) => {
    if (written.repeat === undefined) return;
    for (const name of [...Object.keys(asked), "interrupt", "expect"].filter((key) => Object.hasOwn(written, key)))
      context.addIssue({ code: "custom", path: [name], message: "belongs to the turns of the block, not to the block" });
  });

const turns = z
  .array(turn, turnsSays)
  .min(1, turnsSays)
  .superRefine((written, context) => {
    const count = written.reduce((sum, { repeat }) => sum + (repeat ? repeat.times * repeat.turns.length : 1), 0);
    if (count > limits.turns) context.addIssue({ code: "custom", message: `must be at most ${limits.turns} turns, and makes ${count}` });
  });

/** What is wrong with words that are to be heard. */
const patternFault = (written: string): string | undefined => {
  const pattern = /^\/(.*)\/$/s.exec(written)?.[1];
  if (pattern === undefined) return /[\p{L}\p{N}]/u.test(written) ? undefined : "must hold a word of the answer, such as order number";
  try {
    const expression = new RegExp(pattern, "iu");
    return expression.test("") ? "fits any answer, even an empty one" : undefined;
  } catch (error) {
    return `is not a regular expression: ${(error as Error).message}`;
  }
};

const cue = section({
  heard: z
    .string("must be words of the answer, such as order number, or a /regular expression/")
    .superRefine((written, context) => {
      const message = patternFault(written);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .optional()
    .describe("Words of the answer, or a /regular expression/"),
  called: text("must be the name of a function, such as lookup_order").optional().describe("A function that was called"),
}).superRefine(exactlyOne(["heard", "called"], "must have heard or called, such as {heard: order number}"));

const reaction = section({
  when: cue.describe("What the model said or called"),
  ...words,
  ...asked,
  times: wholeNumber({ min: 1, max: limits.turns }).default(defaults.reactionTimes).describe("How often at most in a call"),
}).superRefine(exactlyOne(["say", "text"], "must have say or text: what the caller answers"));

const feeder = section({
  file: text("must be a .csv or .jsonl file")
    .regex(/\.(?:csv|jsonl)$/i, "must be a .csv or .jsonl file")
    .describe("Rows of words, with their columns' names"),
  order: order.default(defaults.drawOrder),
  language: fields.language.optional().describe("Only rows whose column language says so"),
});

/** The fields of `caller` that say what it says. */
export const callerTurns = {
  turns: turns.describe("What is said, in order"),
  reactions: z
    .array(reaction, "must be a list, such as `- {when: {heard: order number}, say: spelled-reference}`")
    .optional()
    .describe("What is said next when the model said or called something, instead of the next turn; the first that fits"),
  endedBy: cue.optional().describe("What ends the call"),
  mostTurns: wholeNumber({ min: 1, max: limits.turns }).optional().describe("Turns after which the call is over"),
  effortPolicy: section({ complex: fields.effort.describe("For turns marked complex"), otherwise: fields.effort.describe("For all others") })
    .optional()
    .describe("An effort for hard turns, another for the rest"),
  effortBy: oneOf(effortWays)
    .default(defaults.caller.effortBy)
    .describe("How a turn's effort reaches the server: session.update before it, or response.create for it"),
  feeders: z.array(feeder, "must be a list of files, such as `- file: customers.csv`").optional().describe("Files whose rows fill ${feed:column} in"),
};
