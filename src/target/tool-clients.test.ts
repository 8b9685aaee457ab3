// The official clients with functions, an interruption and a refused update, in real time. None of them is ours.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from "@openai/agents-realtime";
import { OpenAI } from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { z } from "zod";
import type { TestTarget } from "../testing/target-server.ts";
import { openRawClient, spoken, startTestTarget } from "../testing/target-server.ts";

let target: TestTarget;
before(async () => void (target = await startTestTarget()));
after(() => target.close());

test("the openai client makes a call's output and hears the answer that follows", async () => {
  const client = new OpenAI({ apiKey: "sk-none", baseURL: target.url.replace("ws:", "http:").replace("/realtime", "") });
  const realtime = new OpenAIRealtimeWS({ model: "gpt-realtime-2", options: { createConnection: () => connect(target.port, "127.0.0.1") } }, client);
  const errors: unknown[] = [];
  realtime.on("error", (error) => errors.push(error));
  const done = (): Promise<{ output?: { type?: string; call_id?: string; arguments?: string; content?: unknown }[] }> =>
    new Promise((resolve) => void realtime.once("response.done", ({ response }) => resolve(response as never)));
  await new Promise((resolve) => void realtime.once("session.created", resolve));
  realtime.send({
    type: "session.update",
    session: { type: "realtime", output_modalities: ["text"], tools: [{ type: "function", name: "lookup_order", parameters: { type: "object" } }] },
  });
  const called = done();
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "My order?" }] } });
  realtime.send({ type: "response.create" });
  const call = (await called).output?.[0];
  assert.deepEqual([call?.type, call?.arguments], ["function_call", '{"id":"A1042"}']);
  const answered = done();
  realtime.send({ type: "conversation.item.create", item: { type: "function_call_output", call_id: call?.call_id ?? "", output: '{"status":"shipped"}' } });
  realtime.send({ type: "response.create" });
  assert.deepEqual((await answered).output?.[0]?.content, [{ type: "output_text", text: target.clips.find("answer-order-status")?.text }]);
  assert.deepEqual(errors, []);
  realtime.close();
});

test("the agents client runs the tool it was told to, speaks on, is interrupted, and survives a refused update", async () => {
  const asked: unknown[] = [];
  const lookup = tool({
    name: "lookup_order",
    description: "Find an order",
    parameters: z.object({ id: z.string() }),
    execute: (args) => {
      asked.push(args);
      return "shipped";
    },
  });
  const transport = new OpenAIRealtimeWebSocket({ url: `${target.url}?model=gpt-realtime-2` });
  const session = new RealtimeSession(new RealtimeAgent({ name: "desk", instructions: "You are a CRM agent.", tools: [lookup] }), {
    transport,
    model: "gpt-realtime-2",
    config: { audio: { input: { turnDetection: { type: "server_vad", silenceDurationMs: 300 }, transcription: null } } },
  });
  const errors: { error: unknown }[] = [];
  session.on("error", (error) => errors.push(error));
  const next = (type: string): Promise<unknown> =>
    new Promise((resolve) => {
      const listen = (event: { type: string }): void => {
        if (event.type !== type) return;
        transport.off("*", listen);
        resolve(event);
      };
      transport.on("*", listen);
    });
  const configured = next("session.updated");
  await session.connect({ apiKey: "sk-none" });
  await configured;
  const spokenOn = next("response.output_audio.delta");
  for (const frame of await spoken(target, "order-status", 300)) session.sendAudio(new Uint8Array(frame).buffer);
  await spokenOn;
  assert.deepEqual(asked, [{ id: "A1042" }]);
  const truncated = next("conversation.item.truncated");
  const interrupted = next("response.done") as Promise<{ response: { status: string; status_details: unknown } }>;
  for (const frame of await spoken(target, "wait-no", 300)) session.sendAudio(new Uint8Array(frame).buffer);
  await truncated;
  assert.deepEqual((await interrupted).response.status_details, { type: "cancelled", reason: "turn_detected" });
  const kinds = session.history.map((item) => item.type);
  assert.deepEqual(kinds.slice(0, 3), ["message", "function_call", "message"]);
  assert.deepEqual(errors, []);
  const refused = next("error") as Promise<{ error: { error?: { code?: string } } }>;
  transport.sendEvent({ type: "session.update", session: { type: "realtime", tool_choice: "perhaps" } });
  await refused;
  assert.equal(errors.length, 1);
  session.close();
});

test("every event of tool turns, of responses beside the conversation and of tool servers is as the official clients know it", async () => {
  const client = openRawClient(`${target.url}?model=gpt-realtime-2`);
  await client.next("session.created");
  const tools = [
    { type: "function", name: "lookup_order" },
    { type: "mcp", server_label: "docs", server_url: "https://example.com/mcp" },
  ];
  client.send({ type: "session.update", session: { type: "realtime", output_modalities: ["text"], tools } });
  client.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_audio", audio: "AAAA" }] } });
  client.send({ type: "response.create" });
  const { call_id } = await client.next("response.function_call_arguments.done");
  await client.next("response.done");
  client.send({ type: "conversation.item.create", item: { type: "function_call_output", call_id, output: "{}" } });
  client.send({ type: "response.create" });
  client.send({ type: "response.create", response: { conversation: "none", input: [], metadata: { a: "b" } } });
  await client.next("response.done");
  await client.next("response.done");
  client.socket.close();
  const types = client.events.map(({ type }) => type);
  assert.ok(types.includes("mcp_list_tools.failed") && !types.includes("error"));
});
