import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { after, before, test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import type { TestTarget } from "../testing/target-server.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";
import { admit, readCallName } from "./admission.ts";
import type { TrickRow } from "./ground-truth.ts";
import { readProfile } from "./profile.ts";
import { readScript } from "./script.ts";
import { createSecrets } from "./secrets.ts";
import { startTarget } from "./server.ts";

let target: TestTarget;
before(async () => void (target = await startTestTarget()));
after(() => target.close());

const manual = { type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: null } } } };

test("it listens on loopback only, at a port that the system chose", () => {
  assert.match(target.url, /^ws:\/\/127\.0\.0\.1:\d+\/v1\/realtime$/);
  assert.ok(target.port > 0);
});

test("any path but /v1/realtime is an HTTP 404", async () => {
  const { socket } = openRawClient(target.url.replace("/v1/realtime", "/v1/other"));
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  assert.equal(response.statusCode, 404);
});

test("a connection without a model is upgraded, told its error, then closed with 4000", async () => {
  const client = openRawClient(target.url);
  assert.equal(((await client.next("error"))["error"] as { code: string }).code, "missing_model");
  assert.deepEqual(await client.closed, { code: 4000, reason: "invalid_request_error.missing_model" });
  assert.equal(client.events.length, 1);
});

test("the beta's header and session kinds that are not offered are refused by name", () => {
  const refusal = (path: string, headers = {}): unknown => {
    const admission = admit(path, headers, { models: "any", secrets: createSecrets(createSystemClock(), () => "") });
    return admission.type === "refused" ? [admission.wrong.code, admission.wrong.param, admission.closeReason] : admission.type;
  };
  assert.deepEqual(refusal("/v1/realtime?model=m", { "openai-beta": "realtime=v1" }), [
    "beta_api_shape_disabled",
    null,
    "invalid_request_error.beta_api_shape_disabled",
  ]);
  assert.deepEqual(refusal("/v1/realtime?intent=translation"), ["invalid_value", "intent", "invalid_request_error.invalid_value"]);
  assert.deepEqual(refusal("/v1/realtime?model=m&more=1"), "admitted");
});

test("a call's name is read from its header, slashes in the cell included", () => {
  assert.deepEqual(readCallName("1/effort=low/17/2"), { text: "1/effort=low/17/2", seed: 1, session: 17, call: 2 });
  assert.deepEqual(readCallName("7/a/b/3/0")?.session, 3);
  for (const wrong of ["", "1/2/3", "a/b/c/d", "1//x/0"]) assert.equal(readCallName(wrong), undefined);
});

test("the subprotocol `realtime` is chosen when it is offered, and no extension", async () => {
  const client = openRawClient(`${target.url}?model=m`, {}, ["realtime", "openai-insecure-api-key.sk-x"]);
  await client.next("session.created");
  assert.deepEqual([client.socket.protocol, client.socket.extensions], ["realtime", ""]);
  client.socket.close();
});

test("what is not JSON, not an object, binary or bad base64 is an error each, and the session goes on", async () => {
  const client = openRawClient(`${target.url}?model=m`);
  await client.next("session.created");
  for (const message of [
    "{",
    "[]",
    Buffer.from([1]),
    '{"type":"input_audio_buffer.append","audio":"!"}',
    '{"type":"input_audio_buffer.append","audio":1,"event_id":"e"}',
  ])
    client.socket.send(message);
  client.send(manual);
  await client.next("session.updated");
  const errors = client.events.filter(({ type }) => type === "error").map((event) => event["error"] as { code: string; event_id: string | null });
  assert.deepEqual(
    errors.map(({ code }) => code),
    ["invalid_json", "invalid_event", "invalid_event", "invalid_value", "invalid_value"],
  );
  assert.equal(errors[4]?.event_id, "e");
  client.socket.close();
});

test("a spoken manual turn is answered with the clip's audio, and its truth stands in the log under the call's name", async () => {
  const client = openRawClient(`${target.url}?model=m`, { headers: { "x-earshot-call": "1/low/4/0" } });
  await client.next("session.created");
  client.send(manual);
  await client.next("session.updated");
  const audio = orThrow(await target.clips.wire("yes", "pcm24k"));
  client.send({ type: "input_audio_buffer.append", audio: audio.toString("base64") });
  client.send({ type: "input_audio_buffer.commit" });
  client.send({ type: "response.create" });
  await client.next("response.done");
  const sent = Buffer.concat(
    client.events.filter(({ type }) => type === "response.output_audio.delta").map(({ delta }) => Buffer.from(delta as string, "base64")),
  );
  const answer = orThrow(await target.clips.wire("answer-order-status", "pcm24k"));
  assert.ok(sent.equals(Buffer.concat([Buffer.alloc(4_800), answer])));
  const row = target.truth.find(({ call }) => call === "1/low/4/0");
  assert.equal(row?.outcome, "answered");
  assert.ok((row?.firstDeltaSentUs ?? 0) >= (row?.stoppedSentUs ?? Infinity) + 300_000);
  assert.equal(row?.frames.at(-1)?.audioEndMs, audio.length / 48);
  client.socket.close();
});

test("a port that is taken is an issue, not a crash", async () => {
  const options = { clock: createSystemClock(), seed: 1, profile: orThrow(readProfile("exact")), script: orThrow(readScript("crm")), clips: target.clips };
  const second = await startTarget({ ...options, port: target.port });
  assert.match(second.ok ? "" : (second.issues[0]?.message ?? ""), /cannot listen/);
});

test("closing tells every session 1001 and ends", async () => {
  const other = await startTestTarget();
  const client = openRawClient(`${other.url}?model=m`);
  await client.next("session.created");
  await other.close();
  assert.equal((await client.closed).code, 1001);
  assert.equal(other.stats.openConnections, 0);
});

test("a script's tricks are played on a real socket and told in the target's log", async () => {
  const tricks: TrickRow[] = [];
  const script = { ...orThrow(readScript("crm")), tricks: [{ name: "cut", at: "response.created", share: 1, do: { type: "drop", when: "after" } }] } as const;
  const rough = await startTestTarget({ script, writeNote: (row) => void (row.type === "trick" && tricks.push(row)) });
  const client = openRawClient(`${rough.url}?model=m`, { headers: { "x-earshot-call": "1/low/4/0" } });
  await client.next("session.created");
  client.send({ type: "response.create" });
  assert.equal((await client.closed).code, 1006);
  assert.deepEqual(
    [client.events.at(-1)?.["type"], tricks.map(({ call, name, deed }) => [call, name, deed])],
    ["response.created", [["1/low/4/0", "cut", "drop"]]],
  );
  await rough.close();
});
