// Arguments for a call that the script does not know, made from the function's JSON schema: when a client forces a call,
// one is made. They fit simple schemas; constraints such as patterns are not looked at.

import { isObject } from "./field-checks.ts";

const DEPTH = 8;

/** The required properties with the plainest values of their types. */
export function sampleOf(schema: unknown): Readonly<Record<string, unknown>> {
  const value = sample(schema, 0);
  return isObject(value) ? value : {};
}

function sample(schema: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > DEPTH) return {};
  if (schema["default"] !== undefined) return schema["default"];
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"][0] as unknown;
  switch (Array.isArray(schema["type"]) ? (schema["type"][0] as unknown) : schema["type"]) {
    case "string":
      return "";
    case "number":
    case "integer":
      return typeof schema["minimum"] === "number" ? schema["minimum"] : 0;
    case "boolean":
      return false;
    case "array":
      return [];
    case "null":
      return null;
    default: {
      const properties = isObject(schema["properties"]) ? schema["properties"] : {};
      const required = Array.isArray(schema["required"]) ? new Set(schema["required"] as readonly string[]) : [];
      // A name is made once, however often it is required: else eight levels of a thousand repeats would never end.
      return Object.fromEntries([...required].map((name) => [name, sample(Object.hasOwn(properties, name) ? properties[name] : undefined, depth + 1)]));
    }
  }
}
