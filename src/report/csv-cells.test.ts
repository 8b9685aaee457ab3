import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { toCsv, type CsvValue } from "./csv.ts";

const pieces = [
  ",",
  '"',
  "\n",
  "\r",
  "\t",
  " ",
  "=",
  "+",
  "-",
  "@",
  "\uff1d",
  "\uff0b",
  "\uff0d",
  "\uff20",
  "'",
  "a",
  "Z",
  "0",
  "ü",
  "\u{1f600}",
  "\ud800",
  "\u2028",
];
const cell: fc.Arbitrary<CsvValue> = fc.oneof(
  fc.constant(undefined),
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join("")),
);

test("whatever is in them, cells stand as csv-stringify writes them", () => {
  const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
  const columns = [0, 1, 2].map((index) => ({ name: ["id", "=1+1", 'a "b", c'][index] ?? "", of: (row: readonly CsvValue[]) => row[index] }));
  fc.assert(
    fc.property(table, (rows) => {
      const expected = stringify([columns.map(({ name }) => name), ...rows], { escape_formulas: true });
      assert.equal(toCsv(columns, rows), expected);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});
