// What is compared: a network in earshot's words and in the oracle's, the traffic over it, and how near is near enough.

import type { Link } from "./link.ts";
import type { Quantile } from "./statistics.ts";
import type { Traffic } from "./traffic.ts";

/** How far a quantile of the shaper may lie from the oracle's: a share of the oracle's and so many ms more. */
export interface Goal {
  readonly quantile: Quantile;
  readonly share?: number;
  readonly ms?: number;
  /** Or twice what the oracle's own may be off by chance, where that is more: worlds that lost the same at first soon differ. */
  readonly orChance?: true;
}

export interface Case {
  readonly name: string;
  readonly network: string;
  readonly link: Link;
  readonly traffic: Traffic;
  readonly sessions: number;
  /** Empty where nothing is shaped: the floor of the method. */
  readonly goals: readonly Goal[];
  /** The same packets are lost on both sides, and the goals are for the model on the kernel's own writes: paired.ts. */
  readonly isPaired?: true;
}

const voice = (seconds: number): Traffic => ({ type: "voice", frames: seconds * 50 });
const steady: readonly Goal[] = [
  { quantile: "p50", ms: 0.3 },
  { quantile: "p99", ms: 1.5 },
];
const handshake: readonly Goal[] = [{ quantile: "p50", share: 0.05, ms: 10 }];
const fixed = { network: "delay:50ms", link: { delayMs: 50 } };

export const cases: readonly Case[] = [
  { name: "none", network: "none", link: { delayMs: 0 }, traffic: voice(6), sessions: 10, goals: [] },
  { name: "delay", ...fixed, traffic: voice(12), sessions: 10, goals: steady },
  { name: "jitter", network: "delay:50ms,jitter:10ms", link: { delayMs: 50, jitterMs: 10 }, traffic: voice(14), sessions: 10, goals: steady },
  {
    name: "jitter-normal",
    network: "delay:50ms,jitter:10ms/normal",
    link: { delayMs: 50, jitterMs: 10, shape: "normal" },
    traffic: voice(14),
    sessions: 10,
    goals: steady,
  },
  {
    name: "jitter-pareto",
    network: "delay:50ms,jitter:10ms/pareto",
    link: { delayMs: 50, jitterMs: 10, shape: "pareto" },
    traffic: voice(14),
    sessions: 10,
    goals: steady,
  },
  { name: "rate", network: "delay:20ms,rate:700kbit", link: { delayMs: 20, kbitPerS: 700 }, traffic: voice(12), sessions: 10, goals: steady },
  {
    name: "loss",
    network: "delay:50ms,loss:2%",
    link: { delayMs: 50, lossPercent: 2 },
    traffic: voice(30),
    sessions: 24,
    goals: [
      { quantile: "p95", ms: 10, orChance: true },
      { quantile: "p99", ms: 5, orChance: true },
    ],
    isPaired: true,
  },
  {
    name: "burst-loss",
    network: "delay:30ms,jitter:5ms,burst-loss:2.5%/50%",
    link: { delayMs: 30, jitterMs: 5, bursts: { toBadPercent: 2.5, toGoodPercent: 50 } },
    traffic: voice(30),
    sessions: 24,
    goals: [
      { quantile: "p95", share: 0.15, orChance: true },
      { quantile: "p99", share: 0.15, orChance: true },
    ],
    isPaired: true,
  },
  { name: "burst", ...fixed, traffic: { type: "burst" }, sessions: 20, goals: [{ quantile: "p50", share: 0.1 }] },
  { name: "request", ...fixed, traffic: { type: "request", count: 60 }, sessions: 10, goals: steady },
  { name: "handshake", ...fixed, traffic: { type: "handshake", count: 6, secure: false }, sessions: 10, goals: handshake },
  { name: "handshake-tls", ...fixed, traffic: { type: "handshake", count: 6, secure: true }, sessions: 10, goals: handshake },
];

/** How long a case can take that goes as it should, with stalls of a lossy network and slow closes; then it is cut, seconds. */
export function boundSeconds({ traffic }: Case): number {
  const GRACE_SECONDS = 20;
  switch (traffic.type) {
    case "voice":
      return traffic.frames / 50 + GRACE_SECONDS;
    case "burst":
    case "handshake":
      return 10 + GRACE_SECONDS;
    case "request":
      return traffic.count * 0.3 + GRACE_SECONDS;
  }
}
