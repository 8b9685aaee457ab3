// What Prometheus may ask of a run while it goes on. Names begin with earshot_live_, because these are figures so far: those
// of metrics.prom are the run's. Counters begin anew with every run.

import type { Quantile } from "../metrics/quantile.ts";
import { prometheusFormat, type Family, type Labels } from "../metrics/prometheus-format.ts";
import { outcomes } from "../metrics/turn-row.ts";
import type { CellSnapshot, Snapshot } from "./snapshot.ts";

type Sample = Family["samples"][number];

const MS_PER_S = 1_000;

/** The whole answer; nothing but a comment before the first run has begun. */
export const liveMetricsText = (snapshot: Snapshot | undefined): string => (snapshot ? prometheusFormat(liveFamilies(snapshot)) : "# no run has begun yet\n");

export function liveFamilies(snapshot: Snapshot): readonly Family[] {
  const { scenario, usage, instrument } = snapshot;
  const labels = { scenario };
  const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels, value }]);
  const ofCells = (read: (cell: CellSnapshot) => readonly (readonly [Labels, number | undefined])[]): Sample[] =>
    snapshot.cells.flatMap((cell) =>
      read(cell).flatMap(([more, value]) => (value === undefined ? [] : [{ labels: { scenario, cell: cell.id, ...more }, value }])),
    );
  const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({ name: `earshot_live_${name}`, help, samples });
  const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({ name: `earshot_live_${name}_total`, help, type: "counter", samples });
  const { limits } = snapshot.budget ?? {};
  return [
    gauge("run_seconds", "How long the run has lasted", one(snapshot.elapsedMs / MS_PER_S)),
    gauge("run_over", "1 once the run is over", one(snapshot.end ? 1 : 0)),
    gauge("calls", "Calls in progress", one(snapshot.running)),
    gauge(
      "turns_planned",
      "Turns that the plan holds",
      ofCells(({ turnsPlanned }) => [[{}, turnsPlanned]]),
    ),
    counter(
      "turns",
      "Turns that have ended, by how",
      ofCells(({ outcomes: counts }) => outcomes.map((outcome) => [{ outcome }, counts[outcome]])),
    ),
    gauge(
      "voice_to_voice_seconds",
      "Voice to voice in the cell's latest 100 plain turns; +Inf where the quantile falls among turns without an answer",
      ofCells(({ latest }) => [
        [{ quantile: "0.5" }, secondsOf(latest.p50)],
        [{ quantile: "0.9" }, secondsOf(latest.p90)],
      ]),
    ),
    gauge(
      "voice_to_voice_so_far_seconds",
      "The same of all plain turns since the run began",
      ofCells((cell) => [
        [{ quantile: "0.5" }, secondsOf(cell.soFar.p50)],
        [{ quantile: "0.9" }, secondsOf(cell.soFar.p90)],
      ]),
    ),
    counter(
      "failures",
      "Turns that failed or were never begun, by what broke them",
      snapshot.failures.map(({ failureClass, turns }) => ({ labels: { ...labels, class: failureClass }, value: turns })),
    ),
    counter("tokens", "Tokens of the turns that have ended, cached ones among the input", [
      { labels: { ...labels, direction: "in", modality: "text" }, value: usage.textIn },
      { labels: { ...labels, direction: "in", modality: "audio" }, value: usage.audioIn },
      { labels: { ...labels, direction: "out", modality: "text" }, value: usage.textOut },
      { labels: { ...labels, direction: "out", modality: "audio" }, value: usage.audioOut },
    ]),
    counter("usd", "What the priced turns cost at list price", one(snapshot.microUsd / 1e6)),
    counter("unpriced_turns", "Turns whose usage or price nobody told", one(snapshot.unpricedTurns)),
    gauge("budget_usd", "What the run may cost", one(limits?.microUsd === undefined ? undefined : limits.microUsd / 1e6)),
    counter("frames", "Microphone frames of the turns that have ended", one(instrument.framesSent)),
    counter("frames_late", "Of them, those that left late", one(instrument.framesLate)),
    gauge("lateness_max_seconds", "How late a frame left at most", one(instrument.latenessMaxMs / MS_PER_S)),
    gauge("suspect_turns", "Turns that were measured while a thread stood still", one(instrument.suspectTurns)),
    gauge("standstill_max_seconds", "How late the clock of the first thread was at most", one(instrument.standstillMaxMs / MS_PER_S)),
  ];
}

const secondsOf = (quantile: Quantile): number | undefined => quantile && (quantile.value === undefined ? Infinity : quantile.value / MS_PER_S);
