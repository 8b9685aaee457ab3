// What befalls a connection as a whole, on a virtual clock: it is slow to come or to go, is forgotten, or is left behind.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createFakeSocketPair, type FakeSocket } from "../testing/fake-socket.ts";
import { createVirtualClock, type VirtualClock } from "../testing/virtual-clock.ts";
import { barringFault, networkAtDial } from "./at-dial.ts";
import { formatNetwork, parseNetwork } from "./profile.ts";
import { createShapedSocket, type ShapedSocket } from "./shaper.ts";

interface Link {
  readonly clock: VirtualClock;
  readonly shaped: ShapedSocket;
  readonly near: FakeSocket;
  readonly far: FakeSocket;
  /** What happened here (bytes, `end`, `close`, an error's code) and at the peer, each with its instant in ms. */
  readonly here: string[];
  readonly there: string[];
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Conditions {
  readonly connecting?: boolean;
  /** When it is dialled, of a call that began at 0. */
  readonly dialledUs?: number;
}

async function link(text: string, { connecting = false, dialledUs = 0 }: Conditions = {}): Promise<Link> {
  const clock = createVirtualClock(dialledUs);
  const { near, far } = createFakeSocketPair();
  near.connecting = connecting;
  const network = orThrow(parseNetwork(text));
  const shaped = createShapedSocket({ socket: near, network, clock, originUs: 0, random: (direction) => stream(1, direction) });
  const here: string[] = [];
  const there: string[] = [];
  const at = (what: string): string => `${what} ${clock.nowUs() / 1_000}`;
  shaped.on("connect", () => here.push(at("connect")));
  shaped.on("data", (bytes: Buffer) => here.push(at(String(bytes))));
  shaped.on("end", () => here.push(at("end")));
  shaped.on("error", (error: NodeJS.ErrnoException) => here.push(at(error.code ?? error.message)));
  far.on("data", (bytes: Buffer) => there.push(at(String(bytes))));
  far.on("end", () => there.push(at("end")));
  await tick();
  return { clock, shaped, near, far, here, there };
}

async function pass(clock: VirtualClock, untilMs: number): Promise<void> {
  while (clock.nowUs() < untilMs * 1_000) {
    clock.advanceTo(Math.min(untilMs * 1_000, clock.nowUs() + 10_000));
    await tick();
  }
}

test("a slow connect takes the way there and back and then so much longer", async () => {
  const { clock, near, here } = await link("delay:50ms,slow-connect:2s", { connecting: true });
  near.connect();
  await pass(clock, 3_000);
  assert.deepEqual(here, ["connect 2100"]);
});

test("a slow close holds the end back each way, and the bytes before it pass in time", async () => {
  const { clock, shaped, far, here, there } = await link("delay:50ms,slow-close:3s");
  shaped.write("last");
  far.write("bye");
  far.end();
  await tick();
  await pass(clock, 3_040);
  assert.deepEqual([here, there], [["bye 50"], ["last 50"]]);
  await pass(clock, 7_000);
  assert.deepEqual(
    [here, there],
    [
      ["bye 50", "end 3050"],
      ["last 50", "end 6100"],
    ],
  );
});

test("a proxy ends a connection that nothing passes on, to both sides, and not one that is used", async () => {
  const { clock, shaped, far, here, there } = await link("idle:1s/fin");
  for (let atMs = 900; atMs <= 2_700; atMs += 900) {
    await pass(clock, atMs);
    (atMs === 1_800 ? far : shaped).write("x");
    await tick();
  }
  await pass(clock, 3_690);
  assert.deepEqual([here, there], [["x 1800"], ["x 900", "x 2700"]]);
  const closed = once(shaped, "close");
  await pass(clock, 5_000);
  await closed;
  assert.deepEqual(
    [here, there],
    [
      ["x 1800", "end 3700"],
      ["x 900", "x 2700", "end 3700"],
    ],
  );
});

test("a NAT that forgot a connection swallows all that comes after, and tells no side", async () => {
  const { clock, shaped, far, here, there } = await link("delay:10ms,idle:1s/silent");
  shaped.write("before");
  await pass(clock, 2_000);
  shaped.write("after");
  far.write("after");
  far.end();
  await pass(clock, 100_000);
  assert.deepEqual([here, there], [[], ["before 10"]]);
  assert.equal(shaped.destroyed, false);
  for (let written = 0; written < 4; written++) shaped.write(Buffer.alloc(50_000));
  await tick();
  assert.ok(shaped.writableLength > 0, "the send buffer fills up");
});

test("a switch leaves the old connection behind for ever", async () => {
  const { clock, shaped, far, here, there } = await link("switch@1s+2s/lte");
  shaped.write("before");
  await pass(clock, 1_000);
  shaped.write("after");
  far.write("after");
  await pass(clock, 60_000);
  assert.deepEqual([here, there], [[], ["before 0"]]);
});

test("a dial after a switch goes over the next network, and waits while none can be made", () => {
  const network = orThrow(parseNetwork("wifi-to-cellular,switch@10s+3s/lte"));
  const at = (s: number): string => formatNetwork(networkAtDial(network, { originUs: 5_000_000, dialledUs: 5_000_000 + s * 1_000_000 }));
  assert.deepEqual([9.999, 10, 12.5, 13, 60].map(at), [formatNetwork(network), "lte,slow-connect:3s", "lte,slow-connect:500ms", "lte", "lte"]);
});

test("a reset cuts the connection that stands; one dialled later lives to the next reset", async () => {
  const first = await link("reset@5s,reset@8s");
  await pass(first.clock, 20_000);
  assert.deepEqual(first.here, ["ECONNRESET 5000"]);
  const second = await link("reset@5s,reset@8s", { dialledUs: 6_000_000 });
  await pass(second.clock, 20_000);
  assert.deepEqual(second.here, ["ECONNRESET 8000"]);
  const third = await link("reset@5s,reset@8s", { dialledUs: 9_000_000 });
  await pass(third.clock, 20_000);
  assert.deepEqual([third.here, third.near.wasReset], [[], false]);
});

test("a dial in the middle of a black hole gets through at its end", async () => {
  const { clock, near, here } = await link("delay:50ms,blackhole@1s+4s", { connecting: true, dialledUs: 2_000_000 });
  near.connect();
  await pass(clock, 9_000);
  assert.deepEqual(here, ["connect 5100"]);
});

test("what bars a dial does so at its time", () => {
  const barred = (text: string, s: number) => barringFault(orThrow(parseNetwork(text)), { originUs: 0, dialledUs: s * 1_000_000 });
  assert.deepEqual(
    [barred("dns:fail", 0), barred("connect:refused", 9), barred("connect:timeout", 9), barred("delay:9ms", 0)],
    ["dns", "refused", "timeout", undefined],
  );
  const windows = "connect:refused@5s+3s,dns:fail@8s+1s";
  assert.deepEqual(
    [4, 5, 7.9, 8, 9].map((s) => barred(windows, s)),
    [undefined, "refused", "refused", "dns", undefined],
  );
});
