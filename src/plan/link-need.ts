// What a link must carry for a call to keep up with speech, and which links of a plan can't: audio as base64 in JSON, in
// WebSocket frames, in TCP. A link too slow for that measures its own queue and nothing of the server, so it is refused by name.

import { formats, type AudioFormat } from "../audio/format.ts";
import { silentFrame } from "../audio/frame.ts";
import type { Issue } from "../core/issues.ts";
import { parseNetwork, type Network } from "../faults/profile.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Cell } from "./matrix.ts";

/** kbit/s each way. */
export interface LinkNeed {
  readonly upKbit: number;
  readonly downKbit: number;
}

/** TCP/IP headers with timestamps, and what a segment carries beside them. */
const HEADER_BYTES = 52;
const SEGMENT_BYTES = 1_448;
/** Of a TLS 1.3 record. */
const TLS_BYTES = 22;
/** Servers send answers in pieces of about this length, each in an event with its names. */
const DELTA_MS = 200;
const DELTA_JSON_BYTES = 250;

function kbitPerS(messageBytes: number, everyMs: number, { masked, secure }: { readonly masked: boolean; readonly secure: boolean }): number {
  const lengthBytes = messageBytes < 126 ? 0 : messageBytes < 65_536 ? 2 : 8;
  const framed = messageBytes + 2 + lengthBytes + (masked ? 4 : 0) + (secure ? TLS_BYTES : 0);
  return ((framed + Math.ceil(framed / SEGMENT_BYTES) * HEADER_BYTES) * 8) / everyMs;
}

type Spoken = Pick<Scenario["session"], "inputFormat" | "outputFormat" | "frameMs">;

/** Up while the microphone is on, down while an answer comes no faster than it is heard. */
export function linkNeed({ inputFormat, outputFormat, frameMs }: Spoken, secure: boolean): LinkNeed {
  const deltaBytes = DELTA_JSON_BYTES + Math.ceil((DELTA_MS * formats[outputFormat].bytesPerMs) / 3) * 4;
  return {
    upKbit: kbitPerS(silentFrame(inputFormat, frameMs).length, frameMs, { masked: true, secure }),
    downKbit: kbitPerS(deltaBytes, DELTA_MS, { masked: false, secure }),
  };
}

/** Absent: as fast as anyone wants. */
export interface LinkRate {
  readonly upKbit?: number;
  readonly downKbit?: number;
}

const rateOf = ({ rate }: Network): LinkRate => ({
  ...(rate?.up && { upKbit: rate.up.bitsPerS / 1_000 }),
  ...(rate?.down && { downKbit: rate.down.bitsPerS / 1_000 }),
});

const directions = [
  { key: "upKbit", way: "up", field: "inputFormat" },
  { key: "downKbit", way: "down", field: "outputFormat" },
] as const;

/** Why the link named `network` can't carry what is spoken; undefined where it can. */
export function tooSlow(network: string, rate: LinkRate, spoken: Spoken, secure: boolean): string | undefined {
  const need = linkNeed(spoken, secure);
  const slow = directions.filter(({ key }) => need[key] > (rate[key] ?? Infinity));
  if (slow.length === 0) return undefined;
  const wanted = slow.map(({ key, way, field }) => {
    const frames = way === "up" ? ` in frames of ${spoken.frameMs} ms` : "";
    return `carries ${round(rate[key])} kbit/s ${way}, and ${spoken[field]}${frames} needs about ${round(need[key])}`;
  });
  return `${network} ${wanted.join("; it ")}: ${remedy(rate, spoken, secure)}`;
}

const round = (kbit = 0): string => `${kbit < 10 ? Number(kbit.toFixed(1)) : Math.ceil(kbit)}`;

/** The smallest change that fits: G.711, then G.711 in longer frames; else another network. */
function remedy(rate: LinkRate, spoken: Spoken, secure: boolean): string {
  const g711: AudioFormat = "pcmu";
  const tried = [spoken.frameMs, 40, 100].filter((frameMs) => frameMs >= spoken.frameMs);
  const frameMs = tried.find((longer) => {
    const need = linkNeed({ inputFormat: g711, outputFormat: g711, frameMs: longer }, secure);
    return need.upKbit <= (rate.upKbit ?? Infinity) && need.downKbit <= (rate.downKbit ?? Infinity);
  });
  if (frameMs === undefined) return "no format fits, so choose a faster network (earshot networks lists them)";
  const longer = frameMs === spoken.frameMs ? "" : ` and session.frameMs: ${frameMs}`;
  return `session.inputFormat: pcmu with session.outputFormat: pcmu${longer} fits, or choose a faster network (earshot networks lists them)`;
}

/** Links of a plan that can't keep up with speech, each once; a share of the callers is enough. */
export function slowLinks(cells: readonly Cell[], source: string): readonly Issue[] {
  const messages = cells.flatMap(({ settings: { network, session, target } }) => {
    const parsed = parseNetwork(network);
    if (!parsed.ok) return [];
    const secure = target.provider !== "embedded";
    return tooSlow(network, rateOf(parsed.value), session, secure) ?? [];
  });
  return [...new Set(messages)].map((message) => ({ source, path: "network", message }));
}
