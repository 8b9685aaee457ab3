// What tests share that take a call's connection away: a caller who reconnects, a server that answers, and the next session.

import assert from "node:assert/strict";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import { reconnectDefaults, type ReconnectPolicy } from "../scenario/reconnect.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { fakeCall, type FakeCall, type FakeOptions } from "./fake-call.ts";
import { at, created, done } from "./known-turn.ts";
import { scenarioWith } from "./scenario.ts";

type Change = Parameters<typeof scenarioWith>[0];

export const reconnecting = (policy: Partial<ReconnectPolicy> = {}, change: Change = {}): Scenario =>
  scenarioWith({ ...change, caller: { ...change?.caller, reconnect: { ...reconnectDefaults, ...policy } } });

export const calling = (policy: Partial<ReconnectPolicy> = {}, change: Change = {}, options: FakeOptions = {}): FakeCall => {
  const call = fakeCall(reconnecting(policy, change), options);
  call.ready();
  return call;
};

export const reset = { failure: { phase: "open", class: "network", isRetryable: true, message: "cut" } } as const;

/** The turn's answer, whole, `ms` after its end of speech. */
export function answer(call: FakeCall, ms: number, id: string): void {
  call.say(at(ms), { type: "input_audio_buffer.committed", item_id: `u_${id}` });
  call.say(at(ms + 1), created(id));
  call.speak(at(ms + 300), { responseId: id, silenceMs: 60, soundMs: 140 });
  call.say(at(ms + 310), { type: "response.output_audio_transcript.done", response_id: id, transcript: `Answer ${id}.` });
  call.say(at(ms + 320), done(id));
}

/** Time goes on until the next connection is dialled; it is opened, configured, and every item on it acknowledged. */
export function stand(call: FakeCall, sessionId = "sess_2", waitUs = 30_000_000): number {
  const before = call.dialledUs.length;
  const untilUs = call.clock.nowUs() + waitUs;
  while (call.dialledUs.length === before && call.clock.nowUs() < untilUs) call.clock.advanceTo(call.clock.nowUs() + 1_000);
  assert.equal(call.dialledUs.length, before + 1, "a new connection was dialled");
  call.open();
  call.say(call.clock.nowUs(), { type: "session.created", session: { id: sessionId } });
  call.say(call.clock.nowUs(), { type: "session.updated", session: {} });
  acknowledge(call, before);
  return call.clock.nowUs();
}

/** The server takes every item that was sent on the line so far. */
export function acknowledge(call: FakeCall, line: number): void {
  for (const { event } of sentOn(call, line).filter(({ type }) => type === "conversation.item.create")) {
    call.say(call.clock.nowUs(), { type: "conversation.item.added", item: event["item"] });
  }
}

export const sentOn = (call: FakeCall, line: number): FakeCall["sent"] => call.sent.filter((message) => message.line === line);
export const items = (call: FakeCall, line: number): readonly unknown[] =>
  sentOn(call, line)
    .filter(({ type }) => type === "conversation.item.create")
    .map(({ event }) => {
      const { role, type, content, output } = event["item"] as Record<string, unknown>;
      return [role ?? type, (content as { text: string }[] | undefined)?.[0]?.text ?? output ?? ""];
    });
export const clipFrames = (call: FakeCall, line: number): readonly unknown[] =>
  sentOn(call, line)
    .map(({ event }) => event["audio"])
    .filter((audio) => typeof audio === "string" && audio.startsWith("clip"));

export const one = (call: FakeCall): RecoveryRow => {
  assert.equal(call.recoveries.length, 1);
  return call.recoveries[0] as RecoveryRow;
};
