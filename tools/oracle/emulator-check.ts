// Whether the emulator draws what it is asked for: a million packets of each kind of chance against what theory says. Before
// every comparison, since a wrong oracle is worse than none.

import { spawnSync } from "node:child_process";
import type { Link } from "./link.ts";
import { emulatorArguments } from "./link.ts";

const LIMIT_MS = 20_000;
/** Relative; a million draws come within a tenth of it. */
const TOLERANCE = 0.03;

interface Drawn {
  readonly draws: number;
  readonly lost: number;
  readonly bursts: number;
  readonly meanUs: number;
  readonly deviationUs: number;
  readonly leastUs: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
}

interface Check {
  readonly name: string;
  readonly link: Link;
  readonly expected: Partial<Record<keyof Drawn, number>>;
}

const paretoUs = (upperShare: number): number => 50_000 + 10_000 * Math.min(4, (upperShare ** (-1 / 3) - 1.5) * (4 / 3));
const [toBad, toGood] = [0.025, 0.5];

const checks: readonly Check[] = [
  { name: "loss", link: { delayMs: 1, lossPercent: 2 }, expected: { lost: 20_000, bursts: 20_000 * 0.98, leastUs: 1_000, mostUs: 1_000 } },
  {
    name: "burst loss",
    link: { delayMs: 1, bursts: { toBadPercent: 2.5, toGoodPercent: 50 } },
    expected: { lost: (1e6 * toBad) / (toBad + toGood), bursts: (1e6 * toBad * toGood) / (toBad + toGood) },
  },
  {
    name: "uniform jitter",
    link: { delayMs: 50, jitterMs: 10 },
    expected: { lost: 0, meanUs: 50_000, deviationUs: 10_000 / Math.sqrt(3), leastUs: 40_000, p90Us: 58_000, p99Us: 59_800, mostUs: 60_000 },
  },
  {
    name: "normal jitter",
    link: { delayMs: 50, jitterMs: 10, shape: "normal" },
    expected: { meanUs: 50_000, deviationUs: 10_000, p90Us: 62_816, p99Us: 73_263, mostUs: 90_000 },
  },
  {
    name: "pareto jitter",
    link: { delayMs: 50, jitterMs: 10, shape: "pareto" },
    expected: { leastUs: paretoUs(1), p50Us: paretoUs(0.5), p90Us: paretoUs(0.1), p99Us: paretoUs(0.01), mostUs: 90_000 },
  },
];

/** One sentence a fault. */
export function emulatorFaults(program: string): readonly string[] {
  return checks.flatMap(({ name, link, expected }) => {
    const { status, stdout, stderr } = spawnSync(program, ["--self-test", ...emulatorArguments(link, 1)], { encoding: "utf8", timeout: LIMIT_MS });
    if (status !== 0) return [`${name}: ${stderr.trim() || `exit ${status}`}`];
    const drawn = JSON.parse(stdout) as Drawn;
    return Object.entries(expected).flatMap(([key, value]) => {
      const got = drawn[key as keyof Drawn];
      return Math.abs(got - value) <= TOLERANCE * value ? [] : [`${name}: ${key} is ${got}, not ${value.toFixed(1)}`];
    });
  });
}
