// Whether earshot's in-process network is like a real one: the same traffic once through the shaper on loopback (S) and once
// over kernel TCP and an emulated network between two namespaces (K), side by side. Needs Linux and root; docs/oracle.md.
//
//   npm run oracle                                    everything, some six minutes
//   npm run oracle -- --case loss,burst --report-only --json oracle.json
//   npm run oracle -- --case burst-loss --rounds 4    four seeds together where losses are paired: a few stalls decide a tail
//   npm run oracle -- --list

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { didYouMean } from "../src/core/issues.ts";
import { stream } from "../src/core/random.ts";
import { parseNetwork } from "../src/faults/profile.ts";
import { waitedUs } from "./bench-load/cpu-pressure.ts";
import type { Case } from "./oracle/cases.ts";
import { boundSeconds, cases } from "./oracle/cases.ts";
import { undoAtEnd } from "./oracle/clean-up.ts";
import { createCertificate } from "./oracle/certificate.ts";
import type { Row } from "./oracle/judge.ts";
import { besideChance, rowsOf } from "./oracle/judge.ts";
import type { Ladder } from "./oracle/ladder.ts";
import { climb } from "./oracle/ladder.ts";
import { ownLosses } from "./oracle/own-losses.ts";
import { betweenRunsUs, differenceText, replay } from "./oracle/paired.ts";
import type { Account, Road } from "./oracle/road.ts";
import { loopback } from "./oracle/road.ts";
import type { Side } from "./oracle/run-side.ts";
import type { Samples } from "./oracle/traffic.ts";
import { runSide } from "./oracle/run-side.ts";
import { summarise } from "./oracle/statistics.ts";
import { tableText } from "./oracle/table.ts";

type Oracle = Exclude<Ladder, { readonly type: "none" }>;

/** Beyond this share of waiting for a CPU the machine's other work is measured as well. */
const CROWDED = 0.1;

interface Half extends Side {
  readonly account?: Account;
  /** Share of the time in which something had to wait for a CPU; absent where the kernel does not tell. */
  readonly crowded?: number;
}

interface Comparison {
  readonly rows: readonly Row[];
  readonly oracle: Half;
  /** Absent where earshot has no words for the network yet. */
  readonly shaper?: Half;
  /** Of paired cases. */
  readonly notes?: readonly string[];
}

async function measure(one: Case, road: Road, { network, seed }: { readonly network: string; readonly seed: number }): Promise<Half> {
  const { traffic, sessions } = one;
  const [startedMs, before] = [performance.now(), waitedUs()];
  const tls = traffic.type === "handshake" && traffic.secure ? createCertificate(road.hosts) : undefined;
  if (traffic.type === "handshake" && traffic.secure && !tls) throw new Error(`${one.name} needs the openssl command; leave it out with --case`);
  const side = await runSide(road, { traffic, sessions, seed, network, limitSeconds: boundSeconds(one), ...(tls && { tls }) });
  const after = waitedUs();
  const account = await road.close();
  const crowded = before === undefined || after === undefined ? undefined : (after - before) / 1_000 / (performance.now() - startedMs);
  return { ...side, ...(account && { account }), ...(crowded !== undefined && { crowded }) };
}

interface Chance {
  readonly seed: number;
  /** Seeds in a row that a paired case takes together. */
  readonly rounds: number;
}

async function compare(one: Case, oracle: Oracle, { seed }: Chance): Promise<Comparison> {
  const road = await oracle.open({ link: one.link, sessions: one.sessions, seed });
  const truth = await measure(one, road, { network: "none", seed });
  const parsed = parseNetwork(one.network);
  if (!parsed.ok) console.log(`${one.name}: S not yet: earshot can't read "${one.network}"`);
  const shaper = parsed.ok ? await measure(one, loopback, { network: one.network, seed }) : undefined;
  const rows = rowsOf(one, { oracle: truth.samples, ...(shaper && { shaper: shaper.samples }), random: stream(seed, "oracle", one.name) });
  return { rows, oracle: truth, ...(shaper && { shaper }) };
}

