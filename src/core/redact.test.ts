import assert from "node:assert/strict";
import { test } from "node:test";
import { createRedactor } from "./redact.ts";

const key = "sk-CANARY/123";
const redact = createRedactor([key, "on"]);

const table: readonly (readonly [string, string])[] = [
  [`Incorrect API key provided: ${key}.`, "Incorrect API key provided: (redacted)."],
  [`GET /?key=${encodeURIComponent(key)}&x=1`, "GET /?key=(redacted)&x=1"],
  [`Basic ${Buffer.from(key).toString("base64")}`, "Basic (redacted)"],
  ["connection lost", "connection lost"],
];
for (const [text, clean] of table) test(`${clean} is what is left`, () => assert.equal(redact(text), clean));
