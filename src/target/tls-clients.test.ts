// The official openai client over TLS, with the target's own certificate as its CA.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { OpenAI } from "openai";
import { OpenAIRealtimeTranslationWS } from "openai/realtime/translations/ws";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { orThrow } from "../core/issues.ts";
import type { TestTarget } from "../testing/target-server.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";

const SESSION_MS = 3_000;

let target: TestTarget;
let short: TestTarget;
before(async () => {
  target = await startTestTarget({ tls: true, requireKey: "sk-good", models: "known" });
  short = await startTestTarget({ tls: true, sessionMs: SESSION_MS, compress: true });
});
after(() => Promise.all([target.close(), short.close()]));

const clientOf = ({ url }: TestTarget): OpenAI => new OpenAI({ apiKey: "sk-good", baseURL: url.replace("wss:", "https:").replace("/realtime", "") });
const trusting = ({ ca = "" }: TestTarget) => ({ ca });

test("it finishes a translation into German, append by append, with every event in its typed form", async () => {
  const translator = await OpenAIRealtimeTranslationWS.create(clientOf(target), { model: "gpt-realtime-translate", options: trusting(target) });
  const errors: unknown[] = [];
  const raw: string[] = [];
  const typed: string[] = [];
  let text = "";
  let audioBytes = 0;
  translator.on("error", (error) => errors.push(error));
  translator.on("event", ({ type }) => raw.push(type));
  for (const type of ["session.created", "session.updated", "session.closed", "session.input_transcript.delta"] as const)
    translator.on(type, () => typed.push(type));
  translator.on("session.output_transcript.delta", ({ type, delta }) => {
    typed.push(type);
    text += delta;
  });
  translator.on("session.output_audio.delta", ({ type, delta }) => {
    typed.push(type);
    audioBytes += Buffer.from(delta, "base64").length;
  });
  await new Promise<void>((resolve) => void translator.once("session.created", () => resolve()));
  const audio = { output: { language: "de" }, input: { transcription: { model: "gpt-realtime-whisper" } } } as const;
  translator.send({ type: "session.update", session: { audio } });
  const spoken = orThrow(await target.clips.wire("refund", "pcm24k"));
  for (let from = 0; from < spoken.length; from += 9_600) {
    translator.send({ type: "session.input_audio_buffer.append", audio: spoken.subarray(from, from + 9_600).toString("base64") });
  }
  await translator.finish({ timeoutMs: 20_000 });
  assert.deepEqual(errors, []);
  const translation = target.clips.find("refund-de");
  assert.equal(text, translation?.text);
  assert.equal(audioBytes, Math.ceil((translation?.durationMs ?? 0) / 400) * 19_200);
  assert.deepEqual(typed, raw);
  assert.equal(raw.at(-1), "session.closed");
  assert.ok(raw.includes("session.input_transcript.delta"));
  const [row] = target.notes.filter((note) => note.type === "translation");
  assert.deepEqual([row?.heard.clip, row?.said.clip, row?.said.words.map(({ text }) => text).join(" ")], ["refund", "refund-de", translation?.text]);
  assert.ok(row?.said.deltas.every(({ sentUs }) => sentUs !== undefined) && row.heard.words.every(({ end }) => end.arrivedUs !== undefined));
});

test("it talks over TLS, and the target's certificate is what makes it trust", async () => {
  const talk = new OpenAIRealtimeWS({ model: "gpt-realtime-2", options: trusting(target) }, clientOf(target));
  const errors: unknown[] = [];
  talk.on("error", (error) => errors.push(error));
  await new Promise<void>((resolve) => void talk.once("session.created", () => resolve()));
  const answered = new Promise<void>((resolve) => void talk.once("response.done", () => resolve()));
  talk.send({ type: "response.create", response: { output_modalities: ["text"] } });
  await answered;
  assert.deepEqual(errors, []);
  talk.close();
  const [error] = (await once(openRawClient(target.url).socket, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
});

test("a refused key ends in 3000 over TLS too", async () => {
  const client = openRawClient(`${target.url}?model=gpt-realtime-2`, { ...trusting(target), headers: { authorization: "Bearer sk-bad" } });
  assert.equal(((await client.next("error"))["error"] as { code: string }).code, "invalid_api_key");
  assert.deepEqual(await client.closed, { code: 3000, reason: "invalid_request_error.invalid_api_key" });
});

test("a session that ran out is told so, closed with 1001, and the client's own recovery opens the next one", async () => {
  const talk = new OpenAIRealtimeWS({ model: "gpt-realtime-2", options: trusting(short), reconnect: true }, clientOf(short));
  const codes: unknown[] = [];
  const sessions: string[] = [];
  talk.on("error", (error) => codes.push((error as { error?: { code?: string } }).error?.code));
  talk.on("session.created", ({ session }) => sessions.push((session as { id?: string }).id ?? ""));
  await new Promise<void>((resolve) => void talk.once("reconnected", () => resolve()));
  if (sessions.length < 2) await new Promise<void>((resolve) => void talk.once("session.created", () => resolve()));
  assert.deepEqual(codes, ["session_expired"]);
  assert.equal(new Set(sessions).size, 2);
  talk.close();
});

test("expires_at agrees with the end, and compression is there for who asks", async () => {
  const client = openRawClient(`${short.url}?model=m`, { ...trusting(short), perMessageDeflate: true });
  const { session } = (await client.next("session.created")) as unknown as { session: { expires_at: number } };
  assert.ok(Math.abs(session.expires_at - (Date.now() + SESSION_MS) / 1_000) < 2);
  assert.match(client.socket.extensions, /permessage-deflate/);
  client.socket.close();
});

test("an append above 15 MiB is refused and the session goes on; a message above 16 MiB ends it", async () => {
  const options = { ...trusting(target), headers: { authorization: "Bearer sk-good" } };
  const client = openRawClient(`${target.url}?model=gpt-realtime-2`, options);
  await client.next("session.created");
  const append = (megabytes: number): string => `{"type":"input_audio_buffer.append","audio":"${"A".repeat(megabytes * 2 ** 20)}"}`;
  client.socket.send(append(15));
  const { error } = (await client.next("error")) as unknown as { error: { code: string; param: string } };
  assert.deepEqual([error.code, error.param], ["string_above_max_length", "audio"]);
  client.send({ type: "input_audio_buffer.clear" });
  await client.next("input_audio_buffer.cleared");
  client.socket.send(append(16));
  assert.equal((await client.closed).code, 1009);
});
