import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlannedCall } from "../plan/plan.ts";
import { turnOf } from "../plan/turn-of.ts";
import type { CallEnd } from "../session/driver.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { canaryCall, canaryTask, createCanary } from "./canary.ts";
import { endpointOf } from "./endpoints.ts";

const planned = canaryCall(new Map([["yes", { durationMs: 1_158, speechStartMs: 40, speechEndMs: 1_058 }]]));
const task = canaryTask(planned, { thread: 3, url: "ws://127.0.0.1:9/v1/realtime" });

/** Lets whatever was resolved go on. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}

function keeper() {
  const clock = createVirtualClock();
  const calls: PlannedCall[] = [];
  const cuts: string[] = [];
  let end: () => void = () => undefined;
  const canary = createCanary(task, {
    clock,
    startCall(call) {
      calls.push(call);
      const { promise, resolve } = Promise.withResolvers<CallEnd>();
      end = () => resolve(undefined as unknown as CallEnd);
      return {
        ended: promise,
        want: () => undefined,
        answer: () => assert.fail("a canary has no budget"),
        drain: () => assert.fail("a canary is never drained"),
        cut: (reason) => (cuts.push(reason), end()),
      };
    },
  });
  return { clock, calls, cuts, canary, end: () => end() };
}

test("a canary's call goes to its own target under its own name, and its turns never run out", () => {
  assert.deepEqual([task.call.cell.id, task.call.session], ["canary", 3]);
  const { url, headers } = endpointOf(task.endpoints, task.call);
  assert.match(url, /^ws:\/\/127\.0\.0\.1:9\//);
  assert.equal(headers["x-earshot-call"], "1/canary/3/0");
  assert.equal(turnOf(task.call, 5_000)?.clip, "yes");
});

test("a canary begins once, calls again a second after its session broke, and stops when the run is over", async () => {
  const { clock, calls, cuts, canary, end } = keeper();
  canary.begin();
  canary.begin();
  end();
  await settle();
  clock.advanceTo(999_999);
  await settle();
  assert.equal(calls.length, 1);
  clock.advanceTo(1_000_000);
  await settle();
  assert.deepEqual(
    calls.map((call) => call.call),
    [0, 1],
  );
  await canary.stop();
  clock.advanceTo(10_000_000);
  assert.deepEqual([calls.length, cuts], [2, ["the run is over"]]);
});

test("a canary that is stopped between two calls, or was never begun, holds nothing up", async () => {
  const { calls, canary, end } = keeper();
  canary.begin();
  end();
  await settle();
  await canary.stop();
  assert.equal(calls.length, 1);
  await keeper().canary.stop();
});
