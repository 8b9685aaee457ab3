// Sessions in virtual time, by the sender that the shaper uses. One of the kernel's run once more: the same writes at the same
// instants over a network that loses the same packets, so that what differs is the model's doing, and neither chance nor timers.
// And many with losses of their own, which say how far chance alone moves a case.

import { stream } from "../../src/core/random.ts";
import type { Faults } from "../../src/faults/fault-list.ts";
import { createLinks } from "../../src/faults/links.ts";
import type { TcpSenderOptions } from "../../src/faults/tcp-sender.ts";
import { TcpSender } from "../../src/faults/tcp-sender.ts";
import type { Link } from "./link.ts";
import type { Passage, Way } from "./packet-log.ts";
import { createPairedPaths } from "./paired-path.ts";
import type { Heard, Samples } from "./traffic.ts";
import { FRAME_US, WARM_UP_FRAMES, WRITTEN_BYTES } from "./traffic.ts";

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

const ways = ["up", "down"] as const;

type SenderOf = (way: Way, onArrival: TcpSenderOptions["onArrival"]) => TcpSender;

export interface OwnLosses {
  readonly network: Faults;
  /** Of 20 ms each way. */
  readonly frames: number;
  readonly sessions: number;
  readonly limitSeconds: number;
  readonly seed: number;
}

interface Written {
  readonly atUs: number;
  readonly way: Way;
  readonly sizeBytes: number;
}

/** The delay of each frame in µs in the model's world, in the order of `heard`; undefined: it never came. */
export function modelDelaysUs({ link, seed, connection, heard, log, onPacket }: ModelOptions): Readonly<Record<Way, readonly (number | undefined)[]>> {
  const paths = createPairedPaths({ link: { ...link, delayMs: link.delayMs + FLOOR_MS }, seed, connection, ...(onPacket && { onPacket }) });
  const senderOf: SenderOf = (way, onArrival) =>
    new TcpSender({ path: paths[way], backPath: paths[way === "up" ? "down" : "up"], random: stream(seed, "oracle", connection, way), onArrival });
  const senders = meeting(senderOf);
  for (const { sender } of Object.values(senders)) sender.learnRoundTrip(2_000 * link.delayMs);
  const openings = { up: openingOf(log, "up"), down: openingOf(log, "down") };
  const frames = ways.flatMap((way) => heard[way].map(({ sentUs }): Written => ({ atUs: sentUs + WRITE_US, way, sizeBytes: WRITTEN_BYTES[way] })));
  const arrivesUs = passThrough(senders, [...openings.up, ...openings.down, ...frames]);
  const delaysOf = (way: Way): (number | undefined)[] => {
    const atUs = arrivesUs[way].slice(openings[way].length);
    return heard[way].map(({ sentUs }, index) => since(sentUs, atUs[index]));
  };
  return { up: delaysOf("up"), down: delaysOf("down") };
}

const since = (fromUs: number, atUs: number | undefined): number | undefined => (atUs === undefined ? undefined : atUs - fromUs);

/** The sessions of a case in virtual time, with losses drawn as a run draws them: by way, the delays of each session's frames that came within `limitSeconds`, µs. */
export function ownLosses({ network, frames, sessions, limitSeconds, seed }: OwnLosses): Samples {
  const samples: Record<Way, number[][]> = { up: [], down: [] };
  const writes = Array.from({ length: frames }, (_, n) => (n + 1) * FRAME_US).flatMap((atUs): Written[] => [
    { atUs, way: "up", sizeBytes: WRITTEN_BYTES.up },
    { atUs: atUs + FRAME_US / 3, way: "down", sizeBytes: WRITTEN_BYTES.down },
  ]);
  for (let session = 0; session < sessions; session++) {
    const links = createLinks({ network, originUs: 0, random: (way) => stream(seed, "own", session, way) });
    const { roundTripUs } = links.shakeHands(0);
    const senders = meeting((way, onArrival) => {
      const sender = links.createSender(way, onArrival);
      if (!sender) throw new Error("this network does nothing to a packet");
      sender.learnRoundTrip(roundTripUs);
      return sender;
    });
    const arrivesUs = passThrough(senders, writes, limitSeconds * 1_000_000);
    for (const way of ways) {
      const sent = writes.filter((written) => written.way === way).slice(WARM_UP_FRAMES);
      const came = arrivesUs[way].slice(WARM_UP_FRAMES);
      samples[way].push(sent.flatMap(({ atUs }, index) => since(atUs, came[index]) ?? []));
    }
  }
  return samples;
}

interface Meeting {
  readonly sender: TcpSender;
  readonly arrivals: readonly { readonly sizeBytes: number; readonly atUs: number }[];
}

/** Both senders of a connection, who know each other, and what they have brought. */
function meeting(senderOf: SenderOf): Readonly<Record<Way, Meeting>> {
  const of = (way: Way): Meeting => {
    const arrivals: { sizeBytes: number; atUs: number }[] = [];
    return { sender: senderOf(way, (sizeBytes, atUs) => void arrivals.push({ sizeBytes, atUs })), arrivals };
  };
  const [up, down] = [of("up"), of("down")];
  up.sender.meet(down.sender);
  down.sender.meet(up.sender);
  return { up, down };
}

/** When the last byte of each write came, by way, in the order of that way's writes; undefined: not by `untilUs`. */
function passThrough(
  { up, down }: Readonly<Record<Way, Meeting>>,
  writes: readonly Written[],
  untilUs = Infinity,
): Readonly<Record<Way, readonly (number | undefined)[]>> {
  const both = { up, down };
  const runUntil = (limitUs: number): void => {
    for (;;) {
      const next = up.sender.wakeUs <= down.sender.wakeUs ? up.sender : down.sender;
      if (next.wakeUs > limitUs || next.wakeUs === Infinity) return;
      next.advance(next.wakeUs);
    }
  };
  for (const { atUs, way, sizeBytes } of writes.toSorted((a, b) => a.atUs - b.atUs)) {
    runUntil(atUs);
    both[way].sender.write(sizeBytes, atUs);
  }
  runUntil(untilUs);
  const arrivesUs = (way: Way): (number | undefined)[] => {
    const next = arrivalOf(both[way].arrivals);
    return writes.flatMap((written) => (written.way === way ? [next(written.sizeBytes)] : []));
  };
  return { up: arrivesUs("up"), down: arrivesUs("down") };
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
