// Connections that are lost, from a scenario through real sockets and the real target to the rows: each turn is heard once,
// however often its session was replaced.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import type { WebSocket } from "ws";
import { openSealed } from "../core/sealed-line.ts";
import { createSystemClock } from "../core/system-clock.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";
import { startTestTarget } from "../testing/target-server.ts";
import { assertPublished } from "../testing/published-schema.ts";

type Name = "reset" | "halfOpen" | "expired" | "rollover";
const names: readonly Name[] = ["reset", "halfOpen", "expired", "rollover"];

const policies: Readonly<Record<Name, string>> = {
  reset: "{ backoffMs: 100 }",
  halfOpen: "{ backoffMs: 100, pingMs: 500, pongMs: 500 }",
  expired: "{ backoffMs: 100, rolloverMs: 0 }",
  rollover: "{ backoffMs: 100 }",
};

const LOST_AFTER_US = 1_000_000;
const clock = createSystemClock();

/** Cuts the first connections of all, so long after they were opened; later ones live. */
function cutFirst(cut: (socket: WebSocket) => void): (socket: WebSocket) => void {
  let left = 2;
  return (socket) => {
    if (left-- > 0) clock.at(clock.nowUs() + LOST_AFTER_US, () => cut(socket));
  };
}

const tcpOf = (socket: WebSocket): Socket => (socket as unknown as { readonly _socket: Socket })._socket;

/** Reads nothing more and says nothing more, and does not hang up. */
function freeze(socket: WebSocket): void {
  tcpOf(socket).pause();
  socket.send = () => undefined;
}

const targetOf: Readonly<Record<Name, Parameters<typeof startTestTarget>[0]>> = {
  reset: { onSocket: cutFirst((socket) => void tcpOf(socket).resetAndDestroy()) },
  halfOpen: { onSocket: cutFirst(freeze) },
  expired: { sessionMs: 4_000 },
  rollover: { sessionMs: 6_000 },
};

const scenarioOf = (name: Name, port: number): string => `version: 1
name: ${name.toLowerCase()}
target: { provider: compatible, url: "ws://127.0.0.1:${port}/v1/realtime", model: m }
session: { frameMs: 40 }
caller: { thinkMs: 100, turns: [{ say: order-status }, { say: order-status }], reconnect: ${policies[name]} }
load: { sessions: 2, startOver: 0.1s }
`;

interface Found {
  readonly rows: readonly TurnRow[];
  readonly recoveries: readonly RecoveryRow[];
}

const folder = mkdtempSync(join(tmpdir(), "earshot-recover-"));
const found = new Map<Name, Found>();

async function find(name: Name): Promise<void> {
  const target = await startTestTarget(targetOf[name]);
  writeFileSync(join(folder, `${name}.yaml`), scenarioOf(name, target.port));
  const { out, err } = await runEarshot(folder, ["run", `${name}.yaml`, "--out", name]);
  await target.close();
  const text = (file: string): string => readFileSync(join(folder, name, "latest", file), "utf8");
  assert.match(out, /report /, err);
  assert.ok(assertPublished(join(folder, name, "latest")).recovery > 0);
  const lines = text("recoveries.ndjson").trimEnd().split("\n");
  found.set(name, { rows: readTurnLog(text("turns.ndjson")).rows, recoveries: lines.map((line) => openSealed(line) as RecoveryRow) });
}

before(() => Promise.all(names.map(find)));
after(() => rmSync(folder, { recursive: true }));

const of = (name: Name): Found => {
  const one = found.get(name);
  assert.ok(one, `${name} did not run`);
  return one;
};

function allHeardOnce({ rows, recoveries }: Found): void {
  assert.deepEqual(
    rows.map(({ outcome, failure }) => failure ?? outcome),
    ["answered", "answered", "answered", "answered"],
  );
  const answers = rows.map(({ answerId }) => answerId);
  assert.equal(new Set(answers).size, 4);
  // A call may be over before its last successor stands.
  for (const { recovered, callEnded, turnsDoubled, turnsLost } of recoveries)
    assert.deepEqual([recovered || callEnded === true, turnsDoubled, turnsLost], [true, 0, 0]);
}

test("a reset while the caller speaks: the turn is answered by the next session, and says so", () => {
  const { rows, recoveries } = of("reset");
  allHeardOnce(of("reset"));
  assert.deepEqual([...new Set(recoveries.map(({ cause }) => cause))], ["reset"]);
  assert.ok(recoveries.every(({ audioReplayedMs, audioLostUpMs, itemsReplayed }) => audioReplayedMs > 0 && audioLostUpMs === 0 && itemsReplayed === 0));
  assert.deepEqual(
    rows.map(({ turn, flags }) => [turn, flags?.includes("recovered") ?? false]).toSorted(([a], [b]) => Number(a) - Number(b)),
    [
      [0, true],
      [0, true],
      [1, false],
      [1, false],
    ],
  );
});

test("a connection on which nothing moves any more is found by its pings", () => {
  allHeardOnce(of("halfOpen"));
  for (const { cause, lostUs, detectedUs } of of("halfOpen").recoveries) {
    assert.equal(cause, "half_open");
    assert.ok(detectedUs - lostUs < 5_000_000, "nothing else is patient for long here");
  }
});

test("a session whose time is over is followed by one that is told of it: the second turn reads both", () => {
  const { rows, recoveries } = of("expired");
  allHeardOnce(of("expired"));
  assert.ok(recoveries.length >= 2 && recoveries.every(({ cause }) => cause === "expired"));
  assert.ok(recoveries.some(({ itemsReplayed, contextRestored }) => itemsReplayed > 0 && contextRestored));
  assert.ok(rows.every(({ sessionId }) => sessionId !== undefined));
});

test("a session that is replaced in time loses nothing: no turn is interrupted, none said twice", () => {
  const { rows } = of("rollover");
  allHeardOnce(of("rollover"));
  const recoveries = of("rollover").recoveries.filter(({ recovered }) => recovered);
  assert.ok(recoveries.length >= 2 && recoveries.every(({ cause, planned, attempts }) => cause === "rollover" && planned === true && attempts === 1));
  assert.ok(recoveries.every(({ itemsReplayed, audioLostUpMs, audioReplayedMs }) => itemsReplayed >= 2 && audioLostUpMs + audioReplayedMs === 0));
  assert.ok(rows.every(({ flags }) => !flags?.includes("recovered")));
  assert.ok(new Set(rows.map(({ sessionId }) => sessionId)).size > 2, "turns went on in new sessions");
});
