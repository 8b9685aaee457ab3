// What a turn is expected to come to, as a user writes it.

import { z } from "zod";
import { schemaFault, type JsonSchema } from "../protocol/json-schema.ts";
import { ms, number, section, text } from "./fields.ts";

const argumentsSays = "must be a map of arguments to the values they must have, such as {id: A1042}";
const schemaSays = "must be a JSON Schema of the arguments, such as {required: [id]}";

const argumentSchema = z
  .custom<JsonSchema>((value) => typeof value === "boolean" || (typeof value === "object" && value !== null), schemaSays)
  .superRefine((schema, context) => {
    const fault = schemaFault(schema);
    if (fault !== undefined) context.addIssue({ code: "custom", message: `${schemaSays}: ${fault}` });
  });

const call = section({
  name: text("must be the name of one of session.tools, such as lookup_order"),
  arguments: z.record(z.string(), z.unknown(), argumentsSays).optional(),
  schema: argumentSchema.optional(),
}).superRefine(({ arguments: given, schema }, context) => {
  if (given !== undefined && schema !== undefined)
    context.addIssue({ code: "custom", path: ["schema"], message: "goes without arguments: say what they must be once" });
});

const toolSays = "must be a function call such as {name: lookup_order, arguments: {id: A1042}}, or a list of them";

const matchesSays = "must be a regular expression, such as ship(ped|ping)";
function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, "iu") instanceof RegExp;
  } catch {
    return false; // the user is told by the sentence above
  }
}

const containsSays = "must be text, or a list of texts, such as [shipped, Thursday]";

const answer = section({
  contains: z.union([text(containsSays), z.array(text(containsSays), containsSays).min(1, containsSays)], containsSays).optional(),
  matches: z.string(matchesSays).min(1, matchesSays).refine(isRegExp, matchesSays).optional(),
}).superRefine(({ contains, matches }, context) => {
  if (contains === undefined && matches === undefined)
    context.addIssue({ code: "custom", message: "must say contains or matches, such as {contains: [shipped]}" });
});

const says = "must say what is expected, such as {answer: {contains: [shipped]}, answeredWithinMs: 3000}";

export const expectation = section({
  transcript: section({ wer: number({ min: 0, max: 10 }) }).optional(),
  tool: z.union([call, z.array(call, toolSays).min(1, toolSays).max(16, "must be at most 16 calls")], toolSays).optional(),
  answer: answer.optional(),
  answeredWithinMs: ms(600_000, 1).optional(),
}).superRefine((expected, context) => {
  if (Object.values(expected).every((part) => part === undefined)) context.addIssue({ code: "custom", message: says });
});
