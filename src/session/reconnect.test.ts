// When a new connection is dialled, how often and for how long, and sessions that are replaced before their time is over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCall } from "../testing/fake-call.ts";
import { at, READY_US } from "../testing/known-turn.ts";
import { acknowledge, answer, calling, clipFrames, items, one, reconnecting, reset, sentOn, stand } from "../testing/lost-call.ts";

test("full jitter: waits are drawn, bounded and repeatable; after the last attempt the call has failed and says how often it was tried", () => {
  const waits = (seed: number): readonly number[] => {
    const call = calling({}, { seed });
    call.clock.advanceTo(at(100));
    call.drop(reset);
    for (let attempt = 0; attempt < 6; attempt++) {
      const before = call.dialledUs.length;
      for (let ms = 0; ms < 21_000 && call.dialledUs.length === before; ms += 10) call.clock.advanceTo(call.clock.nowUs() + 10_000);
      if (call.dialledUs.length === before) break;
      call.drop({ failure: { phase: "dns", class: "network", isRetryable: true, message: "no such host name" } });
    }
    call.clock.advanceTo(call.clock.nowUs() + 70_000_000);
    const row = one(call);
    assert.deepEqual([row.recovered, row.cause, row.turnsLost, row.attempts], [false, "reset", 2, call.dialledUs.length - 1]);
    assert.match(call.rows[0]?.failure ?? "", /no new session within the caller's patience/);
    assert.match(call.rows[1]?.failure ?? "", /no such host name; \d attempts to connect again/);
    assert.equal(call.rows.length, 2);
    return call.dialledUs.map((us, index) => us - (call.dialledUs[index - 1] ?? 0));
  };
  const [first, again, other] = [waits(1), waits(1), waits(2)];
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
});

test("a server that asks to be left alone is left alone: Retry-After of a 429 or 503", () => {
  const call = calling();
  call.clock.advanceTo(at(100));
  call.drop(reset);
  call.clock.advanceTo(at(700));
  const refusedUs = call.clock.nowUs();
  call.drop({ failure: { phase: "upgrade", class: "rate_limit", status: 429, isRetryable: true, retryAfterMs: 3_000, message: "HTTP 429" } });
  const stoodUs = stand(call);
  assert.ok(stoodUs - refusedUs >= 3_000_000);
  answer(call, 6_000, "r1");
  assert.deepEqual([one(call).attempts, one(call).retryAfterMs, one(call).cause, one(call).recovered], [2, 3_000, "reset", true]);
});

test("what will not pass is not tried again: a wrong key, a protocol error", () => {
  for (const close of [
    { code: 1008, reason: "" },
    { code: 4000, reason: "" },
    { code: 1002, reason: "" },
  ]) {
    const call = calling();
    call.clock.advanceTo(at(100));
    call.drop(close);
    call.clock.advanceTo(at(100_000));
    assert.equal(call.dialledUs.length, 1);
    assert.deepEqual([one(call).recovered, one(call).attempts], [false, 0]);
  }
});

test("the first connection is tried again only where the policy says so", () => {
  const refused = { failure: { phase: "tcp", class: "network", isRetryable: true, message: "nothing listens there" } } as const;
  const once = fakeCall(reconnecting());
  once.drop(refused);
  once.clock.advanceTo(READY_US + 60_000_000);
  assert.deepEqual([once.dialledUs.length, once.rows.length, once.recoveries.length], [1, 2, 0]);

  const again = fakeCall(reconnecting({ firstDial: true }));
  again.drop(refused);
  const stoodUs = stand(again, "sess_1");
  again.clock.advanceTo(stoodUs + 1_600_000);
  assert.equal(clipFrames(again, 1).length, 50);
  again.running.cut("over");
  assert.deepEqual([one(again).cause, one(again).recovered, one(again).attempts], ["refused", true, 1]);
});

test("a session is replaced before its time is over, between two turns, and no turn is lost or late for it", () => {
  const call = fakeCall(reconnecting({ rolloverMs: 2_500 }));
  call.open();
  const nowS = call.clock.wallTime().getTime() / 1_000;
  call.say(READY_US, { type: "session.created", session: { id: "sess_1", expires_at: nowS + 5 } });
  call.say(READY_US, { type: "session.updated", session: {} });
  answer(call, 540, "r1");
  assert.equal(stand(call), READY_US + 2_500_000);
  call.clock.advanceTo(call.clock.nowUs() + 4_000_000);
  // The answer ends 140 ms after its first sound; then 500 ms of thought.
  const second = sentOn(call, 1).find(({ event }) => event["audio"] === "clip 0");
  assert.equal(second?.atUs, at(540 + 300 + 200 + 500 + 15) + 20_000);
  assert.deepEqual([clipFrames(call, 0).length, clipFrames(call, 1).length, call.closed.code], [50, 50, 1000]);
  assert.deepEqual(call.rows[0] && [call.rows[0].outcome, call.rows[0].flags, call.rows[0].sessionId], ["answered", undefined, "sess_1"]);
  call.running.cut("over");
  const row = one(call);
  assert.deepEqual([row.cause, row.planned, row.recovered, row.itemsReplayed, row.turnsLost, row.audioLostUpMs], ["rollover", true, true, 2, 0, 0]);
});

test("a session that can't be replaced goes on; one that comes ready in the middle of a turn waits for its end", () => {
  const call = fakeCall(reconnecting({ rolloverMs: 2_000, attempts: 1 }));
  call.open();
  const nowS = call.clock.wallTime().getTime() / 1_000;
  call.say(READY_US, { type: "session.created", session: { id: "sess_1", expires_at: nowS + 3 } });
  call.say(READY_US, { type: "session.updated", session: {} });
  stand(call);
  assert.ok(call.clock.nowUs() < at(540), "in the middle of the first turn");
  assert.deepEqual(
    sentOn(call, 1).map(({ type }) => type),
    ["session.update"],
  );
  call.talkOn(0);
  answer(call, 540, "r1");
  call.clock.advanceTo(at(1_100));
  call.talkOn(1);
  acknowledge(call, 1);
  assert.deepEqual(items(call, 1).length, 2);
  call.clock.advanceTo(at(3_000));
  assert.equal(clipFrames(call, 1).length, 50);

  const alone = fakeCall(reconnecting({ rolloverMs: 2_000, attempts: 1 }));
  alone.open();
  alone.say(READY_US, { type: "session.created", session: { id: "sess_1", expires_at: nowS + 3 } });
  alone.say(READY_US, { type: "session.updated", session: {} });
  alone.clock.advanceTo(READY_US + 1_600_000);
  alone.drop({ failure: { phase: "tcp", class: "network", isRetryable: true, message: "nothing listens there" } });
  assert.deepEqual([one(alone).recovered, one(alone).cause, one(alone).failure], [false, "rollover", "nothing listens there"]);
  alone.talkOn(0);
  answer(alone, 540, "r1");
  alone.clock.advanceTo(at(3_000));
  assert.deepEqual([alone.rows[0]?.outcome, clipFrames(alone, 0).length], ["answered", 100]);
});
