import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { modulePath, packagePath } from "../core/package-files.ts";
import { judge } from "../testing/event-judge.ts";
import { openRawClient } from "../testing/target-server.ts";
import type { FromTarget, StartMessage, ToTarget } from "./process.ts";

const start: StartMessage = { type: "start", seed: 1, profile: "exact", script: "crm", fixtureRoots: [packagePath("fixtures")] };

async function ask(child: ReturnType<typeof fork>, message: ToTarget): Promise<FromTarget> {
  child.send(message);
  const [answer] = (await once(child, "message")) as [FromTarget];
  return answer;
}

test("the target's process listens, survives Ctrl-C, logs a cut turn on the way down and leaves with its counts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "earshot-target-"));
  const truthPath = join(folder, "truth.ndjson");
  const child = fork(modulePath("target", "process"));
  const listening = await ask(child, { ...start, truthPath });
  assert.equal(listening.type, "listening");
  // Nobody finds it cold: it had spoken before it listened.
  assert.ok(listening.type === "listening" && listening.warmUpAnswers >= 12, JSON.stringify(listening));
  child.kill("SIGINT");
  const client = openRawClient(`${listening.type === "listening" ? listening.url : ""}?model=m`, { headers: { "x-earshot-call": "1/all/0/0" } });
  await client.next("session.created");
  client.send({ type: "response.create" });
  await client.next("response.created");
  const exited = once(child, "exit");
  const stopped = await ask(child, { type: "stop" });
  assert.equal(stopped.type === "stopped" && stopped.stats.turns, 1);
  assert.deepEqual(await exited, [0, null]);
  client.events.forEach(judge);
  const rows = readFileSync(truthPath, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    rows.map(({ type, call, outcome }) => [type, call, outcome]),
    [
      ["turn", "1/all/0/0", "cut"],
      // What was said by then is billed.
      ["usage", "1/all/0/0", undefined],
    ],
  );
  rmSync(folder, { recursive: true });
});

test("what it cannot start with is told all at once", async () => {
  const child = fork(modulePath("target", "process"));
  const answer = await ask(child, { ...start, profile: "real", script: "crn", truthPath: "/nowhere/truth.ndjson" });
  assert.deepEqual(answer.type === "failed" && answer.issues.map(({ source }) => source), ["profile", "script", "/nowhere/truth.ndjson"]);
  await once(child, "exit");
});

test("it leaves when its parent does", async () => {
  const child = fork(modulePath("target", "process"));
  await ask(child, start);
  const exited = once(child, "exit");
  child.disconnect();
  assert.deepEqual(await exited, [0, null]);
});
