// What is going on, while it goes on: one line that rewrites itself on a terminal, a plain line every few seconds where
// there is none. It only watches.

import { createLogUpdate } from "log-update";
import type { Clock, Cancel } from "../core/clock.ts";
import { MS_PER_S, msToUs, US_PER_S } from "../core/units.ts";
import type { RunWatch } from "../load/run.ts";
import { measure, type Sample } from "../metrics/measure.ts";
import { quantile, type Quantile } from "../metrics/quantile.ts";
import type { Plan } from "../plan/plan.ts";
import { printError } from "./output.ts";

/** Quantiles are of the latest turns: a display that grows with the run would one day hold up the frames it watches. */
const SHOWN_TURNS = 1_000;
const TERMINAL_EVERY_MS = 250;
const PLAIN_EVERY_MS = 5_000;

export interface Progress {
  readonly watch: RunWatch;
  /** A line that stays. */
  note(text: string): void;
  stop(): void;
}

export function startProgress({ clock, plan }: { readonly clock: Clock; readonly plan: Plan }): Progress {
  const isTerminal = process.stderr.isTTY;
  const update = createLogUpdate(process.stderr);
  const startUs = clock.nowUs();
  const samples: Sample[] = [];
  let counted = 0;
  let ended = 0;
  let unanswered = 0;
  let running = 0;
  let cancel: Cancel | undefined;

  const totalUs = plan.groups.reduce((sum, group) => sum + (group.windowEndUs ?? 0), 0);
  const everyUs = msToUs(isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS);

  function line(): string {
    const seconds = Math.floor((clock.nowUs() - startUs) / US_PER_S);
    const at = (p: number): string => shown(quantile(samples, p));
    return `${elapsedText(seconds, totalUs)}  ${running} calls  ${plan.turnsPlanned === undefined ? ended : `${ended}/${plan.turnsPlanned}`} turns  voice-to-voice p50 ${at(0.5)} p90 ${at(0.9)}${unanswered > 0 ? `  ${unanswered} without an answer` : ""}`;
  }

  function draw(): void {
    if (isTerminal) update(line());
    else printError(line());
    cancel = clock.at(clock.nowUs() + everyUs, draw);
  }

  return {
    watch: {
      onStart(head, folder) {
        const turns = plan.turnsPlanned === undefined ? `turns for ${Math.round(totalUs / US_PER_S)} s` : `${plan.turnsPlanned} turns`;
        const detail = `${plan.cells.length} ${plan.cells.length === 1 ? "cell" : "cells"}, ${turns}, seed ${head.seed}`;
        printError(`${head.scenario}: ${detail}  ${folder.path}`);
        cancel = clock.at(clock.nowUs() + everyUs, draw);
      },
      onRow(row) {
        ended++;
        if (row.outcome !== "answered") unanswered++;
        const sample = row.kind === "plain" && !row.warmUp ? measure("voice_to_voice", row) : undefined;
        if (sample) samples[counted++ % SHOWN_TURNS] = sample;
      },
      onCalls(count) {
        running = count;
      },
    },
    note(text) {
      if (isTerminal) update.clear();
      printError(text);
    },
    stop() {
      cancel?.();
      if (isTerminal) update.clear();
    },
  };
}

/** `12 s`, and of how many where the plan knows. */
const elapsedText = (seconds: number, totalUs: number): string => (totalUs === 0 ? `${seconds} s` : `${seconds} of ${Math.round(totalUs / US_PER_S)} s`);

function shown(found: Quantile): string {
  if (!found) return "-";
  const ms = found.value ?? found.above ?? 0;
  const seconds = (ms / MS_PER_S).toFixed(2);
  return found.value === undefined ? `> ${seconds} s` : `${seconds} s`;
}
