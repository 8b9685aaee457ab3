// What a session that takes over knows, by the real target's own account of its conversation: a spoken turn, a written one and
// one with a function are there, in their order, when the next turn asks for what was said.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { orThrow } from "../core/issues.ts";
import { openSealed } from "../core/sealed-line.ts";
import { createSystemClock } from "../core/system-clock.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { checkScript } from "../target/script.ts";
import { runEarshot } from "../testing/earshot-process.ts";
import { startTestTarget } from "../testing/target-server.ts";

const script = orThrow(
  checkScript(
    {
      version: 1,
      name: "locker",
      rules: [
        { when: { turn: 2 }, call: [{ name: "lookup_order", arguments: { id: "A1042" } }], say: "answer-refund" },
        { when: { textContains: "which locker" }, say: "answer-yes" },
      ],
      otherwise: ["answer-order-status", "answer-no"],
    },
    "test",
  ),
);

const scenario = (port: number): string => `version: 1
name: planted
target: { provider: compatible, url: "ws://127.0.0.1:${port}/v1/realtime", model: gpt-realtime-2 }
session:
  tools: [{ name: lookup_order, parameters: { type: object }, answers: { value: { status: shipped }, delayMs: 10 } }]
caller:
  thinkMs: 100
  turns: [{ say: order-status }, { text: "My locker is number 4711." }, { say: refund }, { text: "Which locker is mine?" }]
  reconnect: { backoffMs: 100 }
load: { sessions: 1 }
`;

interface Item {
  readonly type: string;
  readonly role?: string;
  readonly name?: string;
  readonly output?: string;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
}

/** Spoken, written, and with a function, which answers in two responses. */
const RESPONSES = 4;

test("a fact of an early turn, and all that was said around it, is in the conversation that is asked for it", async () => {
  const clock = createSystemClock();
  const added: { readonly previous: unknown; readonly id: unknown; readonly item: Item }[][] = [];
  const onSocket = (socket: WebSocket): void => {
    const mine: (typeof added)[number] = [];
    added.push(mine);
    const isFirst = added.length === 1;
    let responses = 0;
    const send = socket.send.bind(socket) as (message: string) => void;
    socket.send = (message: unknown) => {
      const event = JSON.parse(String(message)) as { type: string; previous_item_id?: unknown; item: Item & { id: unknown } };
      if (event.type === "conversation.item.added") mine.push({ previous: event.previous_item_id, id: event.item.id, item: event.item });
      if (event.type === "response.done" && isFirst && ++responses === RESPONSES)
        clock.at(clock.nowUs() + 200_000, () => (socket as unknown as { readonly _socket: Socket })._socket.resetAndDestroy());
      send(String(message));
    };
  };
  const target = await startTestTarget({ script, onSocket });
  const folder = mkdtempSync(join(tmpdir(), "earshot-planted-"));
  writeFileSync(join(folder, "planted.yaml"), scenario(target.port));
  const { out, err } = await runEarshot(folder, ["run", "planted.yaml", "--out", "run"]);
  await target.close();
  assert.match(out, /report /, err);
  const text = (file: string): string => readFileSync(join(folder, "run", "latest", file), "utf8");
  const { rows } = readTurnLog(text("turns.ndjson"));
  const recoveries = text("recoveries.ndjson")
    .trimEnd()
    .split("\n")
    .map((line) => openSealed(line) as RecoveryRow);
  rmSync(folder, { recursive: true });

  const told = (added[1] ?? []).slice(0, 8);
  const shape = told.map(({ item: { type, role, name, output, content } }) => [role ?? type, content?.[0]?.type ?? name ?? output, content?.[0]?.text]);
  assert.deepEqual(
    shape.map(([who, what]) => [who, what]),
    [
      ["user", "input_text"],
      ["assistant", "output_text"],
      ["user", "input_text"],
      ["assistant", "output_text"],
      ["user", "input_text"],
      ["function_call", "lookup_order"],
      ["function_call_output", '{"status":"shipped"}'],
      ["assistant", "output_text"],
    ],
  );
  assert.equal(shape[2]?.[2], "My locker is number 4711.");
  assert.ok(shape.every(([who, , words]) => who?.startsWith("function") || String(words).length > 3));
  for (const [index, { previous }] of told.entries()) assert.equal(previous ?? undefined, told[index - 1]?.id);

  const [row] = recoveries;
  assert.deepEqual([recoveries.length, row?.itemsReplayed, row?.itemsSkipped, row?.contextRestored, row?.turnsDoubled], [1, 8, 0, true, 0]);
  // The question itself is text too, and is all that is not replayed.
  assert.ok((row?.usage?.textIn ?? 0) > 30 && (row?.costMicroUsd ?? 0) > 0, JSON.stringify(row));
  assert.deepEqual(
    rows.map(({ outcome }) => outcome),
    ["answered", "answered", "answered", "answered"],
  );
  assert.notEqual(rows[3]?.sessionId, rows[2]?.sessionId);
});
