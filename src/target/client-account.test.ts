import assert from "node:assert/strict";
import { test } from "node:test";
import { createClientAccount, type ConnectionEnd } from "./client-account.ts";

const S = 1_000_000;
const delta = { type: "response.output_audio.delta" };

test("a caller that comes back is told with the time it took, and to its first answer", () => {
  const account = createClientAccount();
  account.opened("a", 10 * S).ended("reset", 15 * S);
  const again = account.opened("a", 15.4 * S);
  again.said({ type: "response.created" }, 15.5 * S);
  again.said(delta, 16 * S);
  again.said(delta, 17 * S);
  again.ended("closed", 18 * S);
  const { durationMs, callers } = account.report(20 * S);
  assert.equal(durationMs, 10_000);
  assert.deepEqual(callers[0]?.ends, { reset: 1, closed: 1 });
  const [loss] = callers[0]?.losses ?? [];
  assert.deepEqual([loss?.end, loss?.lostAtMs, loss?.returnedMs, loss?.answeredMs, loss?.items], ["reset", 5_000, 400, 1_000, 0]);
});

test("a caller that stays away has no return, and whoever says goodbye has lost nothing", () => {
  const account = createClientAccount();
  account.opened("a", 0).ended("cut", S);
  account.opened("b", 0).ended("closed", S);
  const [a, b] = account.report(9 * S).callers;
  assert.deepEqual([a?.losses, b?.losses], [[{ end: "cut", lostAtMs: 1_000 }], []]);
});

test("other callers' connections are nobody's return", () => {
  const account = createClientAccount();
  account.opened("a", 0).ended("cut", S);
  account.opened("b", 2 * S);
  assert.equal(account.report(3 * S).callers[0]?.losses[0]?.returnedMs, undefined);
});

test("a connection that is found dead after its client came back belongs to that return", () => {
  const account = createClientAccount();
  const old = account.opened("a", 0);
  old.heard({ type: "audio", bytes: Uint8Array.of(1, 2) }, 5 * S);
  account.opened("a", 12 * S);
  old.ended("cut", 45 * S);
  const [loss] = account.report(50 * S).callers[0]?.losses ?? [];
  assert.deepEqual([loss?.end, loss?.lostAtMs, loss?.returnedMs], ["silence", 5_000, 7_000]);
});

test("a second connection beside a first one is no return from it", () => {
  const account = createClientAccount();
  const old = account.opened("a", 0);
  account.opened("a", S);
  old.ponged(20 * S);
  old.ended("cut", 21 * S);
  assert.equal(account.report(30 * S).callers[0]?.losses[0]?.returnedMs, undefined);
});

test("what the target did itself is told before what it looked like", () => {
  const ends: ConnectionEnd[] = [];
  for (const why of ["ended", "fault"] as const) {
    const account = createClientAccount();
    const connection = account.opened("a", 0);
    connection.willEnd(why);
    account.willCutAll();
    connection.ended("closed", S);
    connection.ended("cut", 2 * S);
    ends.push(...(Object.keys(account.report(S).callers[0]?.ends ?? {}) as ConnectionEnd[]));
  }
  assert.deepEqual(ends, ["ended", "fault"]);
});

test("the crowd after a restart is counted within a second, those turned away too", () => {
  const account = createClientAccount();
  for (let caller = 0; caller < 30; caller++) account.opened(String(caller), caller * S);
  for (let caller = 0; caller < 12; caller++) account.opened(String(caller), 100 * S + caller * 80_000);
  account.turnedAway("late", 100.99 * S);
  account.turnedAway("later", 101 * S);
  const { peakPerS, callers } = account.report(102 * S);
  assert.deepEqual([peakPerS, callers.at(-1)?.turnedAway], [13, 1]);
});

test("strangers' names above the bound are one caller", () => {
  const account = createClientAccount();
  for (let caller = 0; caller < 10_005; caller++) account.turnedAway(String(caller), 0);
  const { callers } = account.report(S);
  assert.deepEqual([callers.length, callers.at(-1)?.caller, callers.at(-1)?.turnedAway], [10_001, "all others", 5]);
});
