// The network of a case as the oracle makes it, said in its own words and not read from earshot's: a mistake of earshot's
// parser must not be made on both sides. Pure.

/** One direction; both directions of a case are alike. Percentages are of packets. */
export interface Link {
  readonly delayMs: number;
  readonly jitterMs?: number;
  /** Of the jitter; uniform where absent. */
  readonly shape?: "normal" | "pareto";
  readonly lossPercent?: number;
  /** Gilbert-Elliott: the chance of each packet to turn a good line bad, and a bad one good; a bad line loses everything. */
  readonly bursts?: { readonly toBadPercent: number; readonly toGoodPercent: number };
  readonly kbitPerS?: number;
}

/** Packets that wait in one direction of one connection; netem's own default. */
const QUEUE_PACKETS = 1_000;

export interface EmulatorUse {
  /** What a packet says decides its fate, as in paired-path.ts. */
  readonly isPaired?: boolean;
  /** A file to write a line for each packet to. */
  readonly log?: string;
}

/** Arguments of emulator.c. */
export function emulatorArguments(link: Link, seed: number, { isPaired = false, log }: EmulatorUse = {}): readonly string[] {
  const { delayMs, jitterMs = 0, shape = "uniform", lossPercent = 0, bursts = { toBadPercent: 0, toGoodPercent: 100 }, kbitPerS = 0 } = link;
  return [
    `delayUs=${delayMs * 1_000}`,
    `jitterUs=${jitterMs * 1_000}`,
    `shape=${shape}`,
    `loss=${lossPercent / 100}`,
    `toBad=${bursts.toBadPercent / 100}`,
    `toGood=${bursts.toGoodPercent / 100}`,
    `bitPerS=${kbitPerS * 1_000}`,
    `limit=${QUEUE_PACKETS}`,
    `seed=${seed}`,
    ...(isPaired ? ["paired=1"] : []),
    ...(log === undefined ? [] : [`log=${log}`]),
  ];
}

/** What stands behind `netem` in a tc command (man tc-netem). */
export function netemArguments({ delayMs, jitterMs, shape, lossPercent, bursts, kbitPerS }: Link): readonly string[] {
  return [
    "limit",
    `${QUEUE_PACKETS}`,
    "delay",
    `${delayMs}ms`,
    ...(jitterMs === undefined ? [] : [`${jitterMs}ms`]),
    ...(shape === undefined ? [] : ["distribution", shape]),
    ...(lossPercent === undefined ? [] : ["loss", "random", `${lossPercent}%`]),
    ...(bursts === undefined ? [] : ["loss", "gemodel", `${bursts.toBadPercent}%`, `${bursts.toGoodPercent}%`]),
    ...(kbitPerS === undefined ? [] : ["rate", `${kbitPerS}kbit`]),
  ];
}
