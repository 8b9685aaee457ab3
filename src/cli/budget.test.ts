// Budgets end to end: what the target itself says it would have billed never passes them, whatever the number of threads.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { readJournal } from "../cost/budget-journal.ts";
import { loadPriceBook } from "../cost/price-book.ts";
import { priceTurn } from "../cost/price-usage.ts";
import type { PlanEstimate } from "../plan/estimate.ts";
import type { Usage } from "../protocol/usage.ts";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";

let folder = "";
const scenario = (name: string, turns: string): void =>
  writeFileSync(
    join(folder, `${name}.yaml`),
    `version: 1
name: ${name}
target: { provider: embedded, profile: exact, script: crm }
session: { frameMs: 100, maxOutputTokens: 64 }
caller: { thinkMs: 100, turns: [${turns}] }
load: { sessions: 6, startOver: 0.2s }
`,
  );
before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-budget-"));
  scenario("short", '{ say: "yes" }, { say: "no" }');
  scenario("long", '{ say: "yes" }, { say: "no" }, { say: "yes" }, { say: "no" }');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A machine that is busy with other things makes a run invalid (6); what it cost is what is tested here. */
const isFine = (code: number | null): boolean => code === 0 || code === 6;

const latest = (name: string): string => readFileSync(join(folder, "reports", "latest", name), "utf8");
const result = (): RunResult => JSON.parse(latest("run.json")) as RunResult;
const book = orThrow(loadPriceBook("openai-2026-11"));

interface Billed {
  readonly microUsd: number;
  readonly tokens: number;
  readonly responses: number;
}

/** By the target's own account of every response, in no way earshot's. */
function billed(): Billed {
  const rows = latest("truth.ndjson")
    .split("\n")
    .filter((line) => line.includes('"type":"usage"'))
    .map((line) => (JSON.parse(line) as { readonly usage: Usage }).usage);
  const tokens = rows.reduce((sum, usage) => sum + usage.total_tokens, 0);
  const counts = rows.map(({ input_token_details: input, output_token_details: output }) => ({
    textIn: input.text_tokens,
    textCached: input.cached_tokens_details.text_tokens,
    audioIn: input.audio_tokens,
    audioCached: input.cached_tokens_details.audio_tokens,
    textOut: output.text_tokens,
    audioOut: output.audio_tokens,
  }));
  const all = counts.reduce((a, b) => ({
    textIn: a.textIn + b.textIn,
    textCached: a.textCached + b.textCached,
    audioIn: a.audioIn + b.audioIn,
    audioCached: a.audioCached + b.audioCached,
    textOut: a.textOut + b.textOut,
    audioOut: a.audioOut + b.audioOut,
  }));
  return { microUsd: Number(priceTurn({ book, model: "gpt-realtime-2", usage: all, audioMs: { in: 0, out: 0 } })), tokens, responses: rows.length };
}

test("a run by three threads ends with exit 7 when three cents are spent, and has its report", async () => {
  const { code, out, err } = await runEarshot(folder, ["run", "short.yaml", "--budget-usd", "0.03", "--threads", "3"]);
  assert.equal(code, 7, err + out);
  const { budget, end, cells } = result();
  const { microUsd, responses } = billed();
  assert.ok(microUsd <= 30_000 && microUsd > 15_000, `${microUsd} billed`);
  assert.ok((budget?.spent.microUsd ?? 0) >= microUsd && (budget?.spent.microUsd ?? 0) <= 30_000, JSON.stringify(budget));
  assert.deepEqual([budget?.over, budget?.aboveBound, end.type], ["microUsd", 0, "incomplete"]);
  assert.ok((cells[0]?.outcomes.answered ?? 0) > 0 && (cells[0]?.outcomes.dropped ?? 0) > 0);
  assert.equal(cells[0]?.outcomes.answered, responses);
  assert.match(out, /budget +\$0\.0\d+ of \$0\.0300/);
  assert.deepEqual(readJournal(latest("budget.ndjson"))?.spent, budget?.spent, "what was journaled is what was counted");
  // Cached input bills less, so the sum of the rows is what the target bills.
  const { rows } = readTurnLog(latest("turns.ndjson"));
  assert.ok(Math.abs(rows.reduce((sum, row) => sum + (row.costMicroUsd ?? 0), 0) - microUsd) <= responses);
});

