// Listening to a run, the whole way: real turns against the target, their files held against their rows, one run of two parts,
// and a copy for strangers. Frames of 100 ms, as in end-to-end.test.ts.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audibleLevel } from "../audio/energy.ts";
import { decodeWav } from "../audio/wav.ts";
import { InputError, orThrow } from "../core/issues.ts";
import { run, type RunOptions } from "../index.ts";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot, type Finished } from "../testing/earshot-process.ts";
import { assertPublished } from "../testing/published-schema.ts";

const SCENARIO = `version: 1
name: heard
target: { provider: embedded, profile: exact, script: brief }
session: { frameMs: 100 }
caller: { thinkMs: 100, turns: [{ say: yes }, { text: "Thank you." }] }
load: { sessions: 4, startOver: 0.4s }
`;

let folder = "";
const reads = (place: string) => ({
  result: JSON.parse(readFileSync(join(folder, place, "run.json"), "utf8")) as RunResult,
  rows: readTurnLog(readFileSync(join(folder, place, "turns.ndjson"), "utf8")).rows,
  page: readFileSync(join(folder, place, "report.html"), "utf8"),
});
const wavsIn = (place: string): string[] => readdirSync(join(folder, place), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".wav"));
const isFine = ({ code, err, out }: Finished): void => assert.ok(code === 0 || code === 6, err + out);

before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-heard-"));
  writeFileSync(join(folder, "heard.yaml"), SCENARIO);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("every turn is a file in which speech ends and the answer begins when its row says so", async () => {
  isFine(await runEarshot(folder, ["run", "heard.yaml", "--no-canary", "--keep-audio", "all", "--threads", "2"]));
  const { result, rows, page } = reads("reports/latest");
  assertPublished(join(folder, "reports/latest"));
  assert.deepEqual([result.audio?.kept, result.audio?.turns.length, result.audio?.dropped], ["all", 8, undefined]);
  for (const { file, session, turn, fileBytes } of result.audio?.turns ?? []) {
    const bytes = readFileSync(join(folder, "reports/latest", file));
    assert.equal(bytes.length, fileBytes);
    const { channels, sampleRateHz } = orThrow(decodeWav(bytes, file));
    const row = rows.find((one) => one.session === session && one.turn === turn) ?? assert.fail(`${file} has no row`);
    const [left, right] = channels.map((channel) => ({
      firstMs: (channel.findIndex((sample) => Math.abs(sample) >= audibleLevel) * 1_000) / sampleRateHz,
      lastMs: ((channel.findLastIndex((sample) => Math.abs(sample) >= audibleLevel) + 1) * 1_000) / sampleRateHz,
    }));
    assert.equal(row.outcome, "answered");
    const since = (us: number | undefined): number => ((us ?? NaN) - (row.startedUs ?? NaN)) / 1_000;
    const sampleMs = 1_000 / sampleRateHz + 0.002;
    assert.ok(
      Math.abs((right?.firstMs ?? NaN) - since(row.firstAudibleUs)) <= sampleMs,
      `${file}: answer at ${right?.firstMs}, row ${since(row.firstAudibleUs)}`,
    );
    // What the clip's annotation calls the end of speech is its own detector's, a few ms wide.
    if (row.input === "text") assert.ok((left?.lastMs ?? NaN) === 0, "who writes says nothing");
    else assert.ok(Math.abs((left?.lastMs ?? NaN) - since(row.speechEndUs)) <= 12, `${file}: speech ends at ${left?.lastMs}, row ${since(row.speechEndUs)}`);
  }
  assert.match(page, /<audio controls[^>]*aria-label="Listen to [^"]*: caller on the left, answer on the right" src="data:audio\/wav;base64,/);
});

