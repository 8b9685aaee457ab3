// Sessions that are replaced before their time is over, where the replacement comes late, waits, or is not needed; and what a
// replay was billed as.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReconnectPolicy } from "../scenario/reconnect.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, READY_US } from "../testing/known-turn.ts";
import { acknowledge, answer, calling, clipFrames, items, one, reconnecting, reset, stand } from "../testing/lost-call.ts";

/** A call whose session's time is over after `lifeS`. */
function shortLived(lifeS: number, policy: Partial<ReconnectPolicy>, change: Parameters<typeof reconnecting>[1] = {}): FakeCall {
  const call = fakeCall(reconnecting(policy, change));
  call.open();
  const nowS = call.clock.wallTime().getTime() / 1_000;
  call.say(READY_US, { type: "session.created", session: { id: "sess_1", expires_at: nowS + lifeS } });
  call.say(READY_US, { type: "session.updated", session: {} });
  return call;
}

function untilDialled(call: FakeCall): void {
  const before = call.dialledUs.length;
  for (let step = 0; step < 600 && call.dialledUs.length === before; step++) call.clock.advanceTo(call.clock.nowUs() + 100_000);
  assert.equal(call.dialledUs.length, before + 1, "a new connection was dialled");
}

/** The whole answer is there at once, and takes `soundMs` to be heard. */
function longAnswer(call: FakeCall, soundMs: number): void {
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(541), created("r1"));
  call.speak(at(840), { responseId: "r1", silenceMs: 60, soundMs });
  call.say(at(850), { type: "response.output_audio_transcript.done", response_id: "r1", transcript: "Answer r1." });
  call.say(at(860), done("r1"));
}

test("a session is replaced while the rest of its answer is heard, which loses nothing and marks nothing", () => {
  const call = shortLived(5, { rolloverMs: 2_500 });
  longAnswer(call, 3_000);
  const stoodUs = stand(call);
  assert.ok(stoodUs < at(3_000), "the caller still listens");
  assert.deepEqual(items(call, 1).length, 2);
  assert.equal(call.closed.code, 1000, "nobody waits for the end of what the player has");
  answer(call, 6_000, "r2");
  const row = one(call);
  assert.deepEqual([row.cause, row.planned, row.itemsReplayed, row.turn, row.contextRestored], ["rollover", true, 2, undefined, true]);
  assert.deepEqual([call.rows[0]?.flags, call.rows[0]?.sessionId], [undefined, "sess_1"]);
});

test("a session that ends before its successor took over is lost: its row says why, and no roll-over", () => {
  const call = shortLived(4, { rolloverMs: 3_500 });
  stand(call);
  call.talkOn(0);
  call.say(at(700), { type: "error", error: { type: "invalid_request_error", code: "session_expired", message: "over" } });
  call.drop({ code: 1001, reason: "over" });
  call.talkOn(1);
  acknowledge(call, 1);
  answer(call, 1_500, "r2");
  const row = one(call);
  assert.deepEqual([row.cause, row.planned, row.failureClass, row.turn, row.recovered, row.attempts], ["expired", undefined, "expired", 0, true, 1]);
  assert.equal(row.lostUs, at(700) - READY_US);
});

test("a successor that waits for the end of a long turn is kept", () => {
  const call = shortLived(60, { rolloverMs: 58_500, silenceMs: 0 }, { caller: { patienceMs: 60_000 } } as never);
  stand(call);
  for (let ms = 2_000; ms < 30_000; ms += 4_000) call.say(at(ms), { type: "session.unheard_of" });
  assert.equal(call.dialledUs.length, 2, "it stands; there is nothing to dial again for");
});

test("a turn that waited for a session which then broke begins in the old one", () => {
  const call = shortLived(5, { rolloverMs: 2_500, attempts: 1 });
  answer(call, 540, "r1");
  untilDialled(call);
  call.open();
  call.say(call.clock.nowUs(), { type: "session.created", session: { id: "sess_2" } });
  call.say(call.clock.nowUs(), { type: "session.updated", session: {} });
  call.clock.advanceTo(at(3_000));
  assert.equal(clipFrames(call, 0).length, 50, "the second turn is due, and waits");
  call.drop(reset);
  call.clock.advanceTo(at(5_000));
  assert.equal(clipFrames(call, 0).length, 100);
});

