// How long the readers of runs take: `report` of a run of 100,000 turns, `compare` of two of 10,000, `history` over 500. Each command is a
// process of its own, as a user starts it, and so is its yardstick: reading the same files and parsing each of their rows, nothing else.
// CPU is user and system time of all threads of the process. Of several rounds the least counts: whatever else the machine does only adds.
//
//   npm run bench:reports                          builds, and times what was built
//   node tools/report-speed.ts --sources           times the sources as they are
//   node tools/report-speed.ts --turns 20000 --rounds 1 --keep FOLDER

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exampleRun, readTruth, writeHistory, writeLongRun } from "./report-speed/long-run.ts";

const root = join(import.meta.dirname, "..");
const COMPARED_TURNS = 10_000;
const HISTORY_RUNS = 500;

interface Cost {
  readonly wallS: number;
  readonly cpuS: number;
  readonly rssMb: number;
}

/** Tells on descriptor 3 what the process cost, when it is over. */
const teller = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; import { isMainThread } from "node:worker_threads"; if (isMainThread) process.on("exit", () => writeSync(3, JSON.stringify({ ...process.cpuUsage(), rssKb: process.resourceUsage().maxRSS })));',
)}`;

/** Parses every row of the files below the folders that it is given, by their name. */
const yardstick = `
  import { readdirSync, readFileSync } from "node:fs";
  import { join } from "node:path";
  const [name, ...folders] = process.argv.slice(1);
  for (const folder of folders)
    for (const path of readdirSync(folder, { recursive: true }).filter((found) => found.endsWith(name))) {
      const text = readFileSync(join(folder, path), "utf8");
      if (name.endsWith(".ndjson")) for (const line of text.split("\\n")) { if (line !== "") JSON.parse(line); }
      else JSON.parse(text);
    }`;

function once(args: readonly string[]): Cost {
  const startedMs = performance.now();
  const { status, stderr, output, error } = spawnSync(process.execPath, ["--import", teller, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    maxBuffer: 2 ** 26,
  });
  const wallS = (performance.now() - startedMs) / 1_000;
  if (error) throw error;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  const { user, system, rssKb } = JSON.parse(output[3] ?? "") as { readonly user: number; readonly system: number; readonly rssKb: number };
  return { wallS, cpuS: (user + system) / 1e6, rssMb: rssKb / 1_024 };
}

function least(args: readonly string[], rounds: number, before: () => void = () => undefined): Cost {
  const found = Array.from({ length: rounds }, () => {
    before();
    return once(args);
  });
  const of = (pick: (cost: Cost) => number): number => Math.min(...found.map(pick));
  return { wallS: of(({ wallS }) => wallS), cpuS: of(({ cpuS }) => cpuS), rssMb: of(({ rssMb }) => rssMb) };
}

function line(name: string, cost: Cost, plain?: Cost): string {
  const ratio = plain ? `${(cost.cpuS / plain.cpuS).toFixed(1)} times the CPU of reading` : "";
  return `${name.padEnd(46)} ${cost.wallS.toFixed(2).padStart(6)} s  CPU ${cost.cpuS.toFixed(2).padStart(6)} s  ${cost.rssMb.toFixed(0).padStart(5)} MB  ${ratio}`.trimEnd();
}

function measure(work: string, commandLine: string, { turns, rounds }: { readonly turns: number; readonly rounds: number }): void {
  const example = exampleRun(root);
  const truth = readTruth(root);
  const long = join(work, "long");
  const sides = ["A", "B"].map((name) => join(work, name));
  const history = join(work, "history");
  if (!existsSync(long)) {
    writeLongRun(long, example, truth, { turns, seed: 1, runId: "long" });
    sides.forEach((side, index) => writeLongRun(side, example, truth, { turns: COMPARED_TURNS, seed: 2 + index, runId: `side-${index}` }));
    writeHistory(history, example, HISTORY_RUNS);
  }
  const reading = (name: string, ...folders: readonly string[]): Cost => least(["--input-type=module", "-e", yardstick, name, ...folders], rounds);
  const forget = (): void => ["", "-shm", "-wal"].forEach((end) => rmSync(join(history, `history.sqlite${end}`), { force: true }));
  console.log(line("nothing but starting (--version)", least([commandLine, "--version"], rounds)));
  const rows = reading("turns.ndjson", long);
  console.log(line(`read and parse ${turns} rows`, rows));
  console.log(line(`report of ${turns} turns`, least([commandLine, "report", long], rounds), rows));
  const twoRuns = reading("turns.ndjson", ...sides);
  console.log(line(`read and parse 2 x ${COMPARED_TURNS} rows`, twoRuns));
  console.log(line(`compare of 2 x ${COMPARED_TURNS} turns`, least([commandLine, "compare", ...sides], rounds), twoRuns));
  const runs = reading("run.json", history);
  console.log(line(`read and parse ${HISTORY_RUNS} run.json`, runs));
  console.log(line(`history of ${HISTORY_RUNS} runs, the first time`, least([commandLine, "history", "--out", history], rounds, forget), runs));
  console.log(line(`history of ${HISTORY_RUNS} runs, after that`, least([commandLine, "history", "--out", history], rounds), runs));
}

const { values } = parseArgs({
  options: {
    turns: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    sources: { type: "boolean", default: false },
    /** Keeps the runs there, and uses those that are there already. */
    keep: { type: "string" },
  },
});
const [turns, rounds] = [Number(values.turns), Number(values.rounds)];
if (!Number.isInteger(turns) || turns < 1_000 || !Number.isInteger(rounds) || rounds < 1)
  throw new Error("--turns takes a whole number from 1000, --rounds one from 1");
const commandLine = values.sources ? join("src", "cli", "main.ts") : join("dist", "cli", "main.js");
if (!existsSync(join(root, commandLine))) throw new Error("there is no dist: run npm run build first, or name --sources");
const work = values.keep ?? mkdtempSync(join(tmpdir(), "earshot-reports-"));
try {
  console.log(
    `${values.sources ? "sources" : "built"}, Node ${process.version}, ${cpus().length} cores of ${cpus()[0]?.model ?? "?"}, the least of ${rounds} rounds\n`,
  );
  measure(work, commandLine, { turns, rounds });
} finally {
  if (values.keep === undefined) rmSync(work, { recursive: true, force: true });
}
