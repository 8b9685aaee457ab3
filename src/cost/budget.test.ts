// The budget against a server that bills whatever it likes up to the bound, on virtual time, with the process killed at any
// moment and begun again from its journal.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stream, type Random } from "../core/random.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { nothing, plus, type Amount, type Limits } from "./amount.ts";
import { createBudget, type Budget, type BudgetAccount } from "./budget.ts";
import { journalLine, readJournal } from "./budget-journal.ts";

const amount = (microUsd: number, tokens = microUsd, audioMs = microUsd): Amount => ({ microUsd, tokens, audioMs });

interface Watched {
  readonly budget: Budget;
  readonly said: string[];
}

function watched(limits: Limits): Watched {
  const said: string[] = [];
  const budget = createBudget({
    limits,
    onReserve: () => undefined,
    onSettle: () => undefined,
    onGrant: (key) => void said.push(`${key} granted`),
    onRefuse: (key) => void said.push(`${key} refused`),
    onOver: (kind) => void said.push(`${kind} is over`),
  });
  return { budget, said };
}

test("a turn waits while what is reserved may yet be settled for less, and the first to ask is the first to go", () => {
  const { budget, said } = watched({ microUsd: 100 });
  budget.reserve("a", amount(60));
  budget.reserve("b", amount(60));
  budget.reserve("c", amount(10));
  assert.deepEqual(said, ["a granted"]);
  budget.settle("a", amount(20));
  assert.deepEqual(said, ["a granted", "b granted", "c granted"]);
});

test("once the next turn can't fit whatever happens, everybody who waits is refused, and so is who asks later", () => {
  const { budget, said } = watched({ microUsd: 100 });
  budget.reserve("a", amount(60));
  budget.reserve("b", amount(60));
  budget.settle("a", amount(50));
  budget.reserve("c", amount(1));
  assert.deepEqual(said, ["a granted", "microUsd is over", "b refused", "c refused"]);
  assert.equal(budget.account().over, "microUsd");
});

test("what is not told counts as reserved, of a turn that is settled in part and of a call that is gone", () => {
  const { budget } = watched({ audioMs: 1_000 });
  budget.reserve("a", amount(60));
  budget.settle("a", { audioMs: 5 });
  assert.deepEqual(budget.account().spent, amount(60, 60, 5));
  budget.reserve("b", amount(40));
  budget.end(["b"]);
  assert.deepEqual([budget.account().spent, budget.account().standing], [amount(100, 100, 45), amount(40)]);
});

test("a turn that costs more than its bound, and a cost nobody asked for, are counted and end the budget when they pass it", () => {
  const { budget, said } = watched({ tokens: 100 });
  budget.reserve("a", amount(60));
  budget.settle("a", amount(70));
  assert.deepEqual([budget.account().aboveBound, said], [1, ["a granted"]]);
  budget.charge("x", amount(40));
  assert.deepEqual(said, ["a granted", "tokens is over"]);
});

test("the journal tells whose limit it is, and which turns cost more than was reserved for them", () => {
  const open = { type: "open", limits: { microUsd: 9 }, spentBefore: nothing, priceList: "p" } as const;
  const rest = [
    journalLine({ type: "reserve", key: "a", amount: amount(3) }),
    journalLine({ type: "reserve", key: "b", amount: amount(3) }),
    journalLine({ type: "settle", key: "a", amount: amount(4) }),
    journalLine({ type: "settle", key: "b", amount: amount(3) }),
  ].join("");
  const told = (head: string): readonly unknown[] => [readJournal(head + rest)?.isDefault, readJournal(head + rest)?.aboveBound];
  assert.deepEqual(told(journalLine(open)), [false, 1]);
  assert.deepEqual(told(journalLine({ ...open, isDefault: true })), [true, 1]);
});

test("a journal with a damaged line in its middle, or without its beginning, says nothing; a torn end is no entry", () => {
  const lines = [
    journalLine({ type: "open", limits: { microUsd: 9 }, spentBefore: amount(1), priceList: "p" }),
    journalLine({ type: "reserve", key: "a", amount: amount(3) }),
    journalLine({ type: "reserve", key: "b", amount: amount(4) }),
    journalLine({ type: "settle", key: "a", amount: amount(2) }),
  ];
  const spent = (texts: readonly string[]) => readJournal(texts.join(""))?.spent.microUsd;
  assert.equal(spent(lines), 1 + 2 + 4);
  assert.equal(spent([...lines.slice(0, 3), lines[3]?.slice(0, -9) ?? ""]), 1 + 3 + 4);
  assert.equal(spent(lines.slice(1)), undefined);
  assert.equal(spent([lines[0] ?? "", (lines[1] ?? "").replace('"microUsd":3', '"microUsd":2'), ...lines.slice(2)]), undefined);
  assert.equal(spent([]), undefined);
});

