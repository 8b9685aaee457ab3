// The official clients against the target, in real time: what they accept, a real server may say. None of them is ours.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from "@openai/agents-realtime";
import { OpenAI } from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import type { TestTarget } from "../testing/target-server.ts";
import { openRawClient, spoken, startTestTarget } from "../testing/target-server.ts";

let target: TestTarget;
before(async () => void (target = await startTestTarget()));
after(() => target.close());

test("the openai client has an audio turn, spoken faster than real time, and a text turn", async () => {
  const client = new OpenAI({ apiKey: "sk-none", baseURL: target.url.replace("ws:", "http:").replace("/realtime", "") });
  const options = { createConnection: () => connect(target.port, "127.0.0.1") };
  const realtime = new OpenAIRealtimeWS({ model: "gpt-realtime-2", options }, client);
  const errors: unknown[] = [];
  const types: string[] = [];
  realtime.on("error", (error) => errors.push(error));
  realtime.on("event", (event) => types.push(event.type));
  const next = (type: "session.created" | "session.updated" | "response.done"): Promise<unknown> => new Promise((resolve) => void realtime.once(type, resolve));
  await next("session.created");
  realtime.send({
    type: "session.update",
    session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 300 } } } },
  });
  await next("session.updated");
  const answered = next("response.done");
  for (const frame of await spoken(target, "order-status", 300)) realtime.send({ type: "input_audio_buffer.append", audio: frame.toString("base64") });
  const audio = (await answered) as { response: { status: string; output: { content: { transcript: string }[] }[] } };
  assert.equal(audio.response.status, "completed");
  assert.equal(audio.response.output[0]?.content[0]?.transcript, target.clips.find("answer-order-status")?.text);
  const written = next("response.done");
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "Thanks." }] } });
  realtime.send({ type: "response.create", response: { output_modalities: ["text"] } });
  const text = (await written) as { response: { output: { content: { text: string }[] }[] } };
  assert.equal(text.response.output[0]?.content[0]?.text, target.clips.find("answer-address-change")?.text);
  assert.deepEqual(errors, []);
  assert.equal(types.filter((type) => type === "input_audio_buffer.speech_started").length, 1);
  realtime.close();
});

test("the openai client transcribes with speakers in a transcription session, and retrieves what it said", async () => {
  const client = new OpenAI({ apiKey: "sk-none", baseURL: target.url.replace("ws:", "http:").replace("/realtime", "") });
  const options = { createConnection: () => connect(target.port, "127.0.0.1") };
  const realtime = new OpenAIRealtimeWS({ intent: "transcription", options }, client);
  const errors: unknown[] = [];
  const speakers: unknown[] = [];
  realtime.on("error", (error) => errors.push(error));
  realtime.on("conversation.item.input_audio_transcription.segment", ({ speaker, text }) => speakers.push([speaker, text]));
  await new Promise<void>((resolve) => void realtime.once("session.created", () => resolve()));
  const input = { transcription: { model: "gpt-4o-transcribe-diarize" }, turn_detection: null } as const;
  realtime.send({ type: "session.update", session: { type: "transcription", audio: { input } } });
  const completed = new Promise<{ item_id: string; transcript: string }>(
    (resolve) => void realtime.once("conversation.item.input_audio_transcription.completed", resolve),
  );
  const audio = Buffer.concat(await spoken(target, "refund", 0));
  realtime.send({ type: "input_audio_buffer.append", audio: audio.toString("base64") });
  realtime.send({ type: "input_audio_buffer.commit" });
  const { item_id, transcript } = await completed;
  assert.deepEqual([transcript, speakers], [target.clips.find("refund")?.text, [["A", transcript]]]);
  const retrieved = new Promise<{ item: unknown }>((resolve) => void realtime.once("conversation.item.retrieved", resolve));
  realtime.send({ type: "conversation.item.retrieve", item_id });
  const { content } = (await retrieved).item as { content: { audio: string }[] };
  assert.ok(Buffer.from(content[0]?.audio ?? "", "base64").equals(audio));
  assert.deepEqual(errors, []);
  realtime.close();
});