test("a call that owes nothing more has its session neither replaced nor dialled again", () => {
  const change = { caller: { turns: [{ say: "hello" }] } } as never;
  const call = shortLived(6, { rolloverMs: 3_000 }, change);
  longAnswer(call, 6_000);
  call.clock.advanceTo(at(4_000));
  assert.equal(call.dialledUs.length, 1);
});

test("each replacement has its row, though nothing was said between two of them", () => {
  const call = shortLived(5, { rolloverMs: 2_500 });
  longAnswer(call, 8_000);
  stand(call);
  call.drop(reset);
  stand(call, "sess_3");
  call.running.cut("over");
  assert.deepEqual(
    call.recoveries.map(({ n, cause }) => [n, cause]),
    [
      [0, "rollover"],
      [1, "reset"],
    ],
  );
});

test("what cannot be told is counted once, however often a new session is tried", () => {
  const call = calling({}, {});
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(541), created("r1"));
  call.speak(at(840), { responseId: "r1", silenceMs: 60, soundMs: 140 });
  call.say(at(860), done("r1"));
  call.clock.advanceTo(at(1_200));
  call.drop(reset);
  untilDialled(call);
  call.open();
  call.say(call.clock.nowUs(), { type: "session.created", session: { id: "sess_2" } });
  call.say(call.clock.nowUs(), { type: "session.updated", session: {} });
  call.drop(reset);
  stand(call, "sess_3");
  call.running.cut("over");
  // The answer has no transcript.
  assert.deepEqual([one(call).itemsReplayed, one(call).itemsSkipped, one(call).contextRestored], [1, 1, false]);
});

test("the price of a replay is the text that the next response read uncached; without a replay it is nothing", () => {
  const told = calling();
  answer(told, 540, "r1");
  told.clock.advanceTo(at(1_500));
  told.drop(reset);
  stand(told);
  answer(told, 5_000, "r2");
  const nothing = { textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };
  assert.deepEqual([one(told).itemsReplayed, one(told).usage], [2, { textIn: 6, ...nothing }]);

  const untold = calling();
  untold.clock.advanceTo(at(100));
  untold.drop(reset);
  stand(untold);
  answer(untold, 1_500, "r1");
  assert.deepEqual([one(untold).itemsReplayed, one(untold).usage], [0, { textIn: 0, ...nothing }]);

  const untoldUsage = calling();
  answer(untoldUsage, 540, "r1");
  untoldUsage.clock.advanceTo(at(1_500));
  untoldUsage.drop(reset);
  stand(untoldUsage);
  untoldUsage.say(at(5_000), created("r2"));
  untoldUsage.speak(at(5_300), { responseId: "r2", silenceMs: 60, soundMs: 140 });
  untoldUsage.say(at(5_320), { type: "response.done", response: { id: "r2", status: "completed" } });
  untoldUsage.clock.advanceTo(at(8_000));
  assert.deepEqual([one(untoldUsage).usage, one(untoldUsage).firstAudibleUs], [undefined, at(5_360) - READY_US]);
});

test("a half-open connection is found within a ping and its wait, whenever it goes silent", () => {
  for (let silentMs = 0; silentMs <= 30_000; silentMs += 1_250) {
    const call = calling({ silenceMs: 0 }, { caller: { patienceMs: 120_000 } } as never);
    let pings = 0;
    let heardUs = READY_US;
    while (call.clock.nowUs() < READY_US + silentMs * 1_000) {
      call.clock.advanceTo(Math.min(READY_US + silentMs * 1_000, call.clock.nowUs() + 250_000));
      if (call.pings.length > pings || call.clock.nowUs() === READY_US + silentMs * 1_000) {
        call.pong();
        heardUs = call.clock.nowUs();
      }
      pings = call.pings.length;
    }
    untilDialled(call);
    call.running.cut("over");
    const row = one(call);
    assert.equal(row.lostUs, heardUs - READY_US, "its last sign of life");
    assert.ok(row.detectedUs - row.lostUs <= 25_000_000, `${row.detectedUs - row.lostUs} us after falling silent at ${silentMs} ms`);
    assert.equal(row.cause, "half_open");
  }
});

test("a session that is held until it is wanted is not made good: it is hung up, and nothing is said on another", () => {
  const call = fakeCall(reconnecting(), { held: true });
  call.ready();
  call.clock.advanceTo(READY_US + 60_000_000);
  assert.deepEqual([call.dialledUs.length, call.recoveries.length, call.closed.code], [1, 0, 1000]);
});
