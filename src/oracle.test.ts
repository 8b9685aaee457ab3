// The pure parts of tools/oracle, and its emulator's chance where there is a C compiler. The comparison itself is `npm run oracle`.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "../tools/oracle/cases.ts";
import { boundSeconds, cases } from "../tools/oracle/cases.ts";
import { emulatorFaults } from "../tools/oracle/emulator-check.ts";
import { besideChance, rowsOf, type Row } from "../tools/oracle/judge.ts";
import { emulatorArguments, netemArguments } from "../tools/oracle/link.ts";
import { chanceOf, summarise, summariseLongest, summariseMiddle } from "../tools/oracle/statistics.ts";
import { tableText } from "../tools/oracle/table.ts";
import { BURST_FRAMES, FRAME_US, frameText, sendBurst, speak } from "../tools/oracle/traffic.ts";
import { compileEmulator } from "../tools/oracle/tun-road.ts";
import { stream } from "./core/random.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const emulator = compileEmulator();

test("the emulator draws the losses and delays it is asked for", { skip: emulator.type === "missing" && emulator.reason }, () => {
  assert.ok(emulator.type === "compiled");
  assert.deepEqual(emulatorFaults(emulator.program), []);
});

test("every case has a name of its own, ends in bounded time, and says one network in both languages", () => {
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  for (const { name, network, link, traffic, ...rest } of cases) {
    assert.ok(boundSeconds({ name, network, link, traffic, ...rest }) <= 60, name);
    const delay = link.delayMs === 0 ? "none" : `delay:${link.delayMs}ms`;
    const jitter = link.jitterMs === undefined ? "" : `,jitter:${link.jitterMs}ms${link.shape ? `/${link.shape}` : ""}`;
    const rate = link.kbitPerS === undefined ? "" : `,rate:${link.kbitPerS}kbit`;
    const loss = link.lossPercent === undefined ? "" : `,loss:${link.lossPercent}%`;
    const bursts = link.bursts === undefined ? "" : `,burst-loss:${link.bursts.toBadPercent}%/${link.bursts.toGoodPercent}%`;
    assert.equal(network, delay + jitter + rate + loss + bursts);
  }
});

test("a link is told to the emulator and to netem", () => {
  const link = { delayMs: 30, jitterMs: 5, shape: "normal", bursts: { toBadPercent: 2.5, toGoodPercent: 50 }, kbitPerS: 700 } as const;
  assert.equal(emulatorArguments(link, 7).join(" "), "delayUs=30000 jitterUs=5000 shape=normal loss=0 toBad=0.025 toGood=0.5 bitPerS=700000 limit=1000 seed=7");
  assert.equal(netemArguments(link).join(" "), "limit 1000 delay 30ms 5ms distribution normal loss gemodel 2.5% 50% rate 700kbit");
  assert.equal(netemArguments({ delayMs: 50, lossPercent: 2 }).join(" "), "limit 1000 delay 50ms loss random 2%");
});

test("quantiles are the nearest rank over all sessions", () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  const summary = summarise([values.slice(0, 70), values.slice(70)]);
  assert.deepEqual(summary, { count: 100, us: { p50: 50, p95: 95, p99: 99 }, maxUs: 100 });
  assert.equal(summarise([[], []]), undefined);
});

test("what quantiles may be off by chance is nothing where all sessions are alike, and much where a few decide", () => {
  const calm = Array.from({ length: 8 }, () => [1, 2, 3]);
  assert.deepEqual(chanceOf(calm, stream(1)), { p50: 0, p95: 0, p99: 0 });
  const wild = calm.map((values, index) => (index === 0 ? [...values, 1_000] : values));
  assert.equal(chanceOf(wild, stream(1))?.p99, 997);
  assert.equal(chanceOf(calm.slice(5), stream(1)), undefined);
});

test("the session in the middle does not feel what one session suffered", () => {
  const sessions = [[1, 2, 3], [2, 3, 4], [3, 4, 5, 9_000, 9_000], []];
  assert.deepEqual(summariseMiddle(sessions), { count: 3, us: { p50: 3, p95: 4, p99: 4 }, maxUs: 4 });
  assert.deepEqual(
    rowsOf(one, { oracle: { up: sessions }, random: stream(1) }, { mark: ", paired", bySession: true }).map(({ what }) => what),
    ["up, paired", "up, paired, middle session", "up, paired, longest of a session"],
  );
  assert.deepEqual(summariseLongest(sessions), { count: 3, us: { p50: 4, p95: 9_000, p99: 9_000 }, maxUs: 9_000 });
});

