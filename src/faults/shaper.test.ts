import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createFakeSocketPair } from "../testing/fake-socket.ts";
import type { VirtualClock } from "../testing/virtual-clock.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { parseNetwork } from "./profile.ts";
import type { ShapedSocket } from "./shaper.ts";
import { createShapedSocket } from "./shaper.ts";

interface Link {
  readonly clock: VirtualClock;
  readonly shaped: ShapedSocket;
  readonly near: FakeSocket;
  readonly far: FakeSocket;
  readonly latenessUs: number[];
  /** What each side read, with the instant. */
  readonly readUp: { readonly atUs: number; readonly text: string }[];
  readonly readDown: { readonly atUs: number; readonly text: string }[];
}

/** Streams start to flow in the next tick. */
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function link(text: string, { seed = 1, connecting = false } = {}): Promise<Link> {
  const clock = createVirtualClock();
  const { near, far } = createFakeSocketPair();
  near.connecting = connecting;
  const latenessUs: number[] = [];
  const network = orThrow(parseNetwork(text));
  const shaped = createShapedSocket({ socket: near, network, clock, random: (direction) => stream(seed, direction), onLateness: (us) => latenessUs.push(us) });
  const readUp: Link["readUp"] = [];
  const readDown: Link["readDown"] = [];
  far.on("data", (bytes: Buffer) => readUp.push({ atUs: clock.nowUs(), text: String(bytes) }));
  shaped.on("data", (bytes: Buffer) => readDown.push({ atUs: clock.nowUs(), text: String(bytes) }));
  shaped.on("error", () => {});
  await tick();
  return { clock, shaped, near, far, latenessUs, readUp, readDown };
}

/** Moves time in small steps, letting the streams take each. */
async function pass(clock: VirtualClock, untilUs: number, stepUs = 10_000): Promise<void> {
  while (clock.nowUs() < untilUs) {
    clock.advanceTo(Math.min(untilUs, clock.nowUs() + stepUs));
    await tick();
  }
}

test("bytes arrive exactly one delay later, each way, and delays do not pile up", async () => {
  const { clock, shaped, far, readUp, readDown, latenessUs } = await link("delay-up:80ms,delay-down:30ms");
  shaped.write("a");
  clock.advanceTo(20_000);
  shaped.write("b");
  far.write("c");
  clock.advanceTo(200_000);
  assert.deepEqual(readUp, [
    { atUs: 80_000, text: "a" },
    { atUs: 100_000, text: "b" },
  ]);
  assert.deepEqual(readDown, [{ atUs: 50_000, text: "c" }]);
  assert.deepEqual(latenessUs, [0, 0, 0]);
});

test("lateness is how long after its planned time a chunk was released", async () => {
  const clock = createVirtualClock();
  const { near } = createFakeSocketPair();
  const latenessUs: number[] = [];
  const slowClock = { ...clock, at: (deadlineUs: number, fire: () => void) => clock.at(deadlineUs + 700, fire) };
  const network = orThrow(parseNetwork("delay:80ms"));
  const shaped = createShapedSocket({ socket: near, network, clock: slowClock, random: () => stream(1), onLateness: (us) => latenessUs.push(us) });
  shaped.write("a");
  clock.runAll();
  assert.deepEqual(latenessUs, [700]);
});

test("what is written under one cork travels as one chunk", async () => {
  const { clock, shaped, readUp } = await link("delay:80ms,jitter:40ms");
  shaped.cork();
  shaped.write("header ");
  shaped.write("payload");
  shaped.uncork();
  clock.runAll();
  assert.deepEqual(
    readUp.map(({ text }) => text),
    ["header payload"],
  );
});

test("a writer may use its buffer again as soon as it is called back", async () => {
  const { clock, shaped, readUp } = await link("delay:80ms");
  const buffer = Buffer.from("first");
  shaped.write(buffer, () => buffer.fill("x"));
  await tick();
  assert.equal(String(buffer), "xxxxx");
  clock.runAll();
  assert.equal(readUp[0]?.text, "first");
});

