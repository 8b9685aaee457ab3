// What is going on, while it goes on: a panel that rewrites itself on a terminal, a line now and then where there is none. It
// draws what the run's view puts together once a second, and nothing waits for it.

import { createLogUpdate } from "log-update";
import type { Cancel } from "../core/clock.ts";
import { US_PER_S } from "../core/units.ts";
import type { RunWatch } from "../load/run.ts";
import type { RunToWatch, RunView } from "../live/run-view.ts";
import type { Snapshot } from "../live/snapshot.ts";
import type { Plan } from "../plan/plan.ts";
import { oneLine } from "../report/format.ts";
import { panelLines, plainLine } from "./live-panel.ts";
import { printError } from "./output.ts";

const PLAIN_EVERY_MS = 10_000;
/** What a terminal is taken for that does not say how large it is. */
const USUAL_SIZE = { columns: 80, rows: 24 } as const;

export interface Progress {
  readonly watch: RunWatch;
  /** A line that stays. */
  note(text: string): void;
  stop(): void;
}

export interface ProgressQuestion extends Pick<RunToWatch, "expectedMs" | "budget"> {
  readonly plan: Plan;
  readonly view: RunView;
}

export function startProgress({ plan, view, ...known }: ProgressQuestion): Progress {
  const isTerminal = process.stderr.isTTY;
  const update = createLogUpdate(process.stderr);
  const totalUs = plan.groups.reduce((sum, group) => sum + (group.windowEndUs ?? 0), 0);
  let saidMs = 0;
  let cancel: Cancel | undefined;

  function draw(snapshot: Snapshot): void {
    if (isTerminal)
      return update(panelLines(snapshot, { columns: process.stderr.columns || USUAL_SIZE.columns, rows: process.stderr.rows || USUAL_SIZE.rows }).join("\n"));
    if (snapshot.elapsedMs < saidMs + PLAIN_EVERY_MS) return undefined;
    saidMs = snapshot.elapsedMs;
    return printError(plainLine(snapshot));
  }

  return {
    watch: {
      onStart(head, folder) {
        const turns = plan.turnsPlanned === undefined ? `turns for ${Math.round(totalUs / US_PER_S)} s` : `${plan.turnsPlanned} turns`;
        const detail = `${plan.cells.length} ${plan.cells.length === 1 ? "cell" : "cells"}, ${turns}, seed ${head.seed}`;
        printError(`${oneLine(head.scenario)}: ${detail}  ${folder.path}`);
        cancel = view.listen(draw);
        view.begin({ head, folder: folder.path, ...known });
      },
      onRow: view.onRow,
      onCalls: view.onCalls,
    },
    note(text) {
      if (isTerminal) update.clear();
      printError(text);
    },
    stop() {
      cancel?.();
      view.halt();
      if (isTerminal) update.clear();
    },
  };
}
