// What no honest client sends, in real time over real sockets: the protocol's own errors or a close, bounded memory, and a
// neighbour who notices nothing.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { limits } from "../core/limits.ts";
import type { RawClient, TestTarget } from "../testing/target-server.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";

let target: TestTarget;
let neighbour: RawClient;
before(async () => {
  target = await startTestTarget();
  neighbour = openRawClient(`${target.url}?model=m`);
  await neighbour.next("session.created");
});
after(() => target.close());

/** A question and its answer, there and back. */
async function askNeighbour(): Promise<void> {
  neighbour.send({ type: "input_audio_buffer.clear" });
  await neighbour.next("input_audio_buffer.cleared");
}

let hostile: RawClient;
beforeEach(async () => {
  hostile = openRawClient(`${target.url}?model=m`);
  await hostile.next("session.created");
});

const codes = (client: RawClient): readonly unknown[] =>
  client.events.filter(({ type }) => type === "error").map((event) => (event["error"] as { code: unknown }).code);

for (const [what, message, isBinary, code] of [
  ["a frame above the largest message", Buffer.alloc(limits.messageBytes + 1, 0x20), false, 1_009],
  ["text that is not UTF-8", Buffer.from([0x22, 0xc3, 0x28, 0x22]), false, 1_007],
] as const) {
  test(`${what} closes its session with ${code}, and no other`, async () => {
    hostile.socket.send(message, { binary: isBinary });
    assert.equal((await hostile.closed).code, code);
    await askNeighbour();
  });
}

for (const [what, message, code] of [
  ["unknown events", '{"type":"nonsense"}', "invalid_value"],
  ["audio that is not base64", '{"type":"input_audio_buffer.append","audio":"%%%%"}', "invalid_value"],
  ["JSON cut short", '{"type":', "invalid_json"],
  ["deep nesting", "[".repeat(20_000), "invalid_json"],
  ["binary", Buffer.alloc(64), "invalid_event"],
  ["commits of nothing", '{"type":"input_audio_buffer.commit"}', "input_audio_buffer_commit_empty"],
  ["cancels of nothing", '{"type":"response.cancel"}', "response_cancel_not_active"],
] as const) {
  test(`a flood of ${what} gets an error each, and the session goes on`, async () => {
    for (let count = 0; count < 300; count++) hostile.socket.send(message);
    await askNeighbour();
    hostile.send({ type: "input_audio_buffer.clear" });
    await hostile.next("input_audio_buffer.cleared");
    assert.deepEqual(
      codes(hostile),
      Array.from({ length: 300 }, () => code),
    );
    hostile.socket.terminate();
  });
}

test("a client that asks for ever and never reads is cut once its unread answers fill a message's bound, and the neighbour talks on", async () => {
  await askNeighbour();
  const open = target.stats.openConnections;
  hostile.socket.pause();
  let asked = 0;
  // Kernels hold some megabytes of their own before the target sees that nobody reads.
  while (target.stats.openConnections === open && asked < 400_000) {
    for (let count = 0; count < 4_000; count++) hostile.socket.send('{"type":"nonsense"}');
    asked += 4_000;
    await askNeighbour();
  }
  assert.equal(target.stats.openConnections, open - 1, `${asked} events were taken`);
  hostile.socket.terminate();
});
