// Servers that differ from the API and are to be measured all the same: a caller meets each oddity over a real socket.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { noNetwork } from "../faults/profile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { leastCapabilities } from "../protocol/providers/compatible.ts";
import { startOddServer, type Oddities } from "../testing/odd-server.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { openConnection } from "../transport/open.ts";
import { readyMessage, type ReadyMessage } from "../transport/ready-message.ts";
import { startCall, type CallEnd } from "./driver.ts";

const clock = createSystemClock();
const message = (sound: number): ReadyMessage =>
  readyMessage(Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio: Buffer.alloc(960, sound).toString("base64") })), "random");
const frames = { messages: Array.from({ length: 50 }, () => message(0x20)), silence: message(0) };

async function callOnce(
  odd: Oddities,
): Promise<{ readonly row: TurnRow; readonly end: CallEnd; readonly asked: Readonly<Record<string, unknown>> | undefined }> {
  const server = await startOddServer(odd);
  const events = odd.beta ? "beta" : "ga";
  const { effort: _none, ...session } = scenarioWith({ session: { turnDetection: { type: "manual" } } }).session;
  const scenario = { ...scenarioWith({ caller: { patienceMs: 2_000, thinkMs: 0, turns: [{ say: "hello" }] } }), session };
  const target = { provider: "compatible", model: "m", url: server.url, capabilities: { ...leastCapabilities, events } } as const;
  const rows: TurnRow[] = [];
  const { ended } = startCall({
    run: "test",
    runStartUs: clock.nowUs(),
    clock,
    call: callOf({ ...scenario, target }),
    plannedUs: clock.nowUs(),
    connect: (handlers) =>
      openConnection({ url: server.url, headers: {}, handlers, clock, masking: "random", network: noNetwork, random: () => stream(1, "n") }),
    frames: () => frames,
    onRow: (row) => rows.push(row),
    onToolCall: () => undefined,
    onFrame: () => undefined,
  });
  const end = await ended;
  server.close();
  const [row] = rows;
  assert.ok(row);
  return { row, end, asked: server.received.find(({ type }) => type === "session.update")?.session };
}

const answering: Record<string, Oddities> = {
  "today's API": {},
  "the beta's names and session": { beta: true },
  "conversation.created before session.created": { first: [{ type: "conversation.created", conversation: {} }] },
  "conversation.created, and session.created once it is configured": { first: [{ type: "conversation.created", conversation: {} }], createsLate: true },
  "another event first": { first: [{ type: "localai.warming_up" }] },
  "neither conversation.item nor content_part, and usage null": {
    leavesOut: ["conversation.item.added", "response.content_part.added", "input_audio_buffer.committed"],
    usage: null,
  },
  "no response.created": { leavesOut: ["response.created"] },
  "half a sample in a delta": { deltaBytes: 4_801 },
  "33 bytes in a delta": { deltaBytes: 33 },
  "the whole answer in a delta": { deltaBytes: 1_000_000 },
  "16 kHz by its session": { rateHz: 16_000, tellsRate: "session" },
  "16 kHz by its deltas": { rateHz: 16_000, tellsRate: "delta" },
  "48 kHz by its session": { rateHz: 48_000, tellsRate: "session" },
  "audio in binary frames": { binary: true },
};
for (const [name, odd] of Object.entries(answering)) {
  test(`a caller is answered by a server with ${name}`, async () => {
    const { row, end, asked } = await callOnce(odd);
    assert.deepEqual([row.outcome, row.failure, end.close.code], ["answered", undefined, 1000]);
    assert.ok(row.firstAudibleUs !== undefined && row.playerStartUs !== undefined && row.playoutEndUs !== undefined);
    // 100 ms of silence and 300 of sound, whatever the rate and the pieces. The wave's shape costs a sample or two.
    assert.ok(Math.abs(row.firstAudibleUs - row.playerStartUs - 100_000) < 20_000, `silence of ${row.firstAudibleUs - row.playerStartUs} us`);
    assert.equal(Math.round((row.playoutEndUs - row.playerStartUs) / 1_000), 400);
    assert.equal(row.transcripts?.answer, "Good day.");
    assert.equal(end.state.unknownEvents["localai.strange"] ?? 1, 1);
    assert.equal(asked?.["type"], odd.beta ? undefined : "realtime");
    assert.equal(asked?.["input_audio_format"], odd.beta ? "pcm16" : undefined);
  });
}

const refusing: Record<string, readonly [odd: Oddities, failureClass: string, failure: RegExp]> = {
  "an error without a code": [{ refusal: { type: "error", error: { message: "no" } } }, "protocol", /refused session\.update: no$/],
  "an error that is a text": [{ refusal: { type: "error", error: "no such model" } }, "protocol", /refused session\.update: no such model$/],
  "an error without an inner object": [{ refusal: { type: "error", code: "invalid_api_key", message: "no" } }, "handshake", /invalid_api_key: no$/],
  "a close instead of an error": [{ closes: 1008, createsLate: true }, "handshake", /closed with 1008 \(policy\)/],
  "an error and a close of the API": [
    { first: [{ type: "error", error: { code: "invalid_api_key", message: "no" } }], closes: 3000, createsLate: true },
    "handshake",
    /invalid_api_key/,
  ],
  "HTTP 401 at the upgrade": [{ status: 401 }, "handshake", /HTTP 401; check the key/],
};
for (const [name, [odd, failureClass, failure]] of Object.entries(refusing)) {
  test(`a caller is told by a server with ${name}`, async () => {
    const { row, end } = await callOnce(odd);
    assert.deepEqual([row.outcome, end.state.failureClass], ["failed", failureClass]);
    assert.match(end.state.failure ?? "", failure);
  });
}
