// What a caller says as a user writes it: turns, blocks that repeat, reactions, and the files that fill words in.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { drawOrders, effortWays } from "./caller-turn.ts";
import { defaults } from "./defaults.ts";
import * as fields from "./fields.ts";
import { oneOf, section, text, wholeNumber } from "./fields.ts";

const clipSays = "must be the id of a clip: lower-case letters, digits and dashes";
/** An id, of which parts may come from a feeder; what the parts make is looked up before the run. */
const clip = z
  .string(clipSays)
  .regex(/^(?:[a-z0-9]+|\$\{feed:[^}]*\})(?:[-.]?(?:[a-z0-9]+|\$\{feed:[^}]*\}))*$/, clipSays)
  .max(200, clipSays);
const order = oneOf(drawOrders);
const set = section({
  set: text("must be a label that clips have, such as crm"),
  language: fields.language.optional(),
  order: order.default(defaults.drawOrder),
});
const say = z.union([clip, set], clipSays);

const words = { say: say.optional(), text: text("must be the text to send").max(10_000, "must be at most 10000 characters").optional() };
const asked = { effort: fields.effort.optional(), maxOutputTokens: fields.maxOutputTokens.optional(), complex: fields.flag.optional() };

/** Exactly one of these fields, or a sentence that says so. */
const exactlyOne =
  (names: readonly string[], says: string) =>
  (written: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void => {
    const found = names.filter((name) => written[name] !== undefined);
    if (found.length !== 1) context.addIssue({ code: "custom", message: found.length === 0 ? says : `has ${found.join(" and ")}; one of them is enough` });
  };

const interrupt = section({
  say,
  atAnswerMs: fields.ms(600_000).optional(),
  onWord: z
    .string()
    .regex(/[\p{L}\p{N}]/u, "must be a word of the answer, such as address")
    .optional(),
  backChannel: fields.flag.optional(),
}).superRefine(exactlyOne(["atAnswerMs", "onWord"], "must say when: atAnswerMs, such as 800, or onWord, such as address"));

const turnFields = { ...words, ...asked, interrupt: interrupt.optional() };
const turnsSays = "must be a list of at least one turn, such as `- say: order-status`";
const block = section({
  times: wholeNumber({ min: 1, max: limits.turns }),
  turns: z.array(section(turnFields).superRefine(exactlyOne(["say", "text"], "must have say or text")), turnsSays).min(1, turnsSays),
});

const turn = section({ ...turnFields, repeat: block.optional() })
  .superRefine(exactlyOne(["say", "text", "repeat"], "must have say, text or repeat, such as `say: order-status`"))
  .superRefine((written, context) => {
    if (written.repeat === undefined) return;
    for (const name of [...Object.keys(asked), "interrupt"].filter((key) => Object.hasOwn(written, key)))
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
    .optional(),
  called: text("must be the name of a function, such as lookup_order").optional(),
}).superRefine(exactlyOne(["heard", "called"], "must have heard or called, such as {heard: order number}"));

const reaction = section({ when: cue, ...words, ...asked, times: wholeNumber({ min: 1, max: limits.turns }).default(defaults.reactionTimes) }).superRefine(
  exactlyOne(["say", "text"], "must have say or text: what the caller answers"),
);

const feeder = section({
  file: text("must be a .csv or .jsonl file").regex(/\.(?:csv|jsonl)$/i, "must be a .csv or .jsonl file"),
  order: order.default(defaults.drawOrder),
  language: fields.language.optional(),
});

/** The fields of `caller` that say what it says. */
export const callerTurns = {
  turns,
  reactions: z.array(reaction, "must be a list, such as `- {when: {heard: order number}, say: spelled-reference}`").optional(),
  endedBy: cue.optional(),
  mostTurns: wholeNumber({ min: 1, max: limits.turns }).optional(),
  effortPolicy: section({ complex: fields.effort, otherwise: fields.effort }).optional(),
  effortBy: oneOf(effortWays).default(defaults.caller.effortBy),
  feeders: z.array(feeder, "must be a list of files, such as `- file: customers.csv`").optional(),
};
