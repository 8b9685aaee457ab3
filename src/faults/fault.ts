// What every fault is: the words it is written with, what they mean, and how it acts. One fault is one file that makes one
// of these, and one line in fault-list.ts. It acts on packets (a stage of each direction's link) or on the connection as a
// whole (it sees bytes pass and may cut the line), or on both.

import type { Clock } from "../core/clock.ts";
import type { Result } from "../core/issues.ts";
import { failed } from "../core/issues.ts";
import type { Random } from "../core/random.ts";
import type { Direction, Impairment } from "./impairment.ts";

/** One term of a network's text, taken apart: `delay-up:80ms` is the word `delay-up` with the value `80ms`. */
export interface Term {
  readonly text: string;
  readonly word: string;
  readonly value: string;
}

/** One way to write a fault, and what it then means. */
export interface Word<Setting> {
  readonly word: string;
  /** As a user would write it, with the `:` or `@` that follows the word. */
  readonly example: string;
  readonly meaning: string;
  /** Reads the value; the issue of a wrong one (make it with `wrong`) says how it is written. */
  read(term: Term): Result<Setting>;
}

/** What a stage may draw from and count from. */
export interface StageOptions {
  readonly direction: Direction;
  /** Of this session and direction; shared by the stages in the order of fault-list.ts. */
  readonly random: Random;
  /** The zero of timed faults. */
  readonly originUs: number;
  /** Whether a fault of the connection had it swallow everything. */
  readonly isSwallowed: () => boolean;
}

/** The connection as a fault sees it. */
export interface FaultyConnection {
  readonly clock: Clock;
  readonly originUs: number;
  /** RST to the peer, ECONNRESET here. */
  reset(): void;
  /** FIN to both sides, as a proxy sends it. */
  end(): void;
  /** From now on the stages are told that nothing arrives, either way. */
  swallow(): void;
}

/** What a fault of the connection does to it all along, and hears of it. */
export interface ConnectionFault {
  /** The TCP connect takes so much longer, µs. */
  readonly connectDelayUs?: number;
  /** Each side's FIN is held back for so long, µs. */
  readonly finDelayUs?: number;
  /** Bytes that reached the other end, either way. */
  onBytes?(sizeBytes: number): void;
  /** The connection is gone: leave no deadline behind. */
  close?(): void;
}

/** Why a dial never reaches the server: its name is not found, it is refused, or nothing ever answers. */
export type BarredBy = "dns" | "refused" | "timeout";

/** An instant in the time of a call. */
export interface DialTime {
  readonly originUs: number;
  readonly dialledUs: number;
}

export interface Fault<Key extends string, Setting> {
  /** Its property of a Network. */
  readonly key: Key;
  readonly words: readonly Word<Setting>[];
  /** What two terms of it say together; undefined when they contradict or repeat each other. */
  join(first: Setting, second: Setting): Setting | undefined;
  /** Why it can't be beside what else the network has. */
  clash?(setting: Setting, network: Readonly<Record<string, unknown>>): string | undefined;
  /** The canonical terms, which `read` and `join` make the same setting of. */
  format(setting: Setting): readonly string[];
  /** Draws what each call has its own of; what has been drawn stays. */
  settle?(setting: Setting, random: Random): Setting;
  dial?(setting: Setting, time: DialTime): BarredBy | undefined;
  stage?(setting: Setting, options: StageOptions): Impairment | undefined;
  connection?(setting: Setting, connection: FaultyConnection): ConnectionFault;
}

/** An issue of a network's text. */
export const wrong = (message: string): Result<never> => failed({ source: "network", message });
