// A voice app's own tests, with earshot's target in place of the model: known delays, on this machine, without a key.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { checkThresholds, compare, run, startTarget } from "earshot";
import { WebSocket } from "ws";

const reports = mkdtempSync(join(tmpdir(), "earshot-example-"));
/** @type {import("earshot").RunningTarget} */
let target;
before(async () => {
  target = await startTarget({ profile: "exact" });
});
after(async () => {
  await target.close();
  rmSync(reports, { recursive: true });
});

/** The app: it says something in text, and resolves to what it is answered, and how long the first audio took. */
async function ask(socket, text) {
  const askedAt = performance.now();
  let answer = "";
  let firstAudioMs;
  const done = new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", function listen(data) {
      const event = JSON.parse(data);
      if (event.type === "error") reject(new Error(event.error.message));
      if (event.type === "response.output_audio.delta") firstAudioMs ??= performance.now() - askedAt;
      if (event.type === "response.output_audio_transcript.delta") answer += event.delta;
      if (event.type !== "response.done") return;
      socket.off("message", listen);
      socket.off("error", reject);
      resolve();
    });
  });
  const item = { type: "message", role: "user", content: [{ type: "input_text", text }] };
  socket.send(JSON.stringify({ type: "conversation.item.create", item }));
  socket.send(JSON.stringify({ type: "response.create" }));
  await done;
  return { answer, firstAudioMs };
}

test("the app is answered twice, and the target's own account agrees", async () => {
  const socket = new WebSocket(`${target.url}?model=gpt-realtime-2`, { headers: { authorization: "Bearer any" } });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const first = await ask(socket, "Where is my order?");
  const second = await ask(socket, "And when does it arrive?");
  socket.close();
  for (const { answer, firstAudioMs } of [first, second]) {
    assert.ok(answer.length > 0);
    assert.ok(firstAudioMs > 0);
  }
  assert.deepEqual(
    target.truth().map(({ cause, outcome }) => [cause, outcome]),
    [
      ["text", "answered"],
      ["text", "answered"],
    ],
  );
});

test("callers who really speak to the server are answered", async () => {
  const turns = [];
  const outcome = await run({
    scenario: {
      version: 1,
      name: "my-app",
      target: { provider: "compatible", url: target.url, auth: { bearer: "any" } },
      session: { frameMs: 40 },
      caller: { turns: [{ say: "order-status" }, { say: "goodbye" }] },
      load: { sessions: 2 },
    },
    overrides: { "caller.thinkMs": 100 },
    thresholds: ["answered rate >= 1"],
    reportsRoot: reports,
    onRow: (row) => turns.push(row),
  });
  assert.equal(outcome.result.end.type, "complete");
  assert.equal(turns.length, 4);
  assert.ok(turns.every((turn) => turn.outcome === "answered"));
  assert.deepEqual(
    checkThresholds(outcome, ["voice_to_voice p50 < 10ms"]).map(({ passed }) => passed),
    [false],
  );
  assert.notEqual(compare(outcome, outcome).verdict, "regression");
});