/** The kernel twice with the same losses, the model on the first run's writes, and the shaper with losses of its own, as it is shipped. */
async function comparePaired(one: Case, oracle: Oracle, { seed, rounds }: Chance): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), "earshot-oracle-"));
  const remove = undoAtEnd(() => rmSync(folder, { recursive: true, force: true }));
  const run = async (log: string, draw = seed): Promise<Half> =>
    measure(one, await oracle.open({ link: one.link, sessions: one.sessions, seed: draw, use: { isPaired: true, log } }), { network: "none", seed: draw });
  const logFile = join(folder, "first");
  const [truth, again] = [await run(logFile), await run(join(folder, "second"))];
  const shape = (draw: number): Promise<Half> => measure(one, loopback, { network: one.network, seed: draw });
  const shaper = await shape(seed);
  const model = replay(one, seed, { traces: truth.traces, logFile });
  const pooled = { truth: [truth.samples], model: [model.samples], shaper: [shaper.samples] };
  for (let round = 1; round < rounds; round++) {
    const more = await run(logFile, seed + round);
    pooled.truth.push(more.samples);
    pooled.model.push(replay(one, seed + round, { traces: more.traces, logFile }).samples);
    pooled.shaper.push((await shape(seed + round)).samples);
  }
  remove();
  const between = betweenRunsUs(truth.traces, again.traces);
  const random = stream(seed, "oracle", one.name);
  const noGoals = { name: one.name, goals: [] };
  const groups = Array.from({ length: GROUPS }, (_, group) => virtually(one, GROUPS * seed + group));
  const paired = rowsOf(one, { oracle: together(pooled.truth), shaper: together(pooled.model), random }, { mark: ", paired", bySession: true });
  const itself = rowsOf(noGoals, { oracle: truth.samples, shaper: again.samples, random }, { mark: ", kernel again", bySession: true });
  return {
    rows: [
      ...besideChance(paired, itself),
      ...itself,
      ...rowsOf(noGoals, { oracle: together(pooled.truth), shaper: together(pooled.shaper), random }, { mark: ", own losses", bySession: true }),
    ],
    oracle: truth,
    shaper,
    notes: (["up", "down"] as const).flatMap((way) => [
      differenceText(`${one.name} ${way}, model minus kernel`, model.differencesUs[way]),
      differenceText(`${one.name} ${way}, kernel again minus kernel`, between[way]),
      chanceText(one, way, groups),
    ]),
  };
}

/** How many times the shaper's sessions of a case are made in virtual time. */
const GROUPS = 20;

function virtually(one: Case, seed: number): Samples {
  if (one.traffic.type !== "voice") throw new Error(`${one.name}: only voice is made in virtual time`);
  return ownLosses({ network: one.network, frames: one.traffic.frames, sessions: one.sessions, limitSeconds: boundSeconds(one), seed });
}

/** What chance alone makes of the p99 of all samples, and of how many sessions stall for long. */
function chanceText({ name, sessions }: Case, way: "up" | "down", groups: readonly Samples[]): string {
  const p99s = groups.flatMap((samples) => summarise(samples[way] ?? [])?.us.p99 ?? []).toSorted((a, b) => a - b);
  const at = (share: number): string => ((p99s[Math.round(share * (p99s.length - 1))] ?? 0) / 1_000).toFixed(0);
  const longest = groups.flatMap((samples) => samples[way] ?? []).map((values) => summarise([values])?.maxUs ?? 0);
  const beyond = (seconds: number): string => percent(longest.filter((us) => us > seconds * 1_000_000).length / longest.length);
  return (
    `${name} ${way}, own losses in virtual time, ${p99s.length} groups of ${sessions} sessions: the group's p99 is from ${at(0)} to ${at(1)} ms, ` +
    `half of them from ${at(0.25)} to ${at(0.75)}; longest delay of a session above 1 s in ${beyond(1)}, 2 s in ${beyond(2)}, 5 s in ${beyond(5)}`
  );
}

/** The sessions of several runs, way by way. */
const together = (runs: readonly Samples[]): Samples =>
  Object.fromEntries([...new Set(runs.flatMap((samples) => Object.keys(samples)))].map((way) => [way, runs.flatMap((samples) => samples[way] ?? [])]));

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What the table does not tell: losses, how late the two emulations themselves were, and what went wrong. */
function notesOf({ name }: Case, { oracle, shaper, notes = [] }: Comparison): readonly string[] {
  const passed = (["up", "down"] as const).flatMap((way) => {
    const { packets, lost, bursts, overflowed, refused, lateP50Us, lateP99Us, lateMaxUs } = oracle.account?.[way] ?? {};
    if (packets === undefined) return [];
    const losses = lost ? `, ${lost} lost (${percent(lost / packets)}) in ${bursts} bursts` : "";
    const wrong = overflowed || refused ? `, ${overflowed} found the queue full, ${refused} were refused` : "";
    return [`${name} K ${way}: ${packets} packets${losses}${wrong}; late by ${lateP50Us} us p50, ${lateP99Us} p99, ${lateMaxUs} max`];
  });
  const late = summarise([shaper?.shaperLatenessUs ?? []]);
  const halves = [["K", oracle] as const, ...(shaper ? [["S", shaper] as const] : [])];
  return [
    ...passed,
    ...notes,
    ...(late ? [`${name} S: released late by ${late.us.p50} us p50, ${late.us.p99} p99, ${late.maxUs} max`] : []),
    ...halves.flatMap(([side, { broken }]) => (broken.length === 0 ? [] : [`${name} ${side}: ${broken.length} sessions broke; the first: ${broken[0]}`])),
    ...halves.flatMap(([side, { crowded = 0 }]) =>
      crowded > CROWDED ? [`${name} ${side}: something waited for a CPU in ${percent(crowded)} of the time`] : [],
    ),
  ];
}

