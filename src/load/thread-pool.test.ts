import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { loadPriceBook } from "../cost/price-book.ts";
import type { SegmentTask } from "./segment.ts";
import { startThreads } from "./thread-pool.ts";

const task: SegmentTask = {
  runId: "r",
  runStartUs: 0,
  seed: 1,
  cells: [],
  groups: [{ calls: [], startOffsetsUs: [], concurrency: 0 }],
  frames: new Map(),
  documents: new Map(),
  networks: new Map(),
  prices: orThrow(loadPriceBook("openai-2026-11")),
  endpoints: { seed: 1, embeddedUrls: {}, accesses: {} },
  secrets: [],
  privacy: "full",
  folder: "/nowhere/at/all",
  threads: 1,
  graceUs: [],
};

test("a thread that breaks is named with its reason, and whoever waits for it does not wait for ever", async () => {
  const nothing = (): void => undefined;
  const threads = await startThreads({ tasks: [task, task], sharp: false, onRow: nothing, onCall: nothing, onCalls: nothing });
  await threads.runGroup(0, 0);
  threads.drain("enough");
  assert.deepEqual(await threads.finish(), []);
  assert.match(threads.lost() ?? "", /a thread of earshot's own broke: .*ENOENT.*nowhere/s);
});
