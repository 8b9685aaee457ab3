import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { prepare } from "../load/prepare.ts";
import { parsedOf, smallest } from "../testing/parsed-scenario.ts";
import { expectationsOf } from "./expectations.ts";
import { openFixtures } from "./places.ts";

test("a plan expects the silence that ends a turn: of a server's detection what is asked for, of a semantic one what its eagerness brings", async () => {
  const clips = await openFixtures(undefined);
  const waitsMs = async (turnDetection: string): Promise<readonly number[]> => {
    const { scenario } = parsedOf(`${smallest}session: {turnDetection: ${turnDetection}}\n`);
    const { plan } = orThrow(await prepare(scenario, clips, "s.yaml"));
    const { endSilenceMs, answerAfterMs } = expectationsOf(clips);
    return plan.groups
      .flatMap(({ calls }) => calls.slice(0, 1))
      .flatMap(({ cell, turns }) => [endSilenceMs(cell), answerAfterMs(cell, turns[0] ?? assert.fail())]);
  };
  const [shortMs = 0, shortAnswerMs = 0] = await waitsMs("{type: server, silenceMs: 300}");
  const [longMs = 0, longAnswerMs = 0] = await waitsMs("{type: server, silenceMs: 800}");
  assert.deepEqual([shortMs, longMs], [300, 800]);
  assert.equal(longAnswerMs - shortAnswerMs, 500);
  const [hastyMs = 0, hastyAnswerMs = 0] = await waitsMs("{type: semantic, eagerness: high}");
  const [calmMs = 0, calmAnswerMs = 0] = await waitsMs("{type: semantic, eagerness: low}");
  assert.ok(hastyMs > 0 && calmMs > hastyMs, `${hastyMs} and ${calmMs}`);
  assert.ok(calmAnswerMs > hastyAnswerMs, `${hastyAnswerMs} and ${calmAnswerMs}`);
});
