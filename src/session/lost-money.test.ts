// What a lost connection leaves of the budget: what nobody will tell the cost of is spent in full.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { FakeCall } from "../testing/fake-call.ts";
import { fakeCall } from "../testing/fake-call.ts";
import { at, created, done } from "../testing/known-turn.ts";
import { answer, reconnecting, reset, stand } from "../testing/lost-call.ts";
import type { MoneyCommand } from "./driver.ts";

function watched(): { readonly call: FakeCall; readonly said: () => readonly (readonly string[])[] } {
  const money: MoneyCommand[] = [];
  const call: FakeCall = fakeCall(reconnecting({}, { budget: { usd: 1 }, session: { maxOutputTokens: 100 } } as never), {
    onMoney(command) {
      money.push(command);
      if (command.type === "reserve") call.clock.at(call.clock.nowUs() + 1_000, () => call.running.answer(command.key, true));
    },
  });
  call.ready();
  const said = (): readonly (readonly string[])[] =>
    money.map((command) => [command.type, command.key, ...(command.type === "settle" ? [command.usage === undefined ? "in full" : "by its usage"] : [])]);
  return { call, said };
}

test("a response that was being made when the connection was lost counts in full, and the one after it has a bound of its own", () => {
  const { call, said } = watched();
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(541), created("r1"));
  call.drop(reset);
  stand(call);
  answer(call, 1_500, "r2");
  call.clock.advanceTo(at(3_000));
  const about = said();
  assert.deepEqual(about[0], ["reserve", "0"]);
  assert.deepEqual(
    about.filter(([type, key]) => type === "settle" && key === "0"),
    [["settle", "0", "in full"]],
  );
  const other = about.find(([type]) => type === "charge");
  assert.ok(other, "nobody had reserved for a second answer");
  assert.ok(about.some(([type, key, how]) => type === "settle" && key === other[1] && how === "by its usage"));
});

test("a turn whose response had told its usage before the loss is settled by that", () => {
  const { call, said } = watched();
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(541), created("r1"));
  call.speak(at(840), { responseId: "r1", silenceMs: 60, soundMs: 1_400 });
  call.say(at(860), done("r1"));
  call.drop(reset);
  stand(call);
  call.clock.advanceTo(at(4_000));
  assert.deepEqual(said().slice(0, 2), [
    ["reserve", "0"],
    ["settle", "0", "by its usage"],
  ]);
});

test("a turn that nobody answered before the loss, nor after it, is never given back", () => {
  const { call, said } = watched();
  call.clock.advanceTo(at(100));
  call.drop({ code: 1008, reason: "" });
  call.clock.advanceTo(at(30_000));
  assert.deepEqual(said(), [["reserve", "0"]]);
});

test("a turn that no response had come of is said again under the reservation that it has", () => {
  const { call, said } = watched();
  call.clock.advanceTo(at(100));
  call.drop(reset);
  stand(call);
  answer(call, 1_500, "r1");
  call.clock.advanceTo(at(3_000));
  assert.deepEqual(said().slice(0, 2), [
    ["reserve", "0"],
    ["settle", "0", "by its usage"],
  ]);
});
