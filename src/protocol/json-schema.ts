// The part of JSON Schema (2020-12) that arguments of functions are held against: which keywords are understood, and whether
// a value fits. A schema with any other keyword is refused where it is written, so that no demand is passed over in silence.

export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

const annotations = ["title", "description", "default", "examples", "$schema", "$comment"];
const checks = ["type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
const inside = ["properties", "required", "additionalProperties", "items", "minItems", "maxItems", "anyOf", "oneOf", "allOf", "not"];
const keywords = new Set([...annotations, ...checks, ...inside]);
const types = ["object", "array", "string", "number", "integer", "boolean", "null"];
/** Deeper than any function's arguments; a bound, because schemas come from files. */
const DEPTH = 32;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const schemasIn = (schema: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] => [
  ...Object.entries(isMap(schema["properties"]) ? schema["properties"] : {}).map(([name, part]) => [`properties.${name}`, part] as const),
  ...["anyOf", "oneOf", "allOf"].flatMap((key) => listOf(schema[key]).map((part, index) => [`${key}.${index}`, part] as const)),
  ...["additionalProperties", "items", "not"].flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]] as const])),
];

function isRegExp(pattern: unknown): boolean {
  try {
    return typeof pattern === "string" && new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false; // the caller is told which pattern it is
  }
}

const SIZES = ["minLength", "maxLength", "minItems", "maxItems"];
const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

/** What is wrong with the schema itself, with its place in it; undefined where all of it is understood. */
export function schemaFault(schema: unknown, place = "the schema", depth = 0): string | undefined {
  if (typeof schema === "boolean") return undefined;
  if (!isMap(schema)) return `${place} must be a JSON Schema, such as {type: string}`;
  if (depth > DEPTH) return `${place} is more than ${DEPTH} levels deep`;
  const strange = Object.keys(schema).find((key) => !keywords.has(key));
  if (strange !== undefined) return `${place} has ${strange}, which is not understood; there are ${[...checks, ...inside].join(", ")}`;
  const { type, pattern, properties, required, enum: allowed } = schema;
  const named = Array.isArray(type) ? (type as readonly unknown[]) : type === undefined ? [] : [type];
  if (named.some((name) => !types.includes(String(name)))) return `${place} has an unknown type; there are ${types.join(", ")}`;
  if (pattern !== undefined && !isRegExp(pattern)) return `${place} has a pattern that is no regular expression`;
  if (properties !== undefined && !isMap(properties)) return `${place} has properties that are no map`;
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === "string")))
    return `${place} has a required that is no list of names`;
  if (allowed !== undefined && !Array.isArray(allowed)) return `${place} has an enum that is no list`;
  const notNumber = [...SIZES, ...BOUNDS].find((key) => schema[key] !== undefined && typeof schema[key] !== "number");
  if (notNumber !== undefined) return `${place} has a ${notNumber} that is no number`;
  const notList = ["anyOf", "oneOf", "allOf"].find((key) => schema[key] !== undefined && listOf(schema[key]).length === 0);
  if (notList !== undefined) return `${place} has an ${notList} that is no list of schemas`;
  for (const [key, part] of schemasIn(schema)) {
    const fault = schemaFault(part, place === "the schema" ? key : `${place}.${key}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Equal as JSON: the order of an object's keys says nothing. */
export function isEqualJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isEqualJson(item, b[index]));
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqualJson(a[key], b[key]));
  }
  return a === b;
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  return type === "object" ? isMap(value) : typeof value === type;
}

const within = (size: number, min: unknown, max: unknown): boolean => !(typeof min === "number" && size < min) && !(typeof max === "number" && size > max);

function fitsNumber(value: number, schema: Readonly<Record<string, unknown>>): boolean {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  return within(value, minimum, maximum) && !(typeof above === "number" && value <= above) && !(typeof below === "number" && value >= below);
}

function fitsObject(value: Readonly<Record<string, unknown>>, schema: Readonly<Record<string, unknown>>): boolean {
  const properties = isMap(schema["properties"]) ? schema["properties"] : {};
  const { additionalProperties: others = true } = schema;
  return (
    listOf(schema["required"]).every((name) => Object.hasOwn(value, String(name))) &&
    Object.entries(value).every(([name, part]) => fitsSchema(part, (Object.hasOwn(properties, name) ? properties[name] : others) as JsonSchema))
  );
}

/** Whether the value fits a schema that has no schemaFault. */
export function fitsSchema(value: unknown, schema: JsonSchema): boolean {
  if (typeof schema === "boolean") return schema;
  const { type, enum: allowed, pattern, items, not } = schema;
  if (type !== undefined && !(Array.isArray(type) ? type : [type]).some((name) => hasType(value, name))) return false;
  if (Array.isArray(allowed) && !allowed.some((one) => isEqualJson(one, value))) return false;
  if ("const" in schema && !isEqualJson(schema["const"], value)) return false;
  if (typeof value === "string") {
    if (!within(Array.from(value).length, schema["minLength"], schema["maxLength"])) return false;
    if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) return false;
  }
  if (typeof value === "number" && !fitsNumber(value, schema)) return false;
  if (isMap(value) && !fitsObject(value, schema)) return false;
  if (Array.isArray(value) && !within(value.length, schema["minItems"], schema["maxItems"])) return false;
  if (Array.isArray(value) && items !== undefined && !value.every((item) => fitsSchema(item, items as JsonSchema))) return false;
  const fitting = (key: string): number => listOf(schema[key]).filter((part) => fitsSchema(value, part as JsonSchema)).length;
  return (
    (schema["anyOf"] === undefined || fitting("anyOf") > 0) &&
    (schema["oneOf"] === undefined || fitting("oneOf") === 1) &&
    (schema["allOf"] === undefined || fitting("allOf") === listOf(schema["allOf"]).length) &&
    (not === undefined || !fitsSchema(value, not as JsonSchema))
  );
}
