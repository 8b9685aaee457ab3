// One session of the kernel's run once more, in virtual time, by the sender that the shaper uses: the same writes at the same
// instants over a network that loses the same packets. What differs is then the model's doing, and neither chance nor timers.

import { TcpSender } from "../../src/faults/tcp-sender.ts";
import { stream } from "../../src/core/random.ts";
import type { Link } from "./link.ts";
import type { Passage, Way } from "./packet-log.ts";
import { createPairedPaths } from "./paired-path.ts";
import type { Heard } from "./traffic.ts";
import { WRITTEN_BYTES } from "./traffic.ts";

/** From the stamp of a frame until it leaves its machine, and what the emulator and the other machine take beyond the delay. */
const WRITE_US = 150;
const FLOOR_MS = 0.08;

export interface ModelOptions {
  readonly link: Link;
  readonly seed: number;
  readonly connection: number;
  /** What the kernel's side heard of this session. */
  readonly heard: Readonly<Record<Way, readonly Heard[]>>;
  /** What passed over its network. */
  readonly log: readonly Passage[];
  readonly onPacket?: (passage: Passage) => void;
}

interface Written {
  readonly atUs: number;
  readonly way: Way;
  readonly sizeBytes: number;
}

/** The delay of each frame in µs in the model's world, in the order of `heard`; undefined: it never came. */
export function modelDelaysUs({ link, seed, connection, heard, log, onPacket }: ModelOptions): Readonly<Record<Way, readonly (number | undefined)[]>> {
  const paths = createPairedPaths({ link: { ...link, delayMs: link.delayMs + FLOOR_MS }, seed, connection, ...(onPacket && { onPacket }) });
  const arrivals: Record<Way, { readonly sizeBytes: number; readonly atUs: number }[]> = { up: [], down: [] };
  const senderOf = (way: Way): TcpSender =>
    new TcpSender({
      path: paths[way],
      backPath: paths[way === "up" ? "down" : "up"],
      random: stream(seed, "oracle", connection, way),
      onArrival: (sizeBytes, atUs) => void arrivals[way].push({ sizeBytes, atUs }),
    });
  const senders = { up: senderOf("up"), down: senderOf("down") };
  senders.up.meet(senders.down);
  senders.down.meet(senders.up);
  for (const sender of Object.values(senders)) sender.learnRoundTrip(2_000 * link.delayMs);

  const opening = (["up", "down"] as const).flatMap((way) => openingOf(log, way));
  const writes = [
    ...opening,
    ...(["up", "down"] as const).flatMap((way) => heard[way].map(({ sentUs }): Written => ({ atUs: sentUs + WRITE_US, way, sizeBytes: WRITTEN_BYTES[way] }))),
  ].toSorted((a, b) => a.atUs - b.atUs);
  const runUntil = (untilUs: number): void => {
    for (;;) {
      const next = senders.up.wakeUs <= senders.down.wakeUs ? senders.up : senders.down;
      if (next.wakeUs > untilUs || next.wakeUs === Infinity) return;
      next.advance(next.wakeUs);
    }
  };
  for (const { atUs, way, sizeBytes } of writes) {
    runUntil(atUs);
    senders[way].write(sizeBytes, atUs);
  }
  runUntil(Infinity);
  const delaysOf = (way: Way): (number | undefined)[] => {
    const arrivesUs = arrivalOf(arrivals[way]);
    for (const { sizeBytes } of opening.filter((written) => written.way === way)) arrivesUs(sizeBytes);
    return heard[way].map(({ sentUs }) => {
      const us = arrivesUs(WRITTEN_BYTES[way]);
      return us === undefined ? undefined : us - sentUs;
    });
  };
  return { up: delaysOf("up"), down: delaysOf("down") };
}

/** The upgrade of the connection: the first data of a direction, in one segment. */
function openingOf(log: readonly Passage[], way: Way): readonly Written[] {
  const first = log.find((passage) => passage.way === way && passage.offset === 0 && passage.sizeBytes > 0);
  return first ? [first] : [];
}

/** Counts a direction's bytes through, write by write: when the last byte of the next one came. */
function arrivalOf(arrivals: readonly { readonly sizeBytes: number; readonly atUs: number }[]): (sizeBytes: number) => number | undefined {
  let [next, cameBytes, wantedBytes] = [0, 0, 0];
  return (sizeBytes) => {
    wantedBytes += sizeBytes;
    for (; cameBytes < wantedBytes && next < arrivals.length; next++) cameBytes += arrivals[next]?.sizeBytes ?? 0;
    return cameBytes < wantedBytes ? undefined : arrivals[next - 1]?.atUs;
  };
}
