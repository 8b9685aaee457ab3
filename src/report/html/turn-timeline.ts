// One turn as a strip: who spoke when, and what the caller waited for in between. Widths are shares of the strip, so that the same few
// rectangles fit a desk, a phone and paper.

import type { TurnRow } from "../../metrics/turn-row.ts";
import { formatMs } from "../format.ts";
import { html, type Html } from "./markup.ts";

/** Of the caller's speech and of the answer, what is drawn at most beside the wait, ms. */
const SPEECH_SHOWN_MS = 1_500;
const ANSWER_SHOWN_SHARE = 0.35;
const STRIP_HEIGHT = 18;

export const stripColours = {
  "caller speaks": "var(--cell-8)",
  "until the end of speech is told": "var(--part-2)",
  think: "var(--part-3)",
  "until it is heard": "var(--part-5)",
  answer: "var(--cell-3)",
  "no answer": "var(--bad)",
} as const;
type StripPart = keyof typeof stripColours;

interface Stretch {
  readonly part: StripPart;
  readonly fromMs: number;
  readonly toMs: number;
}

/** When it happened, ms since the caller stopped speaking. */
const since = (row: TurnRow, us: number | undefined): number | undefined =>
  us === undefined || row.speechEndUs === undefined ? undefined : (us - row.speechEndUs) / 1_000;

/** The stretches in their order; each begins where the one before it ends. Empty where the caller never spoke. */
function stretchesOf(row: TurnRow): readonly Stretch[] {
  if (row.speechEndUs === undefined) return [];
  const heardMs = row.outcome === "answered" ? since(row, row.firstAudibleUs) : undefined;
  const endMs = heardMs ?? Math.max(row.censoredAtMs ?? 0, since(row, row.speechStoppedUs) ?? 0);
  const spokenMs = Math.min(SPEECH_SHOWN_MS, (row.speechEndUs - (row.speechStartUs ?? row.speechEndUs)) / 1_000);
  const playedMs = since(row, row.playoutEndUs);
  const answerMs = heardMs === undefined || playedMs === undefined ? 0 : Math.min(playedMs - heardMs, (heardMs + spokenMs) * ANSWER_SHOWN_SHARE);
  const bounds: readonly (readonly [StripPart, number | undefined])[] = [
    ["until the end of speech is told", since(row, row.speechStoppedUs ?? row.committedUs)],
    ["think", since(row, row.firstDeltaUs)],
    [heardMs === undefined ? "no answer" : "until it is heard", endMs],
    ["answer", heardMs === undefined ? undefined : heardMs + answerMs],
  ];
  const stretches: Stretch[] = [{ part: "caller speaks", fromMs: -spokenMs, toMs: 0 }];
  for (const [part, toMs] of bounds) {
    const fromMs = stretches.at(-1)?.toMs ?? 0;
    if (toMs !== undefined && toMs > fromMs) stretches.push({ part, fromMs, toMs });
  }
  return stretches.filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** Every instant of the turn that is known, ms since the caller stopped speaking, in the order of time. */
export function instantsOf(row: TurnRow): readonly { readonly name: string; readonly ms: number }[] {
  const named: readonly (readonly [string, number | undefined])[] = [
    ["last frame of speech sent", row.speechEndSentUs],
    ["speech_stopped", row.speechStoppedUs],
    ["committed", row.committedUs],
    ["response.created", row.responseCreatedUs],
    ["first words before a function", row.fillerUs],
    ["function called", row.toolCalledUs],
    ["first audio", row.firstDeltaUs],
    ["player starts", row.playerStartUs],
    ["first audible sample", row.firstAudibleUs],
    ["answer played", row.playoutEndUs],
    ["response.done", row.responseDoneUs],
  ];
  return named
    .flatMap(([name, us]) => {
      const ms = since(row, us);
      return ms === undefined ? [] : [{ name, ms }];
    })
    .toSorted((a, b) => a.ms - b.ms);
}

/** Undefined where the caller never spoke. */
export function turnStrip(row: TurnRow): Html | undefined {
  const stretches = stretchesOf(row);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (!first || !last) return undefined;
  const whole = last.toMs - first.fromMs;
  const share = (ms: number): string => ((ms / whole) * 100).toFixed(2);
  const label = stretches.map(({ part, fromMs, toMs }) => `${part} ${formatMs(toMs - fromMs)} ms`).join(", ");
  return html`<svg class="strip" role="img" aria-label="${label}" height="${STRIP_HEIGHT}">
    ${stretches.map(
      ({ part, fromMs, toMs }) =>
        html`<rect x="${share(fromMs - first.fromMs)}%" y="0" width="${share(toMs - fromMs)}%" height="${STRIP_HEIGHT}" style="fill:${stripColours[part]}">
          <title>${part}: ${formatMs(toMs - fromMs)} ms</title>
        </rect>`,
    )}
  </svg>`;
}