/** Everything that outlives the process: what the server has billed, and the journal. */
interface World {
  billed: Amount;
  journal: string;
  turns: number;
}

const KINDS = ["microUsd", "tokens", "audioMs"] as const;
const drawAmount = (random: Random, most: number): Amount => amount(1 + random.integer(most), 1 + random.integer(most), 1 + random.integer(most));
const share = (random: Random, bound: Amount): Amount =>
  amount(Math.floor(random.uniform() * (bound.microUsd + 1)), Math.floor(random.uniform() * (bound.tokens + 1)), Math.floor(random.uniform() * bound.audioMs));

/** Callers until the budget is over or the process is killed. A granted turn is billed some time after, also when nobody is there any more. */
function live(world: World, limits: Limits, random: Random): BudgetAccount {
  const clock = createVirtualClock(0);
  const kill = random.integer(60_000);
  const before = readJournal(world.journal);
  const bounds = new Map<string, Amount>();
  let alive = true;
  const write = (line: string): void => {
    // A kill in the middle of a write leaves a torn line, and nothing is acted on that was not written.
    if (world.journal !== "" && !world.journal.endsWith("\n")) throw new Error("wrote behind a torn line");
    world.journal += line;
  };
  const callers = Array.from({ length: 1 + random.integer(12) }, (_, caller) => `${caller}`);
  const turn = (key: string): void => {
    const bound = bounds.get(key) as Amount;
    const actual = share(random, bound);
    clock.at(clock.nowUs() + 1 + random.integer(2_000), () => {
      world.billed = plus(world.billed, actual);
      world.turns++;
      for (const kind of KINDS) assert.ok(world.billed[kind] <= (limits[kind] ?? Infinity), `${kind}: ${world.billed[kind]} of ${limits[kind]} billed`);
      if (!alive) return;
      const told = random.uniform();
      // A call that breaks tells nothing, and nothing more is heard of it.
      if (told < 0.1) return budget.end([key]);
      budget.settle(key, told < 0.2 ? { audioMs: actual.audioMs } : actual);
      next(key);
    });
  };
  const budget = createBudget({
    limits,
    ...(before ? { spentBefore: before.spent } : {}),
    onReserve: (key, reserved) => write(journalLine({ type: "reserve", key, amount: reserved })),
    onSettle: (key, settled) => write(journalLine({ type: "settle", key, amount: settled })),
    onGrant: turn,
    onRefuse: () => undefined,
    onOver: () => undefined,
  });
  world.journal = journalLine({ type: "open", limits, spentBefore: before?.spent ?? nothing, priceList: "p" });
  let asked = 0;
  const next = (caller: string): void => {
    clock.at(clock.nowUs() + random.integer(500), () => {
      if (!alive) return;
      const key = `${caller}.${asked++}`;
      bounds.set(key, drawAmount(random, 60));
      budget.reserve(key, bounds.get(key) as Amount);
    });
  };
  callers.forEach(next);
  clock.advanceTo(kill);
  alive = false;
  const account = budget.account();
  if (random.uniform() < 0.5) tearLastLine(world, random);
  // What was under way reaches the server all the same.
  clock.advanceTo(kill + 10_000);
  return account;
}

/** As if the kill had come while the last line was written: only where that line changes nothing that was acted on. */
function tearLastLine(world: World, random: Random): void {
  const start = world.journal.lastIndexOf("\n", world.journal.length - 2) + 1;
  const line = world.journal.slice(start);
  if (!line.includes('"type":"settle"')) return;
  world.journal = world.journal.slice(0, start + random.integer(line.length - 1));
}

test("under 1,000 seeds, killed at random moments and begun again, no more is ever billed than the budget", () => {
  let overs = 0;
  let turns = 0;
  for (let seed = 1; seed <= 1_000; seed++) {
    const random = stream(seed, "budget");
    const limits: Limits = {
      microUsd: 300 + random.integer(2_000),
      ...(seed % 2 ? { tokens: 300 + random.integer(2_000) } : {}),
      ...(seed % 3 ? {} : { audioMs: 900 }),
    };
    const world: World = { billed: nothing, journal: "", turns: 0 };
    try {
      for (let life = 0; life < 4; life++) if (live(world, limits, random).over !== undefined) overs++;
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
    turns += world.turns;
  }
  // The property means something only if budgets did run out, and many turns were made before they did.
  assert.ok(overs > 500 && turns > 20_000, `${overs} budgets ran out in ${turns} turns`);
});
