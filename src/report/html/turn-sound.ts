// A turn to listen to: the caller on the left, what was played to them on the right, and where in the recording what happened.

import type { TurnRow } from "../../metrics/turn-row.ts";
import { html, type Html } from "./markup.ts";
import { stripColours } from "./turn-timeline.ts";

/** A turn's recording as the page has it. */
export interface PageSound {
  /** Of the WAV file in the run's folder, from that folder on. */
  readonly file: string;
  /** Of the recording. */
  readonly durationMs: number;
  /** The sound itself; absent where the page had no more room. */
  readonly dataUri?: string;
}

const MARKS_HEIGHT = 22;
const LANE_HEIGHT = 9;

const seconds = (ms: number): string => (ms / 1_000).toFixed(2);

interface Lane {
  readonly name: string;
  readonly y: number;
  readonly colour: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** When the caller spoke (above) and the answer was played (below), ms into the recording; none of a written turn, none where nothing was heard. */
function lanesOf(row: TurnRow, durationMs: number): readonly Lane[] {
  const into = (us: number | undefined): number | undefined =>
    us === undefined || row.startedUs === undefined ? undefined : Math.min(durationMs, (us - row.startedUs) / 1_000);
  const lane = (name: string, y: number, colour: string, fromUs: number | undefined, toUs: number | undefined): readonly Lane[] => {
    const [fromMs, toMs] = [into(fromUs), into(toUs)];
    return fromMs === undefined || toMs === undefined || toMs <= fromMs ? [] : [{ name, y, colour, fromMs, toMs }];
  };
  return [
    ...lane("caller speaks", 0, stripColours["caller speaks"], row.speechStartUs, row.speechEndUs),
    ...lane("answer is played", MARKS_HEIGHT - LANE_HEIGHT, stripColours.answer, row.firstAudibleUs, row.playoutEndUs),
  ];
}

function marks(lanes: readonly Lane[], durationMs: number): Html {
  const share = (ms: number): string => ((ms / durationMs) * 100).toFixed(2);
  const label = lanes.map(({ name, fromMs, toMs }) => `${name} from ${seconds(fromMs)} to ${seconds(toMs)} s`).join(", ");
  return html`<svg class="marks" role="img" aria-label="${label}" height="${MARKS_HEIGHT}">
    ${lanes.map(
      ({ name, y, colour, fromMs, toMs }) =>
        html`<rect x="${share(fromMs)}%" y="${y}" width="${share(toMs - fromMs)}%" height="${LANE_HEIGHT}" style="fill:${colour}">
          <title>${name}: ${seconds(fromMs)} to ${seconds(toMs)} s</title>
        </rect>`,
    )}
  </svg>`;
}

/** `title`: which turn it is, for those who do not see where on the page they are. */
export function turnSound(row: TurnRow, { file, durationMs, dataUri }: PageSound, title: string): Html {
  const lanes = lanesOf(row, durationMs);
  const [caller, answer] = [lanes.find(({ y }) => y === 0), lanes.find(({ y }) => y > 0)];
  const instants = [
    ...(caller ? [`end of speech at ${seconds(caller.toMs)} s`] : []),
    answer ? `first audible sample at ${seconds(answer.fromMs)} s` : "no answer in it",
    `ends at ${seconds(durationMs)} s`,
  ].join(", ");
  return html`<div class="listen">
    ${dataUri !== undefined && html`<audio controls preload="metadata" aria-label="Listen to ${title}: caller on the left, answer on the right" src="${dataUri}"></audio>`}
    ${marks(lanes, durationMs)}
    <p class="note">
      Caller on the left, answer on the right; ${instants}.
      ${dataUri === undefined ? "The page has no more room for sound; the recording is" : "In full quality"} beside the page:
      <a href="${encodeURI(file)}">${file}</a>
    </p>
  </div>`;
}