test("the connect takes a round trip, and what was written before waits for it", async () => {
  const { clock, shaped, near, readUp } = await link("delay-up:80ms,delay-down:30ms", { connecting: true });
  let connectedAtUs: number | undefined;
  shaped.on("connect", () => (connectedAtUs = clock.nowUs()));
  shaped.write("early");
  clock.advanceTo(5_000);
  near.connect();
  assert.equal(shaped.connecting, true);
  clock.runAll();
  assert.equal(shaped.connecting, false);
  assert.equal(connectedAtUs, 115_000);
  assert.deepEqual(readUp, [{ atUs: 195_000, text: "early" }]);
});

test("a black hole at the dial never connects, and TCP gives up after two minutes", async () => {
  const { clock, shaped, near } = await link("blackhole@0s", { connecting: true });
  near.connect();
  clock.advanceTo(126_999_999);
  assert.equal(shaped.connecting, true);
  const failure = once(shaped, "error");
  clock.runAll();
  const [error] = (await failure) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ETIMEDOUT");
  assert.equal(clock.nowUs(), 127_000_000);
});

test("a connection whose bytes stay unanswered is given up at last", async () => {
  const { clock, shaped } = await link("blackhole@1s");
  clock.advanceTo(1_500_000);
  const failure = once(shaped, "error");
  shaped.write("lost");
  clock.runAll();
  const [error] = (await failure) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ETIMEDOUT");
  assert.ok(clock.nowUs() > 900_000_000 && clock.nowUs() < 1_200_000_000, `${clock.nowUs()}`);
});

test("a black hole holds bytes both ways without a sign, and they flow when TCP tries again", async () => {
  const { clock, shaped, far, readUp, readDown } = await link("blackhole@1s+2s");
  clock.advanceTo(1_500_000);
  shaped.write("up");
  far.write("down");
  clock.advanceTo(2_999_999);
  assert.deepEqual([readUp, readDown], [[], []]);
  clock.runAll();
  // A probe and a time-out of 200 ms each, one of 400 and one of 800, as the kernel's timers fire: at the end of a tick of 4 ms or a slot of 32.
  assert.deepEqual([readUp, readDown], [[{ atUs: 3_168_000, text: "up" }], [{ atUs: 3_168_000, text: "down" }]]);
  assert.equal(shaped.destroyed, false);
});

test("a reset cuts the carrier by RST and fails here with ECONNRESET", async () => {
  const { clock, shaped, near } = await link("reset@5s,delay:80ms");
  clock.advanceTo(4_999_999);
  assert.equal(shaped.destroyed, false);
  const failure = once(shaped, "error");
  clock.advanceTo(5_000_000);
  const [error] = (await failure) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET");
  assert.equal(near.wasReset, true);
});

test("a connection is reset once so many bytes passed, both ways together", async () => {
  const { clock, shaped, near, far, readUp, readDown } = await link("reset-after:10B,delay:80ms");
  far.write("12345");
  shaped.write("6789");
  await pass(clock, 200_000);
  assert.equal(shaped.destroyed, false);
  const failure = once(shaped, "error");
  shaped.write("0");
  clock.runAll();
  const [error] = (await failure) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET");
  assert.equal(near.wasReset, true);
  assert.deepEqual([readUp.map(({ text }) => text), readDown.map(({ text }) => text)], [["6789", "0"], ["12345"]]);
});

test("a socket closed before its reset leaves no deadline behind", async () => {
  const { clock, shaped, near } = await link("reset@5s,delay:80ms,blackhole@1s+3s");
  shaped.setTimeout(1_000);
  shaped.write("x");
  shaped.destroy();
  await tick();
  clock.runAll();
  assert.equal(clock.nowUs(), 0);
  assert.equal(near.wasReset, false);
});

test("the idle timeout fires after a silence, not during traffic", async () => {
  const { clock, shaped, far } = await link("delay:10ms");
  const firedAtUs: number[] = [];
  shaped.setTimeout(300, () => firedAtUs.push(clock.nowUs()));
  clock.advanceTo(200_000);
  far.write("x");
  clock.advanceTo(400_000);
  shaped.write("y");
  clock.advanceTo(2_000_000);
  assert.deepEqual(firedAtUs, [700_000]);
});

test("a refusal comes back after a round trip, a failure of the own machine at once", async () => {
  for (const [code, atUs] of [
    ["ECONNREFUSED", 160_000],
    ["EMFILE", 0],
  ] as const) {
    const { clock, shaped, near } = await link("delay:80ms", { connecting: true });
    let failedAtUs: number | undefined;
    shaped.on("close", () => (failedAtUs ??= clock.nowUs()));
    near.destroy(Object.assign(new Error(code), { code }));
    await tick();
    await pass(clock, 300_000);
    assert.equal(failedAtUs, atUs);
  }
});

