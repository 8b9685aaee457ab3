// The network of a paired case as the model's packets meet it: what a packet says decides whether it is lost and how late it
// is, by the same keyed draws as in emulator.c, so that both worlds lose the same packets however they differ otherwise. A
// packet of data is known by the offset of its first byte, an acknowledgement alone by what it acknowledges and up to where
// the receiver has anything, and either by how often that was said before.

import type { Path } from "../../src/faults/path.ts";
import type { Segment } from "../../src/faults/scoreboard.ts";
import { drawsOf, keyed, type Key } from "./keyed-chance.ts";
import type { Link } from "./link.ts";
import type { Passage, Way } from "./packet-log.ts";

const ways = ["up", "down"] as const;

/** What one direction carries, and how much of it the receiver has. */
interface Stream {
  /** By number, each with the byte it begins at. */
  readonly segments: { readonly segment: Segment; readonly offset: number }[];
  /** Of the first segment that has not come. */
  nextNumber: number;
}

const endOf = ({ segment, offset }: Stream["segments"][number]): number => offset + segment.sizeBytes;

/** What the receiver says now, in bytes of the stream. */
function received(stream: Stream): { readonly acks: number; readonly highest: number } {
  const { segments } = stream;
  while (segments[stream.nextNumber]?.segment.isReceived) stream.nextNumber++;
  const last = segments.findLast(({ segment }) => segment.isReceived);
  const before = segments[stream.nextNumber - 1];
  return { acks: before ? endOf(before) : 0, highest: last ? endOf(last) : 0 };
}

export interface PairedPathsOptions {
  readonly link: Link;
  readonly seed: number;
  /** From 0, in the order of dialling. */
  readonly connection: number;
  readonly onPacket?: (passage: Passage) => void;
}

/** Both directions of one connection, once it is open. For links without a rate and with no jitter but the uniform one. */
export function createPairedPaths({ link, seed, connection, onPacket = () => {} }: PairedPathsOptions): Readonly<Record<Way, Path>> {
  const { delayMs, jitterMs = 0, lossPercent = 0, bursts } = link;
  const own = keyed(BigInt(seed), connection);
  const createStream = (): Stream => ({ segments: [], nextNumber: 0 });
  const streams = { up: createStream(), down: createStream() };
  const pathOf = (way: Way): Path => {
    const stream = streams[way];
    const answered = streams[way === "up" ? "down" : "up"];
    const times = new Map<Key, number>();
    let isBad = false;
    let enteredUs = -Infinity;
    const isLost = (draw: () => number): boolean => {
      if (lossPercent > 0 && draw() <= lossPercent / 100) return true;
      if (!bursts) return false;
      const wasBad = isBad;
      isBad = draw() <= (wasBad ? 100 - bursts.toGoodPercent : bursts.toBadPercent) / 100;
      return wasBad;
    };
    return {
      arrivesAtUs(atUs, _sizeBytes, segment) {
        // One after another, as they leave a machine.
        enteredUs = Math.max(atUs, enteredUs + 1);
        const said = received(answered);
        const before = segment && stream.segments[segment.number - 1];
        if (segment) stream.segments[segment.number] ??= { segment, offset: before ? endOf(before) : 0 };
        const offset = segment ? (stream.segments[segment.number]?.offset ?? 0) : 0;
        const key = segment ? keyed(own, ways.indexOf(way), 0, offset) : keyed(own, ways.indexOf(way), 1, said.acks, said.highest);
        const saidBefore = times.get(key) ?? 0;
        times.set(key, saidBefore + 1);
        const draw = drawsOf(keyed(key, saidBefore));
        const lost = isLost(draw);
        onPacket({ atUs, way, connection, offset, sizeBytes: segment?.sizeBytes ?? 0, ...said, isLost: lost });
        if (lost) return Infinity;
        return enteredUs + delayMs * 1_000 + (jitterMs > 0 ? Math.round(jitterMs * 1_000 * (2 * draw() - 1)) : 0);
      },
    };
  };
  return { up: pathOf("up"), down: pathOf("down") };
}
