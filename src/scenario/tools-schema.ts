// The functions of a session as a user writes them: name, what the model is told, and the scripted answers.

import { z } from "zod";
import * as fields from "./fields.ts";
import { number, section, text } from "./fields.ts";
import { templatePlace } from "./scenario.ts";

/** The pattern that the API has for names of functions. */
const nameSays = "must be a name of up to 64 letters, digits, _ and -, such as lookup_order";
const parametersSays = "must be a JSON Schema of an object, such as {type: object, properties: {id: {type: string}}, required: [id]}";
const MOST_TOOLS = 128;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The model is given it as it stands; what no server could take is found here, not in the first call. */
const parameters = z.record(z.string(), z.unknown(), parametersSays).superRefine((schema, context) => {
  const refuse = (path: readonly PropertyKey[], message: string): void => context.addIssue({ code: "custom", path: [...path], message });
  const { type, properties = {}, required = [] } = schema;
  if (type !== "object") refuse(["type"], "must be object: a function takes its arguments by name");
  if (!isMap(properties)) return refuse(["properties"], "must be a map of argument names to JSON Schemas");
  for (const [name, property] of Object.entries(properties)) {
    if (!isMap(property) && typeof property !== "boolean") refuse(["properties", name], "must be a JSON Schema, such as {type: string}");
  }
  if (!Array.isArray(required)) return refuse(["required"], "must be a list of argument names");
  for (const [index, name] of required.entries()) {
    if (typeof name !== "string" || !Object.hasOwn(properties, name)) refuse(["required", index], "names no argument in properties");
  }
});

const answers = section({
  value: z.unknown().optional().describe("What the function gives back"),
  template: z.unknown().optional().describe("The same, with {{arguments.name}} filled in from the call"),
  delayMs: fields.durationMs.default(0).describe("How long the function takes"),
  errorRate: number({ min: 0, max: 1 }).default(0).describe("Share of calls that get an error instead"),
  timeoutRate: number({ min: 0, max: 1 }).default(0).describe("Share of calls that are never answered"),
}).superRefine(({ value, template, errorRate, timeoutRate }, context) => {
  const refuse = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
  if (value === undefined && template === undefined) refuse("value", "is missing: what the function gives back, such as {status: shipped}");
  if (value !== undefined && template !== undefined) refuse("template", "goes without value: a function gives back one or the other");
  for (const place of templatePlaces(template)) {
    if (!/^arguments(\.[^.]+)+$/.test(place)) refuse("template", `has {{${place}}}: only the call's arguments can be filled in, such as {{arguments.id}}`);
  }
  if (errorRate <= 1 && timeoutRate <= 1 && errorRate + timeoutRate > 1) refuse("timeoutRate", "is more than errorRate leaves: both are shares of all calls");
});

/** What stands between braces anywhere in the template. */
function templatePlaces(template: unknown): readonly string[] {
  if (typeof template === "string") return [...template.matchAll(templatePlace)].map(([, place = ""]) => place);
  return typeof template === "object" && template !== null ? Object.values(template).flatMap(templatePlaces) : [];
}

const argumentNames = (parameters: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(isMap(parameters["properties"]) ? parameters["properties"] : {});

const tool = section({
  name: z
    .string(nameSays)
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, nameSays)
    .describe("By which the model calls it"),
  description: text("must be text").optional().describe("What the model is told of it"),
  parameters: parameters.default({ type: "object", properties: {} }).describe("Its arguments, as the model is given them"),
  answers: answers.describe("What earshot answers when the model calls it"),
}).superRefine(({ parameters: declared, answers: { template } }, context) => {
  for (const place of templatePlaces(template)) {
    const [root, name = ""] = place.split(".");
    if (root !== "arguments" || argumentNames(declared).includes(name)) continue;
    context.addIssue({ code: "custom", path: ["answers", "template"], message: `has {{${place}}}, and parameters.properties has no ${name}` });
  }
});

const toolsSays = "must be a list of functions, such as `- name: lookup_order`";

export const tools = z
  .array(tool, toolsSays)
  .max(MOST_TOOLS, `must be at most ${MOST_TOOLS} functions`)
  .superRefine((written, context) => {
    const names = written.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) context.addIssue({ code: "custom", path: [index, "name"], message: `is declared twice: ${name}` });
    }
  })
  .optional()
  .describe("Functions that the model may call");
