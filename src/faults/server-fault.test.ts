import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { parseServerFault, type ServerFault } from "./server-fault.ts";

const right: Record<string, ServerFault> = {
  "restart@10s+2s": { type: "restart", atMs: 10_000, forMs: 2_000 },
  "drop-all@20s": { type: "drop-all", atMs: 20_000 },
  "freeze@1.5s+250ms": { type: "freeze", atMs: 1_500, forMs: 250 },
  "refuse@0s+1m": { type: "refuse", atMs: 0, forMs: 60_000 },
  "rate-limit@50s+3s": { type: "rate-limit", atMs: 50_000, forMs: 3_000 },
  " unavailable@60s+3s ": { type: "unavailable", atMs: 60_000, forMs: 3_000 },
};
for (const [text, fault] of Object.entries(right)) {
  test(`${text} is read`, () => assert.deepEqual(parseServerFault(text), { ok: true, value: fault }));
}

const wrong: Record<string, RegExp> = {
  "explode@10s": /"explode@10s" is no fault of a server: write restart@10s\+2s/,
  toString: /is no fault of a server/,
  restart: /is not how restart is written: write, for example, restart@10s\+2s/,
  "restart@10s": /is not how restart is written/,
  "restart@10s+0s": /is not how restart is written/,
  "restart@10+2": /with units ms, s or m/,
  "restart@1s+2s+3s": /is not how restart is written/,
  "drop-all@20s+1s": /is not how drop-all is written: write, for example, drop-all@20s/,
  "refuse@61m+1s": /lies beyond an hour/,
};
for (const [text, says] of Object.entries(wrong)) {
  test(`${text} is refused`, () => {
    const parsed = parseServerFault(text);
    assert.match(parsed.ok ? "" : parsed.issues.map(formatIssue).join(), says);
  });
}
