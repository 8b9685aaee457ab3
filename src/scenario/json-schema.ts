// The scenario language as JSON Schema, for editors and other validators. It never refuses what earshot takes: a reference to
// the environment may stand for any scalar, and a scenario that extends another needs none of what every scenario needs.
// Rules that join fields are not in it; `earshot run` tells those. Draft 7, which editors' YAML extensions know without gaps.

import { z } from "zod";
import { isSection } from "./field-shapes.ts";
import { scenarioSchema } from "./schema.ts";
import type { Path } from "./tree.ts";

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  /** A list of them where each item has its own (draft 7). */
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

const reference = { $ref: "#/definitions/environment" } as const;

export function scenarioJsonSchema(): JsonSchema {
  const written = z.toJSONSchema(scenarioSchema, { target: "draft-7", io: "input", unrepresentable: "any", override: describe }) as JsonSchema;
  const whole = open(withoutRequired(written, []), ["extends"]);
  return {
    ...whole,
    title: "earshot scenario",
    description: "What a load test of a realtime voice API asks for. Any value may be ${env:NAME} or ${env:NAME:-default}.",
    if: { required: ["extends"] },
    else: requiredIn(written, []) ?? {},
    definitions: {
      environment: {
        description: "From the environment: ${env:NAME}, or ${env:NAME:-default}.",
        type: "string",
        pattern: "\\$\\{env:[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}",
      },
    },
  };
}

/** What the field means, and then what it must be: the sentence that a wrong value gets. */
function describe({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const meaning = z.globalRegistry.get(zodSchema)?.description;
  // What wraps a field, with a default or as optional, has the field's own text already.
  if (meaning === undefined && jsonSchema.description !== undefined) return;
  // Of a section with a meaning the rule would only list the fields that follow anyway.
  const rule = meaning !== undefined && jsonSchema.properties ? undefined : ruleOf(zodSchema);
  const texts = [meaning && `${meaning}.`, rule === undefined ? undefined : `${rule.charAt(0).toUpperCase()}${rule.slice(1)}.`].filter(
    (text) => text !== undefined,
  );
  if (texts.length > 0) jsonSchema.description = texts.join(" ");
}

function ruleOf(zodSchema: z.core.$ZodType): string | undefined {
  const { error, innerType } = zodSchema._zod.def as unknown as { readonly error?: z.core.$ZodErrorMap; readonly innerType?: z.core.$ZodType };
  const said = error?.({ code: "invalid_type", expected: "string", input: undefined, path: [] });
  const text = typeof said === "string" ? said : said?.message;
  return text ?? (innerType === undefined ? undefined : ruleOf(innerType));
}

/** The sections without their required fields, which a scenario that extends another may leave to it. */
function withoutRequired(schema: JsonSchema, path: Path): JsonSchema {
  if (!isSection(path) || !schema.properties) return schema;
  const { required: _, ...rest } = schema;
  return { ...rest, properties: mapValues(schema.properties, (field, name) => withoutRequired(field, [...path, name])) };
}

/** Only the required fields of the sections. */
function requiredIn(schema: JsonSchema, path: Path): JsonSchema | undefined {
  if (!isSection(path) || !schema.properties) return undefined;
  const inside = Object.entries(schema.properties).flatMap(([name, field]) => {
    const required = requiredIn(field, [...path, name]);
    return required === undefined ? [] : [[name, required] as const];
  });
  if (inside.length === 0 && schema.required === undefined) return undefined;
  return { ...(schema.required && { required: schema.required }), ...(inside.length > 0 && { properties: Object.fromEntries(inside) }) };
}

/** The schema with a reference to the environment beside every scalar, except in the named fields. */
function open(schema: JsonSchema, except: readonly string[] = []): JsonSchema {
  const { description, default: ifAbsent, ...rule } = schema;
  const about = { ...(description !== undefined && { description }), ...(ifAbsent !== undefined && { default: ifAbsent }) };
  if (schema.anyOf) {
    const options = schema.anyOf.map((option) => (isScalar(option) ? option : open(option)));
    return { ...about, ...rule, anyOf: [...options, ...(schema.anyOf.some(isScalar) ? [reference] : [])] };
  }
  if (isScalar(schema)) return takesAnyText(schema) ? schema : { ...about, anyOf: [rule, reference] };
  const { properties, additionalProperties, items } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, (field, name) => (except.includes(name) ? field : open(field))) }),
    ...(additionalProperties && { additionalProperties: open(additionalProperties) }),
    ...(items && { items: isList(items) ? items.map((item) => open(item)) : open(items) }),
  };
}

const isList = (items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] => Array.isArray(items);

const scalars: readonly unknown[] = ["string", "number", "integer", "boolean"];

const isScalar = ({ type, enum: values, const: value }: JsonSchema): boolean =>
  [type].flat().some((name) => scalars.includes(name)) || values !== undefined || value !== undefined;

const takesAnyText = ({ type, pattern, allOf, maxLength, enum: values, const: value }: JsonSchema): boolean =>
  [type].flat().includes("string") && [pattern, allOf, maxLength, values, value].every((rule) => rule === undefined);

const mapValues = <T>(map: Readonly<Record<string, T>>, change: (value: T, name: string) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]));

/** As it is printed and as it ships. */
export const scenarioSchemaText = (): string => `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
