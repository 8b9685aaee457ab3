// What the schema says of the shape of a scenario, read off its own JSON Schema: which fields there are, and which of them
// are sections. So no list of fields has to be kept anywhere.

import { z } from "zod";
import { scenarioSchema } from "./schema.ts";
import type { Path } from "./tree.ts";

export interface FieldShape {
  readonly properties?: Readonly<Record<string, FieldShape>>;
  readonly additionalProperties?: FieldShape | false;
  readonly items?: FieldShape;
  readonly anyOf?: readonly FieldShape[];
}

let whole: FieldShape | undefined;

/** The schema's shape, read once. */
export function scenarioShape(): FieldShape {
  whole ??= z.toJSONSchema(scenarioSchema, { io: "input", unrepresentable: "any" }) as FieldShape;
  return whole;
}

/** Whether the map at the path is put together field by field. Elsewhere a map is one value: one of several shapes, or free. */
export function isSection(path: Path): boolean {
  let shape: FieldShape | undefined = scenarioShape();
  for (const part of path) {
    const inner: FieldShape | undefined = typeof part === "number" ? shape.items : shape.properties?.[part];
    if (inner === undefined) return false;
    shape = inner;
  }
  return shape.anyOf === undefined && (shape.properties !== undefined || shape.additionalProperties !== undefined);
}
