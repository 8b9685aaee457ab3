import assert from "node:assert/strict";
import { test } from "node:test";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import type { Command, Input, SessionState } from "./state.ts";
import { beginSession, step } from "./step.ts";

const created: Input = { type: "event", atUs: 2_000, name: "session.created", fields: {} as never };
const updated: Input = { type: "event", atUs: 3_000, name: "session.updated", fields: {} as never };
const wanted = (plannedUs: number): Input => ({ type: "wanted", atUs: plannedUs + 100, plannedUs });

function after(inputs: readonly Input[], scenario = scenarioWith()): { readonly state: SessionState; readonly commands: readonly Command[] } {
  let state = beginSession(callOf(scenario), { plannedUs: 0, held: true });
  let commands: readonly Command[] = [];
  for (const input of [{ type: "opened", atUs: 1_000 } as const, ...inputs]) ({ state, commands } = step(state, input));
  return { state, commands };
}

const typesOf = (commands: readonly Command[]): readonly string[] =>
  commands.map((command) => (command.type === "timer" ? `timer ${command.timer}` : command.type));

test("a held session is configured and then silent: no microphone, no turn, no limit to its wait", () => {
  const { state, commands } = after([created, updated]);
  assert.deepEqual([state.phase, typesOf(commands)], ["held", ["clear"]]);
});

test("once it is wanted, it streams, and its first turn is wanted as long after that as the caller thinks", () => {
  const { state, commands } = after([created, updated, wanted(5_000_000)]);
  assert.deepEqual([state.phase, state.held, state.plannedUs, state.updatedUs], ["between", undefined, 5_000_000, 3_000]);
  assert.deepEqual(typesOf(commands), ["stream", ...typesOf(commands).slice(1)]);
  assert.ok(typesOf(commands).includes("timer turn"));
  const thinkUs = state.call.turns[0]?.thinkUs ?? 0;
  assert.ok(Math.abs((state.nextPlannedUs ?? 0) - 5_000_100 - thinkUs) <= 20_000);
});

test("wanted before it is ready, it goes on as a session that was dialled then", () => {
  const early = after([created, wanted(2_500)]);
  assert.deepEqual([early.state.phase, early.state.held, early.commands.length], ["configuring", undefined, 0]);
  assert.equal(after([created, wanted(2_500), updated]).state.phase, "between");
});

test("with push to talk there is nothing to stream", () => {
  const { commands } = after([created, updated, wanted(5_000_000)], scenarioWith({ session: { turnDetection: { type: "manual" } } }));
  assert.ok(!typesOf(commands).includes("stream"));
});
