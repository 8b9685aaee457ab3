// What is compared: a network in earshot's words and in the oracle's, the traffic over it, and how near is near enough.

import type { Link } from "./link.ts";
import type { Traffic } from "./traffic.ts";

export type Goal =
  /** The floor of the method: nothing is shaped, so nothing can be off. */
  | { readonly type: "floor" }
  /** Distance of the quantiles, either way. */
  | { readonly type: "quantiles"; readonly p50Ms?: number; readonly p95Ms?: number; readonly p99Ms?: number }
  /** Distance of p99, as a share of the oracle's or twice the oracle's own spread, whichever is more. */
  | { readonly type: "tail"; readonly p99Share: number }
  /** Distance of the median, as a share of the oracle's and so much more. */
  | { readonly type: "median"; readonly share: number; readonly plusMs: number };

export interface Case {
  readonly name: string;
  readonly network: string;
  readonly link: Link;
  readonly traffic: Traffic;
  readonly sessions: number;
  readonly goal: Goal;
}

const voice = (seconds: number): Traffic => ({ type: "voice", frames: seconds * 50 });
const steady: Goal = { type: "quantiles", p50Ms: 0.3, p99Ms: 1.5 };
const handshake: Goal = { type: "median", share: 0.05, plusMs: 10 };
const fixed = { network: "delay:50ms", link: { delayMs: 50 } };

export const cases: readonly Case[] = [
  { name: "none", network: "none", link: { delayMs: 0 }, traffic: voice(6), sessions: 10, goal: { type: "floor" } },
  { name: "delay", ...fixed, traffic: voice(12), sessions: 10, goal: steady },
  { name: "jitter", network: "delay:50ms,jitter:10ms", link: { delayMs: 50, jitterMs: 10 }, traffic: voice(14), sessions: 10, goal: steady },
  {
    name: "jitter-normal",
    network: "delay:50ms,jitter:10ms/normal",
    link: { delayMs: 50, jitterMs: 10, shape: "normal" },
    traffic: voice(14),
    sessions: 10,
    goal: steady,
  },
  {
    name: "jitter-pareto",
    network: "delay:50ms,jitter:10ms/pareto",
    link: { delayMs: 50, jitterMs: 10, shape: "pareto" },
    traffic: voice(14),
    sessions: 10,
    goal: steady,
  },
  { name: "rate", network: "delay:20ms,rate:700kbit", link: { delayMs: 20, kbitPerS: 700 }, traffic: voice(12), sessions: 10, goal: steady },
  {
    name: "loss",
    network: "delay:50ms,loss:2%",
    link: { delayMs: 50, lossPercent: 2 },
    traffic: voice(24),
    sessions: 10,
    goal: { type: "quantiles", p95Ms: 10, p99Ms: 5 },
  },
  {
    name: "burst-loss",
    network: "delay:30ms,jitter:5ms,burst-loss:2.5%/50%",
    link: { delayMs: 30, jitterMs: 5, bursts: { toBadPercent: 2.5, toGoodPercent: 50 } },
    traffic: voice(30),
    sessions: 24,
    goal: { type: "tail", p99Share: 0.15 },
  },
  { name: "burst", ...fixed, traffic: { type: "burst" }, sessions: 20, goal: { type: "median", share: 0.1, plusMs: 0 } },
  { name: "request", ...fixed, traffic: { type: "request", count: 60 }, sessions: 10, goal: steady },
  { name: "handshake", ...fixed, traffic: { type: "handshake", count: 6, secure: false }, sessions: 10, goal: handshake },
  { name: "handshake-tls", ...fixed, traffic: { type: "handshake", count: 6, secure: true }, sessions: 10, goal: handshake },
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
