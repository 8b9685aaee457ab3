import assert from "node:assert/strict";
import { test } from "node:test";
import { openClipStore } from "../audio/clip-store.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import type { RunningCall } from "../session/driver.ts";
import { parsedOf, smallest } from "../testing/parsed-scenario.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { prepare } from "./prepare.ts";
import { createRunningCalls, graceUsOf } from "./running-calls.ts";

const GRACE_US = 13_000_000;

function running() {
  const clock = createVirtualClock();
  const told: string[] = [];
  const drain = new AbortController();
  const calls = createRunningCalls({ clock, drain: drain.signal, cut: new AbortController().signal, graceUs: GRACE_US });
  const add = (name: string): void =>
    calls.add({
      ended: new Promise(() => undefined),
      want: () => undefined,
      answer: () => undefined,
      drain: () => void told.push(`${name} drained`),
      cut: (reason) => void told.push(`${name} cut: ${reason}`),
    } satisfies RunningCall);
  return { clock, told, drain, calls, add };
}

test("when the window of a group ends its calls finish, and whoever takes too long is cut", () => {
  const { clock, told, calls, add } = running();
  add("a");
  calls.close();
  clock.advanceTo(GRACE_US - 1);
  assert.deepEqual(told, ["a drained"]);
  clock.advanceTo(GRACE_US);
  assert.deepEqual(told, ["a drained", "a cut: the time to finish was over"]);
});

test("once all of a group have ended, neither its limit nor a signal is for anybody", () => {
  const { clock, told, drain, calls, add } = running();
  calls.close();
  calls.release();
  add("b");
  drain.abort("SIGINT");
  clock.advanceTo(2 * GRACE_US);
  assert.deepEqual(told, []);
});

test("a window that ends after a signal gives nobody more time", () => {
  const { clock, told, drain, calls, add } = running();
  add("c");
  drain.abort("SIGINT");
  clock.advanceTo(GRACE_US / 2);
  calls.close();
  clock.advanceTo(GRACE_US);
  assert.deepEqual(told, ["c drained", "c cut: the time to finish was over"]);
});

test("every group has its own time to finish: what its cells say, or what their most patient caller would wait", async () => {
  const clips = orThrow(await openClipStore([packagePath("fixtures")]));
  const gracesUs = async (more: string): Promise<number[]> => {
    const { scenario } = parsedOf(`${smallest}${more}`);
    return orThrow(await prepare(scenario, clips, "s.yaml")).plan.groups.map(graceUsOf);
  };
  assert.deepEqual(await gracesUs("matrix: {load.gracefulStop: [1s, 3s]}\n"), [1_000_000, 3_000_000]);
  assert.deepEqual(await gracesUs("  patienceMs: 4000\n"), [9_000_000]);
  assert.deepEqual(await gracesUs("matrix: {caller.patienceMs: [4000, 7000]}\n"), [12_000_000]);
});
