import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { after, before, test } from "node:test";
import type { TestTarget } from "../testing/target-server.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";
import { isLoopbackHost } from "../core/loopback-host.ts";

let target: TestTarget;
before(async () => void (target = await startTestTarget({ requireKey: "sk-good", models: "likely" })));
after(() => target.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error?: Record<string, unknown> };
}

async function post(path: string, body: unknown, headers: Record<string, string> = { authorization: "Bearer sk-good" }, method = "POST"): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port: target.port, path: `/v1/realtime/${path}`, method, headers });
  // A server that refuses a body may close before it has read all of it.
  sent.on("error", () => undefined);
  sent.end(typeof body === "string" ? body : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Answer["body"] };
}

test("a secret is minted with its session, and the socket it opens begins with that session", async () => {
  const wanted = { type: "realtime", model: "gpt-realtime-2.1", instructions: "Be brief.", audio: { input: { turn_detection: null } } };
  const { status, body } = await post("client_secrets", { expires_after: { anchor: "created_at", seconds: 60 }, session: wanted });
  assert.equal(status, 200);
  assert.match(body["value"] as string, /^ek_[\w-]{32}$/);
  assert.deepEqual(Object.keys(body), ["value", "expires_at", "session"]);
  const client = openRawClient(target.url, { headers: { authorization: `Bearer ${body["value"] as string}` } });
  const session = (await client.next("session.created"))["session"] as Record<string, unknown>;
  for (const each of [session, body["session"] as Record<string, unknown>]) {
    assert.deepEqual([each["model"], each["instructions"], each["object"]], ["gpt-realtime-2.1", "Be brief.", "realtime.session"]);
    assert.equal((each as { audio: { input: { turn_detection: unknown } } }).audio.input.turn_detection, null);
  }
  client.send({ type: "session.update", session: { type: "realtime", instructions: "Be long." } });
  assert.equal(((await client.next("session.updated"))["session"] as Record<string, unknown>)["instructions"], "Be long.");
  client.socket.close();
});

test("a translation's secret names its model and language", async () => {
  const audio = { output: { language: "de" } };
  const { body } = await post("translations/client_secrets", { session: { model: "gpt-realtime-translate", audio } });
  assert.deepEqual(Object.keys(body["session"] as object), ["id", "type", "model", "expires_at", "audio"]);
  const client = openRawClient(`${target.url}/translations`, { headers: { authorization: `Bearer ${body["value"] as string}` } });
  const session = (await client.next("session.created"))["session"] as { audio: { output: unknown } };
  assert.deepEqual(session.audio.output, { language: "de" });
  client.socket.close();
});

test("a transcription's secret opens a transcription that is set up already, and no other kind", async () => {
  const audio = { input: { transcription: { model: "gpt-4o-transcribe-diarize" }, turn_detection: { type: "semantic_vad" } } };
  const include = ["item.input_audio_transcription.logprobs"];
  const { status, body } = await post("client_secrets", { session: { type: "transcription", include, audio } });
  assert.equal(status, 200);
  const { id: _, expires_at: __, ...told } = body["session"] as Record<string, unknown>;
  const headers = { authorization: `Bearer ${body["value"] as string}` };
  const client = openRawClient(`${target.url}?intent=transcription`, { headers });
  const { id: ___, expires_at: ____, ...session } = (await client.next("session.created"))["session"] as Record<string, unknown>;
  assert.deepEqual(session, told);
  assert.deepEqual((told["audio"] as { input: { turn_detection: unknown } }).input.turn_detection, { type: "semantic_vad", eagerness: "auto" });
  client.socket.close();
  const refused = openRawClient(`${target.url}?model=gpt-realtime-2`, { headers });
  assert.match(((await refused.next("error"))["error"] as { message: string }).message, /for a transcription session/);
  const wrong = await post("client_secrets", { session: { type: "transcription", audio: { output: {} } } });
  assert.deepEqual([wrong.status, wrong.body.error?.["param"]], [400, "session.audio.output"]);
});

test("what is wrong with a request is said in the API's shape", async () => {
  const secret = (await post("client_secrets", "")).body["value"] as string;
  const table: readonly (readonly [Promise<Answer>, number, string | null, string | null])[] = [
    [post("client_secrets", "{"), 400, "invalid_json", null],
    [post("client_secrets", []), 400, "invalid_type", "body"],
    [post("client_secrets", { nonsense: 1 }), 400, "unknown_parameter", "nonsense"],
    [post("client_secrets", { expires_after: { seconds: 9 } }), 400, "integer_below_min_value", "expires_after.seconds"],
    [post("client_secrets", { expires_after: { seconds: 7_201 } }), 400, "integer_above_max_value", "expires_after.seconds"],
    [post("client_secrets", { session: {} }), 400, "missing_required_parameter", "session.type"],
    [post("client_secrets", { session: { type: "realtime", voice: "alloy" } }), 400, "unknown_parameter", "session.voice"],
    [post("client_secrets", { session: { type: "realtime", model: "gpt-5" } }), 400, "invalid_model", "model"],
    [post("translations/client_secrets", { session: {} }), 400, "missing_required_parameter", "session.model"],
    [post("sessions", {}), 400, "beta_api_shape_disabled", null],
    [post("transcription_sessions", {}), 400, "beta_api_shape_disabled", null],
    [post("client_secrets", {}, {}), 401, null, null],
    [post("client_secrets", {}, { authorization: "Bearer sk-bad" }), 401, "invalid_api_key", null],
    [post("client_secrets", {}, { authorization: `Bearer ${secret}` }), 401, "invalid_api_key", null],
    [post("client_secrets", " ".repeat(300_000)), 413, "string_above_max_length", null],
    [post("elsewhere", {}), 404, null, null],
    [post("client_secrets", "", undefined, "GET"), 405, "method_not_supported", null],
    [post("client_secrets", {}, { authorization: "Bearer sk-good", host: "evil.example" }), 403, null, null],
  ];
  for (const [index, [answer, status, code, param]] of table.entries()) {
    const { status: was, body } = await answer;
    assert.deepEqual([was, body.error?.["type"], body.error?.["code"], body.error?.["param"]], [status, "invalid_request_error", code, param], `row ${index}`);
  }
});

test("a web page under another name can't reach the sockets either", async () => {
  const { socket } = openRawClient(`${target.url}?model=gpt-realtime-2`, { headers: { host: "evil.example", authorization: "Bearer sk-good" } });
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  assert.equal(response.statusCode, 403);
});

test("only names of this machine are loopback", () => {
  for (const host of ["localhost", "LOCALHOST:80", "127.0.0.1:8790", "127.1.2.3", "[::1]:1", "[::1]"]) assert.ok(isLoopbackHost(host), host);
  const strange = ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1:80:80", "[::2]", "0.0.0.0", "10.0.0.1", "localhost@evil"];
  for (const host of strange) assert.ok(!isLoopbackHost(host), host);
  assert.ok(!isLoopbackHost(undefined));
});
