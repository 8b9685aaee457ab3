// What single packets meet: how many are lost, in which runs, and how their delay is spread. Fixed seeds, bounds of three
// standard deviations.

import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createPath } from "./path.ts";
import { parseNetwork } from "./profile.ts";

/** The delays of packets far apart; Infinity where one was lost. */
function delaysUs(text: string, packets: number, seed = 1): number[] {
  const path = createPath({ network: orThrow(parseNetwork(text)), direction: "up", random: stream(seed), originUs: 0 });
  assert.ok(path);
  return Array.from({ length: packets }, (_, index) => path.arrivesAtUs(index * 1_000_000, 1_500) - index * 1_000_000);
}

const isLost = (us: number): boolean => us === Infinity;

test("random loss is as large as written, and each packet's own", () => {
  const packets = 100_000;
  for (const [text, share] of [
    ["loss:2%", 0.02],
    ["loss-up:30%", 0.3],
  ] as const) {
    const lost = delaysUs(text, packets).map(isLost);
    const count = lost.filter(Boolean).length;
    assert.ok(Math.abs(count - share * packets) < 3 * Math.sqrt(packets * share * (1 - share)), `${count}`);
    // Pairs of neighbours against independence: chi-square with one degree of freedom, 10.8 at one in a thousand.
    const cells = [0, 0, 0, 0];
    for (let index = 0; index + 1 < packets; index += 2) {
      const cell = 2 * Number(lost[index]) + Number(lost[index + 1]);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const expected = [(1 - share) ** 2, (1 - share) * share, share * (1 - share), share ** 2].map((chance) => (chance * packets) / 2);
    const chiSquare = cells.reduce((sum, seen, cell) => sum + (seen - (expected[cell] as number)) ** 2 / (expected[cell] as number), 0);
    // Nothing is fitted: three degrees of freedom, 16.3 at one in a thousand.
    assert.ok(chiSquare < 16.3, `${chiSquare}`);
  }
});

test("loss in runs has the share and the mean run of its two chances", () => {
  const packets = 200_000;
  const lost = delaysUs("burst-loss:2.5%/50%", packets).map(isLost);
  const runs: number[] = [];
  for (const [index, is] of lost.entries()) {
    if (is && lost[index - 1]) runs[runs.length - 1] = (runs.at(-1) as number) + 1;
    else if (is) runs.push(1);
  }
  const meanRun = runs.reduce((sum, run) => sum + run, 0) / runs.length;
  // Runs are geometric with leave = 1/2: mean 2, standard deviation the root of 2.
  assert.ok(Math.abs(meanRun - 2) < (3 * Math.SQRT2) / Math.sqrt(runs.length), `${meanRun}`);
  // A cycle of good and bad takes 40 and 2 packets in the mean.
  assert.ok(Math.abs(runs.length - packets / 42) < 3 * Math.sqrt(packets / 42), `${runs.length}`);
  for (const length of [1, 2, 3, 4]) {
    const share = 0.5 ** length;
    const seen = runs.filter((run) => run === length).length;
    assert.ok(Math.abs(seen - share * runs.length) < 3 * Math.sqrt(runs.length * share * (1 - share)), `${length}: ${seen}`);
  }
});

test("jitter has a mean of nothing and is spread as its word says", () => {
  const packets = 50_000;
  const spread = (text: string) => {
    const jitterUs = delaysUs(`delay:200ms,${text}`, packets).map((us) => us - 200_000);
    const mean = jitterUs.reduce((sum, us) => sum + us, 0) / packets;
    const deviation = Math.sqrt(jitterUs.reduce((sum, us) => sum + (us - mean) ** 2, 0) / packets);
    const beyond = (us: number): number => jitterUs.filter((one) => Math.abs(one) > us).length / packets;
    return { mean, deviation, beyond, least: Math.min(...jitterUs), most: Math.max(...jitterUs) };
  };
  const uniform = spread("jitter:20ms");
  assert.ok(Math.abs(uniform.mean) < 3 * (20_000 / Math.sqrt(3 * packets)));
  assert.ok(Math.abs(uniform.deviation - 20_000 / Math.sqrt(3)) < 100);
  assert.ok(uniform.least >= -20_000 && uniform.most <= 20_000);

  const normal = spread("jitter:20ms/normal");
  assert.ok(Math.abs(normal.mean) < 3 * (20_000 / Math.sqrt(packets)));
  assert.ok(Math.abs(normal.deviation - 20_000) < 300);
  assert.ok(Math.abs(normal.beyond(20_000) - 0.3173) < 3 * Math.sqrt((0.3173 * 0.6827) / packets));
  assert.ok(normal.most <= 80_000);

  // One-sided: nothing is much faster, a few are far slower, none beyond four deviations.
  const pareto = spread("jitter:20ms/pareto");
  assert.ok(pareto.least > -11_600 && pareto.most === 80_000);
  assert.ok(Math.abs(pareto.mean) < 700 && pareto.deviation > 12_000 && pareto.deviation < 20_000, `${pareto.mean} ${pareto.deviation}`);
});

test("a rate is kept within 1 % over ten seconds of more than it can carry", () => {
  for (const kbit of [64, 700, 12_000]) {
    const path = createPath({ network: orThrow(parseNetwork(`rate:${kbit}kbit`)), direction: "up", random: stream(1), originUs: 0 });
    // Twice what the link carries.
    const everyUs = (1_500 * 8 * 1_000) / kbit / 2;
    let bytes = 0;
    for (let atUs = 0; atUs < 10_000_000; atUs += everyUs) if ((path?.arrivesAtUs(atUs, 1_500) ?? 0) <= 10_000_000) bytes += 1_500;
    assert.ok(Math.abs((bytes * 8) / 10_000 / kbit - 1) < 0.01, `${kbit}: ${bytes}`);
  }
});

test("a full queue loses what comes on top of it, and one second of the link is its size", () => {
  const path = createPath({ network: orThrow(parseNetwork("rate:800kbit")), direction: "up", random: stream(1), originUs: 0 });
  const arrivedUs = Array.from({ length: 100 }, () => path?.arrivesAtUs(0, 1_500) ?? 0);
  // 100 kB hold 66 packets of 15 ms each.
  assert.equal(arrivedUs.filter((us) => us !== Infinity).length, 66);
  assert.equal(arrivedUs[65], 66 * 15_000);
  assert.equal(path?.arrivesAtUs(500_000, 1_500), 67 * 15_000);
});

test("one fault more leaves what the others draw as it was", () => {
  const alone = delaysUs("delay:50ms,jitter:10ms", 200);
  const together = delaysUs("delay:50ms,jitter:10ms,loss:20%", 200);
  for (const [index, us] of together.entries()) if (us !== Infinity) assert.ok(Math.abs(us - 50_000) <= 10_000, `${alone[index]}`);
  assert.deepEqual(delaysUs("delay:50ms,loss:20%", 200).map(isLost), together.map(isLost));
});
