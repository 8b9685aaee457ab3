// A load generator that can't keep up must say so and not blame the server: here it is stopped again and again by the
// system, as on a machine that has too much to do, while its target runs on.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { RunResult } from "../result/run-result.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-overload-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** So many halves of a rhythm of standing still and running; an even number, so that it ends running. */
const STROKES = 40;
const STROKE_MS = 60;

const SCENARIO = `
version: 1
name: starved
target: { provider: embedded, profile: exact, script: crm }
session: { frameMs: 20 }
caller: { thinkMs: 100, turns: [{ say: yes }] }
load: { sessions: 2, startOver: 0.2s }
`;

test("a generator that is starved of its processor ends invalid, exit 6, and names the cause and a remedy", async () => {
  writeFileSync(join(folder, "starved.yaml"), SCENARIO);
  let starving: NodeJS.Timeout | undefined;
  let strokes = 0;
  const { code, out, err } = await runEarshot(folder, ["run", "starved.yaml"], (text, child) => {
    if (starving || !text.includes("starved:")) return;
    starving = setInterval(() => {
      child.kill(++strokes % 2 === 1 ? "SIGSTOP" : "SIGCONT");
      if (strokes === STROKES) clearInterval(starving);
    }, STROKE_MS);
  });
  clearInterval(starving);
  assert.equal(code, 6, err + out);
  const { validity } = JSON.parse(readFileSync(join(folder, "reports", "latest", "run.json"), "utf8")) as RunResult;
  assert.equal(validity.verdict, "invalid");
  const late = validity.doubts.find((doubt) => doubt.code === "late_frames");
  assert.equal(late?.severity, "invalid", JSON.stringify(validity));
  assert.match(out, /frames left [\d.]+ ms late at p99, more than half a frame of 20 ms: use fewer sessions/);
});