function introduce({ name, because, tcp }: Oracle, seed: number): void {
  const { model = "unknown CPU" } = cpus()[0] ?? {};
  console.log(`oracle   ${name}${because ? ` (${because})` : ""}`);
  if (because) console.log("         so nothing below is validated against netem");
  const settings = Object.entries(tcp).map(([key, value]) => `${key} ${value}`);
  console.log(`kernel   Linux ${release()}; ${settings.join(", ")}`);
  console.log(`machine  ${cpus().length} x ${model.trim()}, Node ${process.version}, load ${(loadavg()[0] ?? 0).toFixed(1)} before; seed ${seed}`);
}

async function run(chosen: readonly Case[], oracle: Oracle, chance: Chance): Promise<readonly Comparison[]> {
  introduce(oracle, chance.seed);
  const comparisons: Comparison[] = [];
  for (const one of chosen) {
    process.stderr.write(`${one.name}: ${one.network}\n`);
    // Only the emulator of our own can lose the same packets twice.
    const comparison = await (one.isPaired && oracle.type === "tun" ? comparePaired : compare)(one, oracle, chance);
    comparisons.push(comparison);
    for (const note of notesOf(one, comparison)) console.log(note);
  }
  console.log(`\nOne way in ms (bursts: until the last byte; handshakes: dial to open). K: the oracle. S: earshot's shaper.\n`);
  console.log(tableText(comparisons.flatMap(({ rows }) => rows)));
  return comparisons;
}

function chosenCases(names: string | undefined): readonly Case[] {
  if (names === undefined) return cases;
  return names.split(",").map((name) => {
    const found = cases.find((one) => one.name === name);
    if (found) return found;
    const known = cases.map((one) => one.name);
    const meant = didYouMean(name, known);
    throw new Error(`there is no case "${name}"${meant ? `; did you mean ${meant}?` : ""} There are ${known.join(", ")}`);
  });
}

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    list: { type: "boolean" },
    "report-only": { type: "boolean" },
    json: { type: "string" },
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "1" },
  },
});
const chosen = chosenCases(values.case);
const seed = Number(values.seed);
if (!Number.isInteger(seed) || seed < 0) throw new Error("--seed must be a whole number from 0");
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds must be a whole number from 1");
if (values.list)
  for (const { name, network, sessions, traffic } of cases) console.log(`${name.padEnd(16)}${network.padEnd(44)}${sessions} sessions, ${traffic.type}`);
else {
  const oracle = await climb();
  if (oracle.type === "none") {
    console.log(`skipped, no oracle: ${oracle.reason}`);
    if ((process.env["EARSHOT_REQUIRE"] ?? "").split(",").includes("oracle")) process.exitCode = 1;
  } else {
    const comparisons = await run(chosen, oracle, { seed, rounds });
    const rows = comparisons.flatMap((comparison) => comparison.rows);
    if (values.json !== undefined) {
      const { type, because, tcp } = oracle;
      const accounts = Object.fromEntries(chosen.map(({ name }, index) => [name, comparisons[index]?.oracle.account]));
      writeFileSync(values.json, `${JSON.stringify({ oracle: type, because, kernel: release(), tcp, seed, rows, accounts }, undefined, 2)}\n`);
    }
    const missed = rows.filter(({ verdict }) => verdict === "missed");
    const unknown = rows.filter(({ verdict }) => verdict === "not measured");
    const undecided = rows.filter(({ verdict }) => verdict === "undecided");
    const broken = comparisons.flatMap(({ oracle: truth, shaper }) => [...truth.broken, ...(shaper?.broken ?? [])]);
    console.log(
      `\n${rows.filter(({ verdict }) => verdict === "met").length} met, ${missed.length} missed, ${undecided.length} undecided, ${unknown.length} not measured, ${broken.length} sessions broke`,
    );
    if (missed.length + broken.length > 0 && !values["report-only"]) process.exitCode = 1;
  }
}
