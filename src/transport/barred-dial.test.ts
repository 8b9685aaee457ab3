// Networks that let no dial through, as the handlers of a connection are told of them.

import assert from "node:assert/strict";
import { once } from "node:events";
import type * as net from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocketServer } from "ws";
import { orThrow } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { parseNetwork } from "../faults/profile.ts";
import type { ConnectionClose } from "./connection.ts";
import { openConnection } from "./open.ts";
import type { Timings } from "./timings.ts";

const clock = createSystemClock();

/** A server that counts who came, and whom no test reaches by chance. */
async function countingServer(t: TestContext): Promise<{ readonly port: number; readonly dials: () => number }> {
  let dials = 0;
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", () => dials++);
  await once(server, "listening");
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { port: (server.address() as net.AddressInfo).port, dials: () => dials };
}

interface Dialled {
  readonly timings: Timings;
  readonly opened: Promise<void>;
  readonly closed: Promise<ConnectionClose>;
  terminate(): void;
}

function dial(port: number, network: string, { startedAgoMs = 0, handshakeMs = 10_000 } = {}): Dialled {
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<ConnectionClose>();
  const connection = openConnection({
    url: `ws://127.0.0.1:${port}`,
    headers: {},
    masking: "zero",
    clock,
    network: orThrow(parseNetwork(network)),
    networkStartUs: clock.nowUs() - startedAgoMs * 1_000,
    random: (direction) => stream(1, direction),
    limits: { ...limits, handshakeMs },
    handlers: { onOpen: opened.resolve, onMessage: () => undefined, onClose: closed.resolve },
  });
  return { timings: connection.timings, opened: opened.promise, closed: closed.promise, terminate: () => connection.terminate() };
}

const barred = {
  "dns:fail": {
    phase: "dns",
    class: "network",
    message: /^name lookup of 127\.0\.0\.1:\d+ failed: the name server did not answer \(EAI_AGAIN\); check the DNS/,
  },
  "connect:refused": { phase: "tcp", class: "network", message: /^TCP connect to 127\.0\.0\.1:\d+ failed: nothing listens there \(ECONNREFUSED\)/ },
  "connect:timeout": { phase: "tcp", class: "timeout", message: /^TCP connect to 127\.0\.0\.1:\d+ failed: not open after 60 ms/ },
  "slow-connect:2s": { phase: "tcp", class: "timeout", message: /not open after 60 ms/ },
} as const;
for (const [network, expected] of Object.entries(barred)) {
  test(`${network} is told as what it is, in its phase`, async (t) => {
    const { port, dials } = await countingServer(t);
    const { closed, timings } = dial(port, network, expected.class === "timeout" ? { handshakeMs: 60 } : {});
    const { code, failure } = await closed;
    assert.deepEqual([code, failure?.phase, failure?.class], [1006, expected.phase, expected.class]);
    assert.match(failure?.message ?? "", expected.message);
    assert.deepEqual([timings.tcpUs, timings.openUs, dials()], [undefined, undefined, 0]);
  });
}

test("a refusal comes after the way there and back", async (t) => {
  const { port } = await countingServer(t);
  const { closed, timings } = dial(port, "delay:20ms,connect:refused");
  const { atUs, failure } = await closed;
  assert.equal(failure?.phase, "tcp");
  assert.ok(atUs - timings.startedUs >= 40_000);
});

test("a dial is barred only in its time, counted from the call's first dial", async (t) => {
  const { port, dials } = await countingServer(t);
  const within = await dial(port, "connect:refused@5s+3s", { startedAgoMs: 6_000 }).closed;
  assert.equal(within.failure?.phase, "tcp");
  for (const startedAgoMs of [0, 9_000]) {
    const before = dial(port, "connect:refused@5s+3s", { startedAgoMs });
    await before.opened;
    before.terminate();
    await before.closed;
  }
  assert.equal(dials(), 2);
});

test("after a switch a new connection is made, once the time without one is over", async (t) => {
  const { port } = await countingServer(t);
  const dialled = dial(port, "switch@1s+60ms/lte", { startedAgoMs: 1_000 });
  await dialled.opened;
  const { startedUs, tcpUs = 0 } = dialled.timings;
  assert.ok(tcpUs - startedUs >= 125_000, "60 ms without a network, and then LTE's 70 ms there and back, less what had passed before the dial");
  dialled.terminate();
  await dialled.closed;
});

test("a connection that an idle proxy ends is a failed one, without a close frame", async (t) => {
  const { port } = await countingServer(t);
  const { opened, closed } = dial(port, "idle:30ms/fin");
  await opened;
  const { code, failure } = await closed;
  assert.deepEqual([code, failure?.phase, failure?.class], [1006, "open", "network"]);
});
