// Both directions of a connection over one network: the path of each, and the TCP sender that uses it.

import type { Random } from "../core/random.ts";
import { stream } from "../core/random.ts";
import type { Faults } from "./fault-list.ts";
import type { Handshake } from "./handshake.ts";
import { shakeHands } from "./handshake.ts";
import type { Direction } from "./impairment.ts";
import type { Path } from "./path.ts";
import { clearPath, createPath } from "./path.ts";
import type { TcpSenderOptions } from "./tcp-sender.ts";
import { TcpSender } from "./tcp-sender.ts";

export interface LinksOptions {
  readonly network: Faults;
  /** The zero of timed faults. */
  readonly originUs: number;
  /** One stream for each direction; asked for each once. */
  readonly random: (direction: Direction) => Random;
  /** Whether something between has forgotten the connection. */
  readonly isSwallowed?: () => boolean;
}

export interface Links {
  /** Of one direction, to be asked for once; undefined where neither direction has anything that acts on packets. */
  createSender(direction: Direction, onArrival: TcpSenderOptions["onArrival"]): TcpSender | undefined;
  /** The handshake of a connection that is dialled at `nowUs`. */
  shakeHands(nowUs: number): Handshake;
}

export function createLinks({ random, ...path }: LinksOptions): Links {
  const draws = { up: random("up"), down: random("down") };
  const seeds = { up: draws.up.integer(2 ** 31), down: draws.down.integer(2 ** 31) };
  const pathOf = (direction: Direction, use: string): Path | undefined => createPath({ ...path, direction, random: stream(seeds[direction], use) });
  const paths = { up: pathOf("up", "data"), down: pathOf("down", "data") };
  const senders: Partial<Record<Direction, TcpSender>> = {};

  return {
    createSender(direction, onArrival) {
      if (!paths.up && !paths.down) return undefined;
      const opposite = direction === "up" ? "down" : "up";
      const path = paths[direction] ?? clearPath;
      const backPath = paths[opposite] ?? clearPath;
      const sender = new TcpSender({ path, backPath, random: stream(seeds[direction], "jiffies"), onArrival });
      senders[direction] = sender;
      const other = senders[opposite];
      if (other) {
        sender.meet(other);
        other.meet(sender);
      }
      return sender;
    },
    shakeHands: (nowUs) => shakeHands(pathOf("up", "handshake") ?? clearPath, pathOf("down", "handshake") ?? clearPath, nowUs),
  };
}