test("ends travel behind the bytes before them, both ways, and close the socket", async () => {
  const { clock, shaped, far, readUp, readDown } = await link("delay:80ms");
  const ends: string[] = [];
  far.on("end", () => ends.push(`far ${clock.nowUs()}`));
  shaped.on("end", () => ends.push(`near ${clock.nowUs()}`));
  shaped.write("last words");
  far.end("bye");
  await tick();
  await pass(clock, 300_000);
  assert.deepEqual(
    readUp.map(({ text }) => text),
    ["last words"],
  );
  assert.deepEqual(
    readDown.map(({ text }) => text),
    ["bye"],
  );
  assert.deepEqual(ends, ["near 80000", "far 160000"]);
  assert.equal(shaped.destroyed, true);
});

test("a writer is held once the send buffer is full and goes on as it empties", async () => {
  const { clock, shaped } = await link("delay:80ms");
  let called = 0;
  for (let index = 0; index < 3; index++) shaped.write(Buffer.alloc(50_000), () => called++);
  await tick();
  assert.equal(called, 1);
  assert.ok(shaped.writableLength > 0);
  await pass(clock, 1_000_000);
  assert.equal(called, 3);
});

test("the peer is held while nobody reads, and no byte is lost", async () => {
  const { clock, shaped, near, far } = await link("delay:80ms");
  shaped.pause();
  for (let index = 0; index < 20; index++) far.write(Buffer.alloc(10_000, index));
  await pass(clock, 700_000);
  assert.equal(near.isPaused(), true);
  let bytes = 0;
  shaped.on("data", (chunk: Buffer) => (bytes += chunk.length));
  shaped.resume();
  await pass(clock, 1_500_000);
  assert.equal(near.isPaused(), false);
  assert.equal(bytes, 200_000);
});

test("bytes out are bytes in, in order, under any network that ends", async () => {
  const networks = fc.constantFrom(
    "none",
    "delay:50ms",
    "delay:50ms,jitter:50ms",
    "delay-up:5ms",
    "blackhole@100ms+1s",
    "delay:20ms,loss:5%",
    "delay:20ms,jitter:20ms/pareto,rate:200kbit,burst-loss:2.5%/50%",
    "rate-up:64kbit,loss-down:30%",
    "delay:9ms,jitter:9ms,blackhole@0ms+300ms",
  );
  const writes = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 3_000 }), waitUs: fc.nat(60_000), up: fc.boolean() }), { maxLength: 20 });
  const property = fc.asyncProperty(networks, writes, fc.nat(), async (text, chunks, seed) => {
    const { clock, shaped, far } = await link(text, { seed });
    const received: Record<"up" | "down", Buffer[]> = { up: [], down: [] };
    far.on("data", (bytes: Buffer) => received.up.push(bytes));
    shaped.on("data", (bytes: Buffer) => received.down.push(bytes));
    for (const { bytes, waitUs, up } of chunks) {
      (up ? shaped : far).write(bytes);
      clock.advanceTo(clock.nowUs() + waitUs);
    }
    shaped.end();
    far.end();
    await pass(clock, clock.nowUs() + 2_000_000, 200_000);
    for (let rounds = 0; rounds < 5 && !shaped.destroyed; rounds++) {
      clock.runAll();
      await tick();
    }
    for (const direction of ["up", "down"] as const) {
      const sent = Buffer.concat(chunks.filter(({ up }) => up === (direction === "up")).map(({ bytes }) => bytes));
      assert.ok(Buffer.concat(received[direction]).equals(sent), direction);
    }
    assert.equal(shaped.destroyed, true);
  });
  await fc.assert(property, { numRuns: 60 });
});

test("equal seeds release equal bytes at equal times", async () => {
  const run = async (seed: number): Promise<Link["readUp"]> => {
    const { clock, shaped, readUp } = await link("delay:50ms,jitter:20ms", { seed });
    for (let index = 0; index < 50; index++) {
      shaped.write(String(index));
      clock.advanceTo(clock.nowUs() + 20_000);
    }
    clock.runAll();
    return readUp;
  };
  assert.deepEqual(await run(3), await run(3));
  assert.notDeepEqual(await run(3), await run(4));
});