test("the copy for strangers has no voice in it, and whoever made it learns how many it left out", async () => {
  const { code, out } = await runEarshot(folder, ["report", "reports/latest", "--share", "shown"]);
  assert.equal(code, 0);
  assert.match(out, /without the sound of 8 turns/);
  const { result, page } = reads("shown");
  assert.deepEqual([wavsIn("shown"), result.audio], [[], undefined]);
  assert.doesNotMatch(page, /<audio|audio\//);
});

test("a recording that was deleted is not offered, and the report is made without it", async () => {
  rmSync(join(folder, "reports/latest/audio"), { recursive: true });
  assert.equal((await runEarshot(folder, ["report", "reports/latest"])).code, 0);
  assert.doesNotMatch(reads("reports/latest").page, /<audio/);
});

/** The folders of two parts of a plan; later where a machine that is busy with other tests took longer than that to begin. */
async function partsOf(words: readonly string[], leadMs = 5_000): Promise<readonly string[]> {
  const [out, startAt] = [`parts-${leadMs}`, Math.ceil(performance.timeOrigin + performance.now() + leadMs)];
  const parts = await Promise.all([1, 2].map((part) => runEarshot(folder, [...words, "--out", out, "--start-at", String(startAt), "--segment", `${part}/2`])));
  if (leadMs < 60_000 && parts.some(({ err }) => /--start-at: .* is over/.test(err))) return partsOf(words, leadMs * 3);
  parts.forEach(isFine);
  return readdirSync(join(folder, out, "heard")).map((id) => join(out, "heard", id));
}

test("two parts that kept the worst of theirs are one run with the worst of all", async () => {
  const runs = await partsOf(["run", "heard.yaml", "--no-canary", "--keep-audio", "worst:2"]);
  assert.deepEqual(
    runs.map((run) => wavsIn(run).length),
    [2, 2],
  );
  isFine(await runEarshot(folder, ["merge", ...runs, "--out", "merged"]));
  const { result, rows, page } = reads("merged/latest");
  const waited = rows.map((row) => (row.firstAudibleUs ?? NaN) - (row.speechEndUs ?? NaN)).toSorted((a, b) => b - a);
  const keptWaits = result.audio?.turns.map(({ session, turn }) => {
    const row = rows.find((one) => one.session === session && one.turn === turn);
    return (row?.firstAudibleUs ?? NaN) - (row?.speechEndUs ?? NaN);
  });
  assert.deepEqual(keptWaits, waited.slice(0, 2));
  assert.deepEqual(wavsIn("merged/latest/").length, 2);
  assert.equal(page.match(/<audio/g)?.length, 2);
});

test("sound is refused where the scenario keeps no words, and a word that is no choice is told", async () => {
  for (const privacy of ["hash", "none"]) {
    const { code, err } = await runEarshot(folder, ["run", "heard.yaml", "--keep-audio", "all", "--set", `privacy=${privacy}`]);
    assert.equal(code, 2);
    assert.match(err, new RegExp(`--keep-audio: keeps every word that is said, and the scenario has privacy: ${privacy}`));
  }
  const { code, err } = await runEarshot(folder, ["run", "heard.yaml", "--keep-audio", "best"]);
  assert.equal(code, 2);
  assert.match(err, /--keep-audio: "best" is none of: none, all, worst:5/);
});

test("a program asks for sound and traces in the words of the command line, and is told of all faults in them", async () => {
  const settings = { scenario: SCENARIO, overrides: { "load.sessions": 2 }, reportsRoot: join(folder, "by-program"), canary: false, threads: 1 };
  const { folder: made, result } = await run({ ...settings, keepAudio: "worst:1", trace: "all" });
  assert.equal(result.audio?.kept, "worst:1");
  assert.equal(readdirSync(join(made, "audio"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".wav")).length, 1);
  assert.equal(readdirSync(join(made, "traces"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ndjson")).length, 2);
  const sourcesOf = (error: unknown): unknown[] => (error instanceof InputError ? error.issues.map(({ source }) => source) : [error]);
  const faultsOf = (more: Pick<RunOptions, "keepAudio" | "trace" | "overrides">): Promise<unknown[]> =>
    run({ ...settings, ...more }).then(() => ["it ran"], sourcesOf);
  assert.deepEqual(await faultsOf({ keepAudio: "worst:0", trace: "worst:-1" }), ["trace", "keepAudio"]);
  assert.deepEqual(await faultsOf({ keepAudio: "all", overrides: { privacy: "none" } }), ["keepAudio"]);
});
