import assert from "node:assert/strict";
import { test } from "node:test";
import { createRedactor, redactFields } from "./redact.ts";

const key = "sk-CANARY/123";
const redact = createRedactor([key, "on"]);

const long = "sk-CANARY-0123456789/abc=xyz";
test("of a long key its end alone is taken out too, and base64 of every kind", () => {
  const redactLong = createRedactor([long]);
  const base64 = Buffer.from(long).toString("base64");
  for (const form of [long.slice(-8), base64, base64.replace(/=+$/, ""), Buffer.from(long).toString("base64url"), encodeURIComponent(long)]) {
    assert.equal(redactLong(`it is ${form}, isn't it`), "it is (redacted), isn't it", form);
  }
});

test("in the fields that a server wrote every text is cleaned, at any depth, and the others are left alone", () => {
  const row = { cell: key, id: key, n: 5, list: [key, null, true], deep: { [key]: { text: `a ${key}` } } };
  assert.deepEqual(redactFields(row, ["id", "n", "list", "deep"], redact), {
    cell: key,
    id: "(redacted)",
    n: 5,
    list: ["(redacted)", null, true],
    deep: { "(redacted)": { text: "a (redacted)" } },
  });
});

const table: readonly (readonly [string, string])[] = [
  [`Incorrect API key provided: ${key}.`, "Incorrect API key provided: (redacted)."],
  [`GET /?key=${encodeURIComponent(key)}&x=1`, "GET /?key=(redacted)&x=1"],
  [`Basic ${Buffer.from(key).toString("base64")}`, "Basic (redacted)"],
  ["connection lost", "connection lost"],
];
for (const [text, clean] of table) test(`${clean} is what is left`, () => assert.equal(redact(text), clean));