test("the agents client keeps a true history of an audio turn and a text turn", async () => {
  const transport = new OpenAIRealtimeWebSocket({ url: `${target.url}?model=gpt-realtime-2` });
  const agent = new RealtimeAgent({ name: "desk", instructions: "You are a CRM agent." });
  const session = new RealtimeSession(agent, {
    transport,
    model: "gpt-realtime-2",
    config: { audio: { input: { turnDetection: { type: "server_vad", silenceDurationMs: 300 }, transcription: null } } },
  });
  const errors: unknown[] = [];
  const events: { type: string }[] = [];
  session.on("error", (error) => errors.push(error));
  transport.on("*", (event: { type: string }) => events.push(event));
  const next = (type: string): Promise<void> =>
    new Promise((resolve) => {
      const listen = (event: { type: string }): void => {
        if (event.type !== type) return;
        transport.off("*", listen);
        resolve();
      };
      transport.on("*", listen);
    });
  const configured = next("session.updated");
  await session.connect({ apiKey: "sk-none" });
  await configured;
  const answered = next("response.done");
  for (const frame of await spoken(target, "refund", 300)) session.sendAudio(new Uint8Array(frame).buffer);
  await answered;
  const replied = next("response.done");
  session.sendMessage("Thanks.");
  await replied;
  const said = session.history.map((item) =>
    item.type === "message"
      ? [item.role, item.content.map((part) => ("transcript" in part ? part.transcript : "text" in part ? part.text : undefined))]
      : [item.type],
  );
  assert.deepEqual(said, [
    ["user", [null]],
    ["assistant", [target.clips.find("answer-order-status")?.text]],
    ["user", ["Thanks."]],
    ["assistant", [target.clips.find("answer-address-change")?.text]],
  ]);
  assert.deepEqual(errors, []);
  session.close();
});

test("every event of a session with turns, an interruption, a truncation and errors is as the official clients know it", async () => {
  const client = openRawClient(`${target.url}?model=gpt-realtime-2`);
  await client.next("session.created");
  client.send({
    type: "session.update",
    session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 300 } } } },
  });
  const speak = async (): Promise<void> =>
    (await spoken(target, "yes", 300)).forEach((frame) => client.send({ type: "input_audio_buffer.append", audio: frame.toString("base64") }));
  await speak();
  await client.next("response.output_audio.delta");
  await speak();
  const item_id = ((await client.next("response.done"))["response"] as { output: { id: string }[] }).output[0]?.id;
  client.send({ type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 60 });
  client.send({ type: "conversation.item.retrieve", item_id });
  client.send({ type: "conversation.item.delete", item_id });
  client.send({ type: "input_audio_buffer.clear" });
  client.send({ type: "nonsense" });
  const retention = { type: "retention_ratio", retention_ratio: 0.8, token_limits: { post_instructions: 5_000 } };
  client.send({ type: "session.update", session: { type: "realtime", truncation: retention } });
  client.send({ type: "session.update", session: { type: "realtime", truncation: "disabled" } });
  await client.next("rate_limits.updated");
  await client.next("response.done");
  client.send({ type: "response.create", response: { output_modalities: ["text"] } });
  client.send({ type: "response.cancel" });
  await client.next("response.done");
  await client.next("rate_limits.updated");
  client.socket.close();
  await once(client.socket, "close");
  const types = new Set(client.events.map(({ type }) => type as string));
  for (const type of [
    "input_audio_buffer.speech_stopped",
    "conversation.item.truncated",
    "conversation.item.retrieved",
    "conversation.item.deleted",
    "input_audio_buffer.cleared",
    "error",
  ]) {
    assert.ok(types.has(type), type);
  }
});
