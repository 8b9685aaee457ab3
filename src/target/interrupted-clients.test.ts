// The official clients when things end early: an answer cut short, an update refused, a session that ran out. In real time.
// An error that nobody catches fails the test here as everywhere: node:test listens for them.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from "@openai/agents-realtime";
import { OpenAI } from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import type { RealtimeServerEvent } from "openai/resources/realtime/realtime";
import type { TestTarget } from "../testing/target-server.ts";
import { spoken, startTestTarget } from "../testing/target-server.ts";

let target: TestTarget;
before(async () => void (target = await startTestTarget()));
after(() => target.close());

type Of<Type> = Extract<RealtimeServerEvent, { type: Type }>;

test("the openai client interrupts an answer by voice, truncates it, cancels another, and survives a refused update", async () => {
  const client = new OpenAI({ apiKey: "sk-none", baseURL: target.url.replace("ws:", "http:").replace("/realtime", "") });
  const realtime = new OpenAIRealtimeWS({ model: "gpt-realtime-2", options: { createConnection: () => connect(target.port, "127.0.0.1") } }, client);
  const errors: unknown[] = [];
  realtime.on("error", (error) => errors.push(error.error));
  const next = <Type extends RealtimeServerEvent["type"]>(type: Type): Promise<Of<Type>> =>
    new Promise((resolve) => {
      const listen = (event: RealtimeServerEvent): void => {
        if (event.type !== type) return;
        realtime.off("event", listen);
        resolve(event as Of<Type>);
      };
      realtime.on("event", listen);
    });
  const speak = async (clip: string): Promise<void> => {
    for (const frame of await spoken(target, clip, 300)) realtime.send({ type: "input_audio_buffer.append", audio: frame.toString("base64") });
  };
  await next("session.created");
  const configured = next("session.updated");
  realtime.send({
    type: "session.update",
    session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 300 } } } },
  });
  await configured;

  const heard = next("response.output_audio.delta");
  await speak("order-status");
  const { item_id, content_index } = await heard;
  const interrupted = next("response.done");
  await speak("wait-no");
  const { response } = await interrupted;
  assert.deepEqual([response.status, response.status_details], ["cancelled", { type: "cancelled", reason: "turn_detected" }]);
  const truncated = next("conversation.item.truncated");
  realtime.send({ type: "conversation.item.truncate", item_id, content_index, audio_end_ms: 40 });
  assert.deepEqual([(await truncated).item_id, (await truncated).audio_end_ms], [item_id, 40]);
  const retrieved = next("conversation.item.retrieved");
  realtime.send({ type: "conversation.item.retrieve", item_id });
  const { item } = await retrieved;
  assert.deepEqual(item.type === "message" && item.role === "assistant" && item.content[0]?.transcript, "");

  await next("response.output_audio.delta");
  const cancelled = next("response.done");
  realtime.send({ type: "response.cancel" });
  assert.equal((await cancelled).response.status_details?.reason, "client_cancelled");
  assert.deepEqual(errors, []);

  const refused = next("error");
  realtime.send({ type: "session.update", event_id: "mine", session: { type: "realtime", tool_choice: "perhaps" as "auto" } });
  assert.deepEqual([(await refused).error.code, (await refused).error.event_id], ["invalid_value", "mine"]);
  assert.equal(errors.length, 1);
  const written = next("response.done");
  realtime.send({ type: "response.create", response: { output_modalities: ["text"] } });
  assert.equal((await written).response.status, "completed");
  realtime.close();
});

test("the agents client is told of a session that ran out, connects again and goes on", async () => {
  const short = await startTestTarget({ sessionMs: 1_500 });
  const transport = new OpenAIRealtimeWebSocket({ url: `${short.url}?model=gpt-realtime-2` });
  const session = new RealtimeSession(new RealtimeAgent({ name: "desk", instructions: "You are a CRM agent." }), { transport, model: "gpt-realtime-2" });
  const codes: unknown[] = [];
  session.on("error", ({ error }) => codes.push((error as { error?: { code?: string } }).error?.code));
  const sessions: string[] = [];
  transport.on("*", (event: { type: string; session?: { id: string } }) => void (event.type === "session.created" && sessions.push(event.session?.id ?? "")));
  const next = (type: string): Promise<void> =>
    new Promise((resolve) => {
      const listen = (event: { type: string }): void => {
        if (event.type !== type) return;
        transport.off("*", listen);
        resolve();
      };
      transport.on("*", listen);
    });
  const ended = new Promise<void>((resolve) => void transport.on("connection_change", (status) => status === "disconnected" && resolve()));
  await session.connect({ apiKey: "sk-none" });
  await ended;
  assert.deepEqual(codes, ["session_expired"]);
  const configured = next("session.updated");
  await session.connect({ apiKey: "sk-none" });
  await configured;
  const replied = next("response.done");
  session.sendMessage("Thanks.");
  await replied;
  assert.equal(new Set(sessions).size, 2);
  assert.deepEqual(
    session.history.map((item) => (item.type === "message" ? item.role : item.type)),
    ["user", "assistant"],
  );
  assert.deepEqual(codes, ["session_expired"]);
  session.close();
  await short.close();
});