test("a run that ran out is resumed with more: the missing calls are made, and what was spent counts", async () => {
  const before = result();
  const again = await runEarshot(folder, ["run", "--resume", "reports/latest", "--budget-usd", "0.02"]);
  assert.equal(again.code, 2, "not a single turn is left of it");
  assert.match(again.err, /can't hold a single first turn.*beside \$0\.0\d+ that the run spent before/);
  const { code, err } = await runEarshot(folder, ["run", "--resume", "reports/latest", "--budget-usd", "1"]);
  assert.ok(isFine(code), err);
  const after = result();
  assert.equal(after.resumes, before.runId);
  const whole = before.calls.length - after.calls.length;
  assert.ok(whole >= 0 && after.cells[0]?.outcomes.answered === after.calls.length * 2, JSON.stringify(after.cells[0]?.outcomes));
  assert.deepEqual(after.budget?.spentBefore, before.budget?.spent);
  assert.ok((after.budget?.spent.microUsd ?? 0) >= (before.budget?.spent.microUsd ?? 0) + billed().microUsd);
  const done = await runEarshot(folder, ["run", "--resume", "reports/latest", "--effort", "high"]);
  assert.match(done.err, /--effort: does not go with --resume/);
});

test("tokens and minutes bound a run as dollars do, also of a model without a price", async () => {
  const { code, err } = await runEarshot(folder, ["run", "short.yaml", "--model", "gpt-realtime-9", "--budget-tokens", "1400", "--budget-minutes", "0.6"]);
  assert.equal(code, 7, err);
  const { tokens } = billed();
  assert.ok(tokens <= 1_400 && tokens > 100, `${tokens} tokens`);
  assert.ok((result().budget?.spent.audioMs ?? Infinity) <= 36_000);
});

test("a budget that can't be kept, or can't hold one turn, is refused before anything is called", async () => {
  const unpriced = await runEarshot(folder, ["run", "short.yaml", "--model", "gpt-realtime-9", "--budget-usd", "1"]);
  assert.equal(unpriced.code, 2);
  assert.match(unpriced.err, /has no price by tokens for gpt-realtime-9.*bound tokens or minutes/s);
  const tiny = await runEarshot(folder, ["run", "short.yaml", "--budget-usd", "0.001"]);
  assert.equal(tiny.code, 2);
  assert.match(tiny.err, /can't hold a single first turn, which may come to \$0\.00/);
});

test("a run that would pass the default budget of a provider that bills asks first, and without a terminal is not begun", async () => {
  const target = [
    "--set",
    "target.provider=compatible",
    "--set",
    "target.url=ws://127.0.0.1:9/v1/realtime",
    "--sessions",
    "1000",
    "--set",
    "load.startOver=1s",
  ];
  const { code, err } = await runEarshot(folder, ["run", "short.yaml", ...target]);
  assert.equal(code, 2);
  assert.match(err, /estimated at \$\d+\.\d+ at list price and has no budget: give one with --budget-usd/);
});

test("the plan agrees with the run within a tenth: tokens, money and minutes, with functions called too", async () => {
  const own = JSON.stringify({
    name: "mine",
    title: "Mine",
    collectedOn: "2026-11-22",
    note: "",
    prices: [
      {
        models: ["gpt-realtime-2"],
        type: "tokens",
        usdPerMillion: { textIn: "1", textCached: "0.5", textOut: "2", audioIn: "3", audioCached: "1.5", audioOut: "4" },
        confidence: "published",
        source: "the contract",
      },
    ],
  });
  writeFileSync(join(folder, "my-prices.json"), own);
  const words = [
    "short.yaml",
    "--prices",
    "./my-prices.json",
    "--set",
    "session.maxOutputTokens=inf",
    "--effort",
    "low,high",
    "--sessions",
    "3",
    "--concurrency",
    "6",
    "--set",
    "caller.thinkMs=400",
  ];
  const tools = ["--set", "session.tools=[{name: lookup_order, parameters: {type: object}, answers: {value: {status: shipped}, delayMs: 10}}]"];
  const planned = await runEarshot(folder, ["plan", ...words, ...tools, "--json"]);
  assert.equal(planned.code, 0, planned.err);
  const ran = await runEarshot(folder, ["run", ...words, ...tools]);
  assert.ok(isFine(ran.code), ran.err + ran.out);
  const estimate = JSON.parse(planned.out) as PlanEstimate;
  const { rows } = readTurnLog(latest("turns.ndjson"));
  for (const cell of estimate.cells) {
    const mine = rows.filter((row) => row.cell === cell.cell);
    const near = (what: string, guess: number, found: number): void =>
      assert.ok(Math.abs(guess - found) <= 0.1 * found, `${cell.cell} ${what}: ${guess} planned, ${found} found`);
    for (const kind of ["textIn", "audioIn", "textCached", "audioCached", "textOut", "audioOut"] as const) {
      near(
        kind,
        cell.usage[kind],
        mine.reduce((sum, row) => sum + (row.usage?.[kind] ?? 0), 0),
      );
    }
    near(
      "money",
      cell.microUsd ?? 0,
      mine.reduce((sum, row) => sum + (row.costMicroUsd ?? 0), 0),
    );
    near("answers", cell.answerMinutes, mine.reduce((sum, row) => sum + (row.audioHeardMs ?? 0), 0) / 60_000);
    assert.equal(cell.turns, mine.length);
    assert.ok(mine.every((row) => row.priceList === "mine"));
  }
});
