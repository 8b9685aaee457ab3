// The official clients on a network that resets every connection, in real time: what each does by itself, and what a small
// wrapper adds. The account is what `earshot target` prints.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from "@openai/agents-realtime";
import { OpenAI } from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { clientReportText } from "./client-report-text.ts";
import { orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { parseNetwork } from "../faults/profile.ts";
import { startTestTarget, type TestTarget } from "../testing/target-server.ts";
import { createClientAccount } from "../target/client-account.ts";

const QUESTIONS = ["Where is my order?", "And the refund?"];

interface Talk {
  readonly realtime: OpenAIRealtimeWS;
  readonly lost: Promise<unknown>;
  next(type: "session.created" | "response.done" | "response.output_audio_transcript.delta"): Promise<{ readonly type: string }>;
}

function openTalk(target: TestTarget, caller: string, reconnect = false): Talk {
  const client = new OpenAI({ apiKey: "sk-none", baseURL: target.url.replace("ws:", "http:").replace("/realtime", "") });
  const options = { createConnection: () => connect(target.port, "127.0.0.1"), headers: { "x-earshot-caller": caller } };
  const realtime = new OpenAIRealtimeWS({ model: "gpt-realtime-2", options, reconnect }, client);
  realtime.on("error", () => {});
  return {
    realtime,
    lost: once(realtime.socket, "close"),
    next: (type) => new Promise((resolve) => void realtime.once(type, resolve)),
  };
}

const write = ({ realtime }: Talk, role: "user" | "assistant", text: string): void =>
  realtime.send({
    type: "conversation.item.create",
    item: { type: "message", role, content: [{ type: role === "user" ? "input_text" : "output_text", text }] } as never,
  });

/** One question answered in text, and one whose spoken answer has begun. */
async function talk(each: Talk): Promise<string> {
  await each.next("session.created");
  write(each, "user", QUESTIONS[0] ?? "");
  const answered = each.next("response.done");
  each.realtime.send({ type: "response.create", response: { output_modalities: ["text"] } });
  const done = (await answered) as unknown as { response: { output: { content: { text: string }[] }[] } };
  write(each, "user", QUESTIONS[1] ?? "");
  each.realtime.send({ type: "response.create" });
  return done.response.output[0]?.content[0]?.text ?? "";
}

/** Comes back with its history and asks again what was not answered. */
async function talkOn(target: TestTarget, caller: string, firstAnswer: string): Promise<Talk> {
  const again = openTalk(target, caller);
  await again.next("session.created");
  write(again, "user", QUESTIONS[0] ?? "");
  write(again, "assistant", firstAnswer);
  write(again, "user", QUESTIONS[1] ?? "");
  const begun = again.next("response.output_audio_transcript.delta");
  again.realtime.send({ type: "response.create" });
  await begun;
  return again;
}

test("official clients that lose their connection: who comes back, and with what", async (t) => {
  const account = createClientAccount();
  const clock = createSystemClock();
  const target = await startTestTarget({ network: orThrow(parseNetwork("delay:20ms,reset@5s")), account });

  const plain = openTalk(target, "openai");
  const reconnecting = openTalk(target, "openai, reconnect: true", true);
  const wrapped = openTalk(target, "openai, wrapped");
  const back = new Promise<void>((resolve) => void reconnecting.realtime.once("reconnected", () => resolve()));
  const talks = Promise.all([talk(wrapped), talk(plain), talk(reconnecting)]);
  const transport = new OpenAIRealtimeWebSocket({ url: `${target.url}?model=gpt-realtime-2` });
  const agents = new RealtimeSession(new RealtimeAgent({ name: "desk", instructions: "You are a CRM agent." }), { transport, model: "gpt-realtime-2" });
  agents.on("error", () => {});
  const disconnected = new Promise<void>((resolve) => void transport.on("connection_change", (status) => status === "disconnected" && resolve()));
  await agents.connect({ apiKey: "sk-agents" });
  agents.sendMessage("Where is my order?");
  const [firstAnswer] = await talks;
  await Promise.all([plain.lost, wrapped.lost, disconnected]);
  const again = await talkOn(target, "openai, wrapped", firstAnswer);
  await back;

  const report = account.report(clock.nowUs());
  t.diagnostic(clientReportText(report).join("\n"));
  const lossOf = (caller: RegExp) => report.callers.find((each) => caller.test(each.caller))?.losses[0];
  for (const caller of [/^openai$/, /^openai, reconnect/, /^openai, wrapped/, /^key /]) assert.equal(lossOf(caller)?.end, "reset", String(caller));
  assert.equal(lossOf(/^openai$/)?.returnedMs, undefined);
  assert.equal(lossOf(/^key /)?.returnedMs, undefined);

  const byItself = lossOf(/^openai, reconnect/);
  assert.ok((byItself?.returnedMs ?? -1) > 0);
  assert.deepEqual([byItself?.itemsRestored, byItself?.isAskedAgain], [0, false]);
  assert.ok((byItself?.items ?? 0) >= 3);

  const { items, itemsRestored, itemsOther, isAskedAgain, isDoubled, answeredMs } = lossOf(/^openai, wrapped/) ?? {};
  assert.deepEqual({ itemsRestored, itemsOther, isAskedAgain }, { itemsRestored: 3, itemsOther: 0, isAskedAgain: true });
  // Whether the spoken answer was whole by the time of the reset is the machine's to say.
  assert.ok(items === 3 || (items === 4 && isDoubled));
  assert.ok(answeredMs !== undefined);
  for (const { realtime } of [reconnecting, again]) realtime.close();
  await target.close();
});
