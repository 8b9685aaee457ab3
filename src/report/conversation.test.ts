import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { closingTable } from "./closing-table.ts";
import { effortCsv } from "./effort-csv.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";
import { summaryCsv } from "./summary-csv.ts";
import { turnsCsv } from "./turns-csv.ts";

const plain = syntheticRun({ sessions: 20, turns: 2 });
const cell = plain.result.cells[0]?.id;
const inCell = plain.turns.filter((row) => row.cell === cell);

/** In the first cell every second turn calls a function; half of those get no answer. The others interrupt. */
const turns = plain.turns.map((row): TurnRow => {
  const index = inCell.indexOf(row);
  if (index < 0) return row;
  const endUs = row.speechEndUs ?? 0;
  if (index % 2 === 0) return { ...row, speechStartUs: endUs, oldAudibleEndUs: endUs + 250_000, unheardUs: 1_500_000, truncateSentMs: 700, truncatedMs: 700 };
  const tool: TurnRow = { ...row, kind: "tool", callIds: ["c"], toolCalledUs: endUs + 900_000, toolRoundTripUs: 200_000 };
  const { firstAudibleUs: _, ...unheard } = tool;
  return index % 4 === 1 ? { ...tool, outcome: "answered", firstAudibleUs: endUs + 1_800_000 } : { ...unheard, outcome: "unanswered", censoredAtMs: 8_000 };
});
const record: RunRecord = { ...plain, turns };

const cellsOf = (csv: string, found: (line: string) => boolean): string[] => csv.split("\n").filter(found)[0]?.split(",") ?? [];

test("summary.csv has tool turns apart; a quantile among the unanswered is empty, with what was waited beside it", () => {
  const csv = summaryCsv(record);
  const header = csv.split("\n")[0]?.split(",") ?? [];
  const line = cellsOf(csv, (text) => text.includes("tool,tool_turn,ms"));
  const at = (name: string): string | undefined => line.at(header.indexOf(name) - header.length);
  assert.deepEqual(["count", "censored", "min", "p50", "p90", "max", "censored_above"].map(at), ["20", "10", "1800", "1800", "", "", "8000"]);
  assert.equal(csv.includes("plain,tool_turn"), false);
  assert.ok(csv.includes("plain,barge_in_stop,ms") && csv.includes("plain,unheard_audio,ms") && csv.includes("tool,voice_to_voice,ms"));
});

test("effort.csv has the p90 of tool turns where it is a number, and leaves it empty where it is none", () => {
  const p90 = (of: RunRecord): string | undefined => {
    const [header = "", line = ""] = effortCsv(of).split("\n");
    return line.split(",").at(header.split(",").indexOf("tool_turn_ms_p90") - header.split(",").length);
  };
  assert.equal(p90(record), "");
  assert.equal(p90({ ...plain, turns: turns.filter((row) => row.kind !== "tool" || row.outcome === "answered") }), "1800");
});

test("turns.csv has the durations of a tool turn, and none for what was waited in vain", () => {
  const [header = "", ...lines] = [...turnsCsv(record)].join("").split("\n");
  const column = header.split(",").indexOf("tool_turn_ms") - header.split(",").length;
  const tool = lines.filter((line) => line.includes(",tool,"));
  assert.deepEqual(new Set(tool.map((line) => line.split(",").at(column))), new Set(["1800", ""]));
});

test("terminal, summary and page tell of tool turns and interruptions where there are any, and only there", () => {
  const texts = [closingTable(record), markdownSummary(record)].map((text) => text.replaceAll(/\s+/g, " "));
  for (const text of texts) assert.match(text, /10\/20 answered; until the answer p50 1,800; until the call p50 900; functions p50 200/);
  for (const text of texts) assert.match(text, /20; until silence p50 250; made for nobody p50 1,500/);
  assert.ok(
    closingTable(record)
      .split("\n")
      .every((line) => line.length <= 120),
  );
  const page = htmlReport(record);
  assert.match(page, /Turns with a function call[\s\S]*until the answer[\s\S]*Interruptions[\s\S]*truncated where reported[\s\S]*100 %/);
  for (const text of [closingTable(plain), markdownSummary(plain), htmlReport(plain)]) assert.doesNotMatch(text, /tool turns|function call|[Ii]nterruptions/);
});
