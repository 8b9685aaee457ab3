// What a call asks of the budget and tells it, against a server that the test plays itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnUsage } from "../metrics/turn-row.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";
import type { MoneyCommand } from "./driver.ts";

const manual = { turnDetection: { type: "manual" }, maxOutputTokens: 100 } as const;

interface Watched {
  readonly call: FakeCall;
  readonly money: MoneyCommand[];
  readonly asked: () => string[];
}

function watched(change: Parameters<typeof scenarioWith>[0] = {}, answer: (key: string) => boolean | undefined = () => true): Watched {
  const money: MoneyCommand[] = [];
  const scenario: Scenario = scenarioWith({ budget: { usd: 1 }, session: manual, ...change });
  const call: FakeCall = fakeCall(scenario, {
    onMoney(command) {
      money.push(command);
      const granted = command.type === "reserve" ? answer(command.key) : undefined;
      // As from another thread: never within the step that asked.
      if (granted !== undefined) call.clock.at(call.clock.nowUs() + 1_000, () => call.running.answer(command.key, granted));
    },
  });
  return { call, money, asked: () => money.map(({ type, key }) => `${type} ${key}`) };
}

/** The answer to a turn that was committed: 300 ms of sound. */
function answer(call: FakeCall, ms: number, id: string, end: Readonly<Record<string, unknown>> = done(id)): void {
  call.say(at(ms), created(id));
  call.speak(at(ms + 300), { responseId: id, silenceMs: 0, soundMs: 300 });
  call.say(at(ms + 310), end);
}

const usageOf = (money: readonly MoneyCommand[], key: string): TurnUsage | undefined => {
  const settled = money.find((command) => command.type === "settle" && command.key === key);
  return settled?.type === "settle" ? settled.usage : undefined;
};

test("each turn is reserved before its first frame, at the whole context uncached and every token it may write, and settled by its usage", () => {
  const { call, money, asked } = watched();
  call.ready();
  answer(call, 100, "r1");
  call.clock.advanceTo(at(1_000));
  assert.deepEqual(asked(), ["reserve 0", "settle 0", "reserve 1"]);
  const [first, settled, second] = money;
  assert.ok(first?.type === "reserve" && settled?.type === "settle" && second?.type === "reserve");
  // 500 hidden tokens and the 7 bytes of the instructions; the clip's second and a second around it; 100 tokens of answer.
  assert.deepEqual(first.bound, { responses: 1, textIn: 507, audioIn: 21, out: 100, audioMs: 1_000 + 5_000, spokenTokens: 21, spokenMs: 1_000 });
  assert.equal(settled.audioMs, 1_300);
  assert.ok((settled.usage?.audioOut ?? 0) > 0);
  const { usage } = settled;
  assert.equal(second.bound.audioIn, Math.max(21, (usage?.audioIn ?? 0) + (usage?.audioOut ?? 0) + 21) + 21, "what was read and written, and this turn's own");
});

test("nothing of a turn is sent before it is granted, and waiting shows as dispatch delay", () => {
  const { call, asked } = watched({}, () => undefined);
  call.ready();
  const frames = (): number => call.sent.filter(({ type }) => type === "input_audio_buffer.append").length;
  call.clock.advanceTo(at(4_000));
  assert.deepEqual([asked(), frames()], [["reserve 0"], 0]);
  call.running.answer("0", true);
  call.clock.advanceTo(at(5_500));
  assert.ok(frames() > 0);
  call.running.cut("enough");
  const [row] = call.rows;
  assert.ok((row?.startedUs ?? 0) - (row?.plannedUs ?? 0) > 3_000_000, "planned when it was wanted, begun when it was granted");
});

test("a refused turn ends the call: it is dropped, not failed", () => {
  const { call } = watched({}, (key) => key === "0");
  call.ready();
  answer(call, 100, "r1");
  call.clock.advanceTo(at(2_000));
  assert.deepEqual([call.rows.map(({ outcome }) => outcome), call.closed.code], [["answered", "dropped"], 1000]);
});

test("usage that is not told leaves the reservation standing, and so does a turn that nobody answered", () => {
  const { call, money, asked } = watched({ caller: { patienceMs: 1_000, turns: [{ say: "hello" }, { say: "hello" }, { say: "hello" }] } });
  call.ready();
  const untold = done("r1") as { readonly response: Readonly<Record<string, unknown>> };
  answer(call, 100, "r1", { ...untold, response: { ...untold.response, usage: null } });
  call.clock.advanceTo(at(10_000));
  assert.deepEqual(asked(), ["reserve 0", "settle 0", "reserve 1", "reserve 2"]);
  assert.equal(usageOf(money, "0"), undefined);
});

test("a response that nobody reserved for is counted at its upper bound at once, and settled when it is done", () => {
  const { call, money, asked } = watched();
  call.ready();
  call.say(at(100), created("r1"));
  call.say(at(110), created("surprise"));
  assert.deepEqual(asked(), ["reserve 0", "charge 1"]);
  call.say(at(120), done("surprise"));
  assert.deepEqual(asked(), ["reserve 0", "charge 1", "settle 1"]);
  assert.ok(usageOf(money, "1"));
});

test("the answer after a function call is granted by itself, and a call that can't pay for it ends there", () => {
  const tools = [{ name: "f", parameters: { type: "object" }, answers: { value: "ok", delayMs: 50, errorRate: 0 } }];
  const play = (granted: (key: string) => boolean): Watched => {
    const one = watched({ session: { ...manual, tools } }, granted);
    one.call.ready();
    one.call.say(at(100), created("r1"));
    one.call.say(at(110), { type: "response.function_call_arguments.done", response_id: "r1", call_id: "c1", name: "f", arguments: "{}" });
    one.call.say(at(120), done("r1"));
    one.call.clock.advanceTo(at(400));
    return one;
  };
  const paid = play(() => true);
  assert.deepEqual(paid.asked(), ["reserve 0", "reserve 1"]);
  const creates = ({ call }: Watched): number => call.sent.filter(({ type }) => type === "response.create").length;
  assert.equal(creates(paid), 2, "the commit's own and the follow-up");
  const broke = play((key) => key === "0");
  assert.equal(creates(broke), 1);
  assert.deepEqual([broke.call.rows[0]?.outcome, broke.call.rows[0]?.failureClass, broke.call.closed.code], ["interrupted", "budget", 1000]);
});

test("a turn that was granted and never begun gives its money back", () => {
  const { call, money, asked } = watched();
  call.ready();
  call.clock.advanceTo(at(-1_000));
  call.running.drain();
  assert.deepEqual(asked(), ["reserve 0", "settle 0"]);
  assert.equal(usageOf(money, "0")?.audioOut, 0);
});
