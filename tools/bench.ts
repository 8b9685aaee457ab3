// What the hot pieces cost, as ratios to a yardstick of the same run, and whether one became dearer since the committed
// baseline.
//
//   npm run bench                       the table
//   node tools/bench.ts --check         fails where a ratio is more than 1.5 times its baseline
//   node tools/bench.ts --write         makes this run the baseline

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Bench } from "tinybench";
import { openFrameSend } from "./bench/frame-send.ts";
import type { Pair } from "./bench/pieces.ts";
import { pairs } from "./bench/pieces.ts";
import { watchedRows } from "./bench/watched-rows.ts";

const baselineFile = join(import.meta.dirname, "bench-baseline.json");
const DEARER = 1.5;
const ROUNDS = 4;
/** A piece that looks dearer is measured again so often before it is believed: machines have busy moments. */
const SECOND_LOOKS = 2;

interface Baseline {
  readonly node: string;
  /** Ours to the plain way, by the name of the piece. */
  readonly ratios: Readonly<Record<string, number>>;
}

interface Cost {
  readonly pair: Pair;
  readonly plainNs: number;
  readonly oursNs: number;
}

const ratioOf = ({ plainNs, oursNs }: Cost): number => oursNs / plainNs;

/** Median times of both ways, the least of several rounds in turn: whatever else the machine does only makes them longer. */
async function measure(pair: Pair): Promise<Cost> {
  let [plainNs, oursNs] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const bench = new Bench({ time: 150, warmupTime: 50 });
    bench.add("plain", pair.plain.run).add("ours", pair.ours.run);
    await bench.run();
    const medianNs = (task: string): number => {
      const result = bench.getTask(task)?.result;
      if (!result || !("latency" in result)) throw new Error(`${pair.name}, ${task}: no result`);
      return result.latency.p50 * 1e6;
    };
    plainNs = Math.min(plainNs, medianNs("plain"));
    oursNs = Math.min(oursNs, medianNs("ours"));
  }
  return { pair, plainNs, oursNs };
}

const isDearer = (cost: Cost, baseline: Baseline): boolean => ratioOf(cost) > DEARER * (baseline.ratios[cost.pair.name] ?? 0);

/** The cheapest of several looks at a piece that seems dearer, else the first. */
async function lookAgain(first: Cost, baseline: Baseline): Promise<Cost> {
  let cheapest = first;
  for (let look = 0; look < SECOND_LOOKS && isDearer(cheapest, baseline); look++) {
    const again = await measure(first.pair);
    if (ratioOf(again) < ratioOf(cheapest)) cheapest = again;
  }
  return cheapest;
}

const isInBaseline = ({ pair }: Cost, baseline: Baseline): boolean => baseline.ratios[pair.name] !== undefined;

function print(costs: readonly Cost[], baseline: Baseline): void {
  console.log(`Node ${process.version}, median time of one go; the ratio is ours to the plain way, in this run; the baseline is of Node ${baseline.node}\n`);
  console.log("piece                     ratio  baseline");
  for (const cost of costs) {
    const { pair, plainNs, oursNs } = cost;
    const was = baseline.ratios[pair.name]?.toFixed(3) ?? "none";
    const times = `${pair.plain.how}: ${plainNs.toFixed(0)} ns; ${pair.ours.how}: ${oursNs.toFixed(0)} ns`;
    console.log(`${pair.name.padEnd(23)} ${ratioOf(cost).toFixed(3).padStart(7)}  ${was.padStart(8)}   ${times}`);
  }
}

function check(costs: readonly Cost[], baseline: Baseline): void {
  const unknown = costs.filter((cost) => !isInBaseline(cost, baseline)).map(({ pair }) => `${pair.name} has no baseline: run node tools/bench.ts --write`);
  const dearer = costs
    .filter((cost) => isInBaseline(cost, baseline) && isDearer(cost, baseline))
    .map((cost) => `${cost.pair.name} is ${(ratioOf(cost) / (baseline.ratios[cost.pair.name] ?? NaN)).toFixed(1)} times as dear as its baseline`);
  const complaints = [...unknown, ...dearer];
  console.log(complaints.length === 0 ? `\nok: nothing is more than ${DEARER} times as dear as the baseline` : `\n${complaints.join("\n")}`);
  if (complaints.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({ options: { check: { type: "boolean" }, write: { type: "boolean" } } });
const baseline = JSON.parse(readFileSync(baselineFile, "utf8")) as Baseline;
const { pair: frameSend, close } = await openFrameSend();
const costs: Cost[] = [];
for (const pair of [...pairs, watchedRows, frameSend]) {
  const first = await measure(pair);
  costs.push(values.check && isInBaseline(first, baseline) ? await lookAgain(first, baseline) : first);
}
close();
print(costs, baseline);
if (values.write) {
  const ratios = Object.fromEntries(costs.map((cost) => [cost.pair.name, Number(ratioOf(cost).toPrecision(3))]));
  writeFileSync(baselineFile, `${JSON.stringify({ node: process.version, ratios }, null, 2)}\n`);
}
if (values.check) check(costs, baseline);
