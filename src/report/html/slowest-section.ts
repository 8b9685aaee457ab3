// The slowest turns, each with its own strip of time, its instants, what was said, and the ids that a provider's support asks for.

import type { TurnRow } from "../../metrics/turn-row.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { soundPath } from "../../result/sound-files.ts";
import { viewCells } from "../cell-view.ts";
import { endText, placeText, slowestTurns, type SlowTurn } from "../findings.ts";
import { clipped, formatMs, oneLine } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { turnSound, type PageSound } from "./turn-sound.ts";
import { instantsOf, stripColours, turnStrip } from "./turn-timeline.ts";

const SLOWEST = 10;
const TEXT_LENGTH_MAX = 600;
const NAME_LENGTH_MAX = 60;
const ID_LENGTH_MAX = 80;
const IDS_MAX = 6;

function idsOf(row: TurnRow): readonly (readonly [string, string])[] {
  const list = (ids: readonly string[] | undefined): string | undefined =>
    ids && ids.length > 0
      ? `${ids
          .slice(0, IDS_MAX)
          .map((id) => oneLine(id, ID_LENGTH_MAX))
          .join(" ")}${ids.length > IDS_MAX ? " …" : ""}`
      : undefined;
  const known: readonly (readonly [string, string | undefined])[] = [
    ["session", list(row.sessionId === undefined ? undefined : [row.sessionId])],
    ["response", list(row.responseIds)],
    ["item", list(row.itemId === undefined ? undefined : [row.itemId])],
    ["call", list(row.callIds)],
  ];
  return known.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
}

function turnDetails(turn: SlowTurn, isFirst: boolean, sound: PageSound | undefined): Html {
  const { row, view } = turn;
  const { caller, answer } = row.transcripts ?? {};
  const clip = oneLine(row.clip ?? row.text ?? "", NAME_LENGTH_MAX);
  const facts: readonly (readonly [string, string | Html])[] = [
    ...(instantsOf(row).length > 0
      ? [
          [
            "ms after the end of speech",
            instantsOf(row)
              .map(({ name, ms }) => `${name} ${formatMs(ms)}`)
              .join(", "),
          ] as const,
        ]
      : []),
    ...(row.flags && row.flags.length > 0 ? [["flags", row.flags.join(", ").replaceAll("_", " ")] as const] : []),
    ...(caller === undefined ? [] : [["caller", clipped(caller, TEXT_LENGTH_MAX)] as const]),
    ...(answer === undefined ? [] : [["answer", clipped(answer, TEXT_LENGTH_MAX)] as const]),
    ...idsOf(row).map(([name, ids]) => [name, html`<code>${ids}</code>`] as const),
  ];
  const place = `${view.name}, ${placeText(row)}`;
  const title = `${place}${clip && ` (${clip})`}: ${endText(turn)}`;
  return html`<details class="turn" ${isFirst && "open"}>
    <summary>${title}${turnStrip(row)}</summary>
    ${sound && turnSound(row, sound, place)}
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </details>`;
}

/** The turns that the section shows, the slowest first. */
export const slowestShown = (record: RunRecord): readonly SlowTurn[] => slowestTurns(viewCells(record), SLOWEST);

/** `sounds`: recordings by their file. */
export function slowestSection(record: RunRecord, sounds: ReadonlyMap<string, PageSound>): Html | undefined {
  const turns = slowestShown(record);
  if (turns.length === 0) return undefined;
  const shown = Object.entries(stripColours).filter(([part]) => part !== "no answer" || turns.some(({ row }) => row.outcome !== "answered"));
  return html`<section>
    <h2>Slowest turns</h2>
    <ul class="legend">
      ${shown.map(([part, colour]) => html`<li><span class="swatch" style="background:${colour}"></span>${part}</li>`)}
    </ul>
    ${turns.map((turn, index) => turnDetails(turn, index === 0, sounds.get(soundPath(turn.row))))}
    <p class="note">
      Each strip has its own scale; of the caller’s speech its end is drawn, of the answer its beginning. Callers and turns are counted from 1 here, from 0 in
      turns.csv.
    </p>
  </section>`;
}
