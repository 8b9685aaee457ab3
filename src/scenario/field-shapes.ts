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
  readonly enum?: readonly unknown[];
}

let whole: FieldShape | undefined;

/** The schema's shape, read once. */
export function scenarioShape(): FieldShape {
  whole ??= z.toJSONSchema(scenarioSchema, { io: "input", unrepresentable: "any" }) as FieldShape;
  return whole;
}

function shapeAt(path: Path): FieldShape | undefined {
  return path.reduce<FieldShape | undefined>((shape, part) => (typeof part === "number" ? shape?.items : shape?.properties?.[part]), scenarioShape());
}

/** Whether the map at the path is put together field by field. Elsewhere a map is one value: one of several shapes, or free. */
export function isSection(path: Path): boolean {
  const shape = shapeAt(path);
  return shape !== undefined && shape.anyOf === undefined && (shape.properties !== undefined || shape.additionalProperties !== undefined);
}

/** The words that the field at the path may be; none where it may be any. */
export const wordsOf = (path: Path): readonly string[] => (shapeAt(path)?.enum ?? []).filter((word) => typeof word === "string");
