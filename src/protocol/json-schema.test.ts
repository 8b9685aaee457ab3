import assert from "node:assert/strict";
import { test } from "node:test";
import { fitsSchema, isEqualJson, schemaFault, type JsonSchema } from "./json-schema.ts";

const order: JsonSchema = {
  type: "object",
  properties: { id: { type: "string", pattern: "^[A-Z]\\d{4}$" }, count: { type: "integer", minimum: 1, exclusiveMaximum: 10 } },
  required: ["id"],
  additionalProperties: false,
};

const cases: readonly (readonly [JsonSchema, unknown, boolean])[] = [
  [order, { id: "A1042" }, true],
  [order, { id: "A1042", count: 9 }, true],
  [order, { id: "A1042", count: 10 }, false],
  [order, { id: "A1042", count: 1.5 }, false],
  [order, { id: "a1042" }, false],
  [order, { count: 2 }, false],
  [order, { id: "A1042", more: 1 }, false],
  [order, ["A1042"], false],
  [order, null, false],
  [{ type: ["string", "null"] }, null, true],
  [{ type: ["string", "null"] }, 1, false],
  [{ enum: ["a", { b: [1] }] }, { b: [1] }, true],
  [{ const: 0 }, false, false],
  [{ type: "number" }, 1.5, true],
  [{ type: "boolean" }, false, true],
  [{ minLength: 2, maxLength: 2 }, "😀é", true],
  [{ minLength: 2, maxLength: 2 }, "abc", false],
  [{ type: "array", items: { type: "integer" }, minItems: 1, maxItems: 2 }, [1, 2], true],
  [{ type: "array", items: { type: "integer" }, maxItems: 2 }, [1, 2, 3], false],
  [{ type: "array", items: { type: "integer" } }, [1, "2"], false],
  [{ minimum: 3 }, "a text has no size", true],
  [{ anyOf: [{ type: "string" }, { minimum: 3 }] }, 2, false],
  [{ oneOf: [{ minimum: 1 }, { minimum: 3 }] }, 4, false],
  [{ oneOf: [{ minimum: 1 }, { minimum: 3 }] }, 2, true],
  [{ allOf: [{ minimum: 1 }, { maximum: 3 }] }, 4, false],
  [{ not: { const: "" } }, "", false],
  [{ additionalProperties: { type: "string" } }, { a: 1 }, false],
  [{ required: ["toString"] }, {}, false],
  [true, 1, true],
  [false, 1, false],
];
for (const [schema, value, fits] of cases) {
  test(`${JSON.stringify(value)} ${fits ? "fits" : "does not fit"} ${JSON.stringify(schema)}`, () => {
    assert.equal(schemaFault(schema), undefined);
    assert.equal(fitsSchema(value, schema), fits);
  });
}

const faults: readonly (readonly [unknown, RegExp])[] = [
  [{ format: "email" }, /the schema has format, which is not understood; there are type, enum/],
  [{ properties: { a: { $ref: "#/b" } } }, /properties\.a has \$ref/],
  [{ anyOf: [{}, { type: "text" }] }, /anyOf\.1 has an unknown type/],
  [{ pattern: "(" }, /no regular expression/],
  [{ required: "id" }, /no list of names/],
  [{ items: { minimum: "1" } }, /items has a minimum that is no number/],
  [{ oneOf: [] }, /oneOf that is no list/],
  [{ enum: "a" }, /enum that is no list/],
  ["string", /must be a JSON Schema/],
  [{ properties: { a: 1 } }, /properties\.a must be a JSON Schema/],
];
for (const [schema, says] of faults) {
  test(`the schema ${JSON.stringify(schema)} is refused, because not all of it could be held against a value`, () => {
    assert.match(schemaFault(schema) ?? "", says);
  });
}

test("a schema that is too deep is refused, not followed for ever", () => {
  let schema: JsonSchema = {};
  for (let level = 0; level < 100; level++) schema = { items: schema };
  assert.match(schemaFault(schema) ?? "", /levels deep/);
});

test("values are equal as JSON, whatever the order of their keys", () => {
  assert.equal(isEqualJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }), true);
  assert.equal(isEqualJson({ a: 1 }, { a: 1, b: undefined }), false);
  assert.equal(isEqualJson([1, 2], [2, 1]), false);
  assert.equal(isEqualJson({ 0: 1 }, [1]), false);
});
