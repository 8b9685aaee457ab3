// What it costs to be watched: a second's worth of turns and its snapshot with nobody looking, and with as many pages as may
// look and Prometheus asking.

import { createAudience } from "../../src/live/audience.ts";
import { liveMetricsText } from "../../src/live/live-metrics.ts";
import { createRunView, type RunView } from "../../src/live/run-view.ts";
import { US_PER_S } from "../../src/core/units.ts";
import { limits } from "../../src/core/limits.ts";
import { createVirtualClock } from "../../src/testing/virtual-clock.ts";
import { watchedRun } from "../../src/testing/watched-run.ts";
import type { Pair } from "./pieces.ts";

/** A thousand callers end some hundred turns a second. */
const TURNS_PER_S = 100;
const { toWatch, rows } = watchedRun();
let bytes = 0;

function secondOf(watch: (view: RunView) => void): () => unknown {
  const clock = createVirtualClock();
  const view = createRunView(clock);
  watch(view);
  view.begin(toWatch);
  return () => {
    for (let row = 0; row < TURNS_PER_S; row++) view.onRow(rows[row] as (typeof rows)[number]);
    clock.advanceTo(clock.nowUs() + US_PER_S);
    return view.snapshot();
  };
}

function watchedByAll(view: RunView): void {
  const audience = createAudience();
  const listener = {
    writableLength: 0,
    write: (text: string) => (bytes += text.length),
    end: () => undefined,
    destroy: () => undefined,
    once: () => undefined,
  };
  for (let page = 0; page < limits.watchers; page++) audience.add({ ...listener });
  view.listen((snapshot) => audience.send("snapshot", snapshot));
  view.listen((snapshot) => (bytes += liveMetricsText(snapshot).length));
}

export const watchedRows: Pair = {
  name: "a watched second",
  plain: { how: `${TURNS_PER_S} turns and their snapshot`, run: secondOf(() => undefined) },
  ours: { how: `the same for ${limits.watchers} pages and Prometheus`, run: secondOf(watchedByAll) },
};