const one: Case = {
  name: "made up",
  network: "delay:50ms",
  link: { delayMs: 50 },
  traffic: { type: "request", count: 1 },
  sessions: 4,
  goals: [{ quantile: "p50", share: 0.1, ms: 1 }],
};
const sessionsOf = (...us: readonly number[]): Record<string, readonly (readonly number[])[]> => ({ up: us.map((value) => [value]) });

test("a goal is met up to its limit, on either side, and nothing is met that was not measured", () => {
  const verdict = (us: number, goals = one.goals): string | undefined =>
    rowsOf({ ...one, goals }, { oracle: sessionsOf(50_000), shaper: sessionsOf(us), random: stream(1) })[0]?.verdict;
  assert.deepEqual(
    [44_000, 56_000].map((us) => verdict(us)),
    ["met", "met"],
  );
  assert.deepEqual(
    [43_999, 56_001].map((us) => verdict(us)),
    ["missed", "missed"],
  );
  assert.equal(verdict(90_000, []), "no goal");
  assert.equal(rowsOf(one, { oracle: sessionsOf(50_000), random: stream(1) })[0]?.verdict, "not measured");
  assert.equal(rowsOf(one, { oracle: {}, shaper: sessionsOf(50_000), random: stream(1) })[0]?.verdict, "not measured");
});

test("what the oracle's own second run misses as well is undecided", () => {
  const goals = [{ quantile: "p50", ms: 5 }] as const;
  const row = (us: number): Row => rowsOf({ ...one, goals }, { oracle: sessionsOf(50_000), shaper: sessionsOf(us), random: stream(1) })[0] ?? assert.fail();
  const verdict = (us: number, againUs: number): string | undefined => besideChance([row(us)], [row(againUs)])[0]?.verdict;
  assert.equal(verdict(60_000, 51_000), "missed");
  assert.equal(verdict(60_000, 44_000), "undecided");
  assert.equal(verdict(52_000, 60_000), "met");
});

test("only a goal that says so gives way to the oracle's own chance", () => {
  const measured = { oracle: sessionsOf(50_000, 50_000, 50_000, 90_000), shaper: sessionsOf(60_000), random: stream(1) };
  const strict = rowsOf({ ...one, goals: [{ quantile: "p99", ms: 5 }] }, measured)[0];
  const lenient = rowsOf({ ...one, goals: [{ quantile: "p99", ms: 5, orChance: true }] }, measured)[0];
  assert.deepEqual([strict?.verdict, lenient?.verdict], ["missed", "met"]);
  assert.deepEqual([strict?.limits[0]?.us, lenient?.limits[0]?.us], [5_000, 80_000]);
});

test("the table says the error, the limit and what was not measured", () => {
  const rows = rowsOf(one, { oracle: sessionsOf(50_000), shaper: sessionsOf(51_250), random: stream(1) });
  const [, , line = ""] = tableText([...rows, ...rowsOf(one, { oracle: sessionsOf(50_000), random: stream(1) })]).split("\n");
  assert.deepEqual(
    line
      .split("|")
      .map((cell) => cell.trim())
      .filter(Boolean),
    ["made up", "up", "1 / 1", ...Array<string>(4).fill("50.00"), ...Array<string>(4).fill("51.25"), "+1.25", "+1.25", "+1.25", "p50 6.00", "met"],
  );
});

test("a frame is one TCP segment, and a burst bears one instant", () => {
  const clock = createVirtualClock();
  const sent: string[] = [];
  sendBurst(clock, "cold", (text) => sent.push(text));
  assert.equal(sent.length, BURST_FRAMES);
  assert.equal(new Set(sent.map((text) => (JSON.parse(text) as { atUs: number }).atUs)).size, 1);
  assert.equal(frameText({ kind: "ask", n: 1, atUs: 1 }).length, 1_342);
});

test("a session speaks a frame every 20 ms, and after a stall leaves out what it missed but the last", () => {
  const clock = createVirtualClock();
  const sent: number[] = [];
  speak(clock, { frames: 10, send: (text) => sent.push((JSON.parse(text) as { n: number }).n) });
  clock.advanceTo(3 * FRAME_US);
  assert.deepEqual(sent, [1, 2, 3]);
  const late = createVirtualClock();
  const slow = { ...late, nowUs: () => (late.nowUs() > 2 * FRAME_US ? late.nowUs() + FRAME_US : late.nowUs()) };
  const heard: number[] = [];
  speak(slow, { frames: 10, send: (text) => heard.push((JSON.parse(text) as { n: number }).n) });
  late.runAll();
  assert.deepEqual(heard, [1, 2, 10]);
});
