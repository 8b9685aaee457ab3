import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../core/limits.ts";
import { createAudience, type Listener } from "./audience.ts";

interface FakeListener extends Listener {
  readonly got: string[];
  writableLength: number;
  gone: boolean;
}

function fakeListener(): FakeListener {
  const closing: (() => void)[] = [];
  const leave = (): void => {
    fake.gone = true;
    for (const closed of closing) closed();
  };
  const fake: FakeListener = {
    got: [],
    writableLength: 0,
    gone: false,
    write: (text) => fake.got.push(text),
    end(text) {
      fake.got.push(text);
      leave();
    },
    destroy: leave,
    once: (_, closed) => closing.push(closed),
  };
  return fake;
}

test("who does not read is cut off, and nobody else notices", () => {
  const audience = createAudience();
  const [reading, slow] = [fakeListener(), fakeListener()];
  audience.add(reading);
  audience.add(slow);
  audience.send("snapshot", { at: 1 });
  slow.writableLength = limits.watcherBytes + 1;
  audience.send("snapshot", { at: 2 });
  audience.send("snapshot", { at: 3 });
  assert.deepEqual([slow.gone, slow.got.length, audience.size], [true, 1, 1]);
  assert.deepEqual(
    reading.got,
    [1, 2, 3].map((at) => `event: snapshot\ndata: {"at":${at}}\n\n`),
  );
});

test("no more pages than may look, until one leaves", () => {
  const audience = createAudience();
  const all = Array.from({ length: limits.watchers }, fakeListener);
  assert.ok(all.every((listener) => audience.add(listener)));
  assert.equal(audience.add(fakeListener()), false);
  all[0]?.destroy();
  assert.equal(audience.add(fakeListener()), true);
});

test("the last event goes to all, and a line break in a name ends no event", async () => {
  const audience = createAudience();
  const listener = fakeListener();
  audience.add(listener);
  audience.send("snapshot", { name: "a\n\nevent: over" });
  await audience.finish("over");
  assert.deepEqual(listener.got, ['event: snapshot\ndata: {"name":"a\\n\\nevent: over"}\n\n', "event: over\ndata: {}\n\n"]);
});
