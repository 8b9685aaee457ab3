import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createFakeSocketPair } from "../testing/fake-socket.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { formatNetwork, parseNetwork } from "./profile.ts";
import { createShapedSocket } from "./shaper.ts";
import { shippedNetworks, termsOf } from "./shipped-networks.ts";

const all = [...shippedNetworks().values()];
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("every network that ships says what it is and where its figures come from", () => {
  assert.ok(all.length >= 35, `saw ${all.length}`);
  for (const { name, about, source, owdUpMs, owdDownMs, ours } of all) {
    assert.match(name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(about !== "" && source.length > 5 && owdUpMs > 0 && owdDownMs > 0, name);
    assert.equal(/our judgement/.test(source), ours === true, `${name}: ours is what says so in its source`);
    assert.doesNotMatch(source, /G\.1050|3GPP/, name);
  }
});

test("every network that ships goes by its name, and means what its terms say", () => {
  for (const shipped of all) {
    const network = orThrow(parseNetwork(shipped.name));
    assert.equal(formatNetwork(network), shipped.name);
    const { name: _name, ...faults } = network;
    assert.deepEqual(orThrow(parseNetwork(termsOf(shipped).join(","))), faults);
    const changed = orThrow(parseNetwork(`${shipped.name},reset@59s`));
    assert.deepEqual(orThrow(parseNetwork(formatNetwork(changed))), changed);
  }
});

test("what a switch leads to is a network that ships", () => {
  const targets = all.flatMap(({ network }) => (network.switch ? [network.switch.to] : []));
  assert.ok(targets.length > 0);
  for (const to of targets) assert.ok(shippedNetworks().has(to), to);
});

/** A network that leaves the old connection behind delivers a beginning, and nothing after it. */
const survives = (name: string): boolean => shippedNetworks().get(name)?.network.switch === undefined;

for (const { name } of all) {
  test(`over ${name} bytes out are bytes in, in order`, async () => {
    const sizes = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 4_000 }), pauseMs: fc.integer({ min: 0, max: 900 }) }), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(1_000), async (writes, seed) => {
        const clock = createVirtualClock();
        const { near, far } = createFakeSocketPair();
        const shaped = createShapedSocket({ socket: near, network: orThrow(parseNetwork(name)), clock, random: (direction) => stream(seed, direction) });
        shaped.on("error", () => {});
        const got = { up: [] as Buffer[], down: [] as Buffer[] };
        far.on("data", (bytes: Buffer) => got.up.push(bytes));
        shaped.on("data", (bytes: Buffer) => got.down.push(bytes));
        const sent: Buffer[] = [];
        for (const [index, { bytes, pauseMs }] of writes.entries()) {
          const chunk = Buffer.alloc(bytes, index + 1);
          sent.push(chunk);
          shaped.write(chunk);
          far.write(chunk);
          await tick();
          clock.advanceTo(clock.nowUs() + pauseMs * 1_000);
          await tick();
        }
        for (let waits = 0; waits < 400; waits++) {
          clock.advanceTo(clock.nowUs() + 500_000);
          await tick();
        }
        const whole = Buffer.concat(sent);
        for (const pieces of [got.up, got.down]) {
          const arrived = Buffer.concat(pieces);
          if (survives(name)) assert.ok(arrived.equals(whole), `${arrived.length} of ${whole.length} bytes`);
          else assert.ok(arrived.equals(whole.subarray(0, arrived.length)));
        }
        shaped.destroy();
      }),
      { numRuns: 3 },
    );
  });
}
