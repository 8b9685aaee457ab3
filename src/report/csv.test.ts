import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { costCsv } from "./cost-csv.ts";
import { effortCsv } from "./effort-csv.ts";
import { summaryCsv } from "./summary-csv.ts";
import { turnsCsv } from "./turns-csv.ts";

type Line = Readonly<Record<string, string>>;

/** Enough of a parser for tables without line breaks in their cells. */
function parsed(csv: string): Line[] {
  const [header = [], ...lines] = csv
    .trimEnd()
    .split("\n")
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ""));
  return lines.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ""])));
}

const EFFORT_COLUMNS =
  "run_id,cell,provider,model,profile,effort,frame_ms,network,sessions,turns_planned,turns_answered,turns_unanswered,turns_failed,turns_interrupted,turns_dropped,answered_share," +
  "voice_to_voice_ms_p50,voice_to_voice_ms_p50_low,voice_to_voice_ms_p50_high,voice_to_voice_ms_p90,voice_to_voice_ms_p90_low,voice_to_voice_ms_p90_high,voice_to_voice_ms_p95,voice_to_voice_ms_p99," +
  "voice_to_voice_ms_max,voice_to_voice_ms_censored_above,first_audio_ms_p50,server_think_ms_p50,end_of_utterance_ms_p50,tool_turn_ms_p90,early_endpoint_share,accuracy_share,wer,tool_correct_share," +
  "cached_input_share,input_tokens_per_turn,output_tokens_per_turn,text_out_unexplained_tokens_per_turn,usd_per_turn,usd_per_minute,usd_per_call,delta_p90_pct,delta_usd_pct,meets_objective," +
  "lateness_ms_p99,error_ms_p99,validity,price_list,data_origin,accuracy_origin";

test("effort.csv has the promised columns in the promised order and a row a cell", () => {
  const csv = effortCsv(syntheticRun());
  assert.equal(csv.split("\n")[0], EFFORT_COLUMNS);
  assert.deepEqual(
    parsed(csv).map((line) => line["cell"]),
    ["effort=low,frameMs=20", "effort=low,frameMs=40", "effort=high,frameMs=20", "effort=high,frameMs=40"],
  );
});

test("the quantile of a cell is that of its turns, inside its interval, and its change is against the first effort", () => {
  const [low, , high] = parsed(effortCsv(syntheticRun()));
  const p90 = Number(low?.["voice_to_voice_ms_p90"]);
  assert.ok(Number(low?.["voice_to_voice_ms_p90_low"]) <= p90 && p90 <= Number(low?.["voice_to_voice_ms_p90_high"]));
  assert.equal(low?.["delta_p90_pct"], "");
  assert.equal(Number(high?.["delta_p90_pct"]).toFixed(6), ((Number(high?.["voice_to_voice_ms_p90"]) / p90 - 1) * 100).toFixed(6));
});

test("a quantile among unanswered turns is an empty cell with what was waited beside it", () => {
  const [line] = parsed(effortCsv(syntheticRun({ unansweredShare: 0.3 })));
  assert.equal(line?.["voice_to_voice_ms_p90"], "");
  assert.equal(line?.["voice_to_voice_ms_max"], "");
  assert.equal(line?.["voice_to_voice_ms_censored_above"], "8000");
  assert.notEqual(line?.["voice_to_voice_ms_p50"], "");
});

test("an objective is met only where the interval proves it", () => {
  const record = syntheticRun();
  const cell = "effort=low,frameMs=20";
  const objective = (text: string, passed: boolean): string | undefined =>
    parsed(effortCsv(withResult(record, { thresholds: [{ text, cell, passed, actual: "" }] })))[0]?.["meets_objective"];
  assert.equal(objective("voice_to_voice p50 < 2500ms", true), "yes");
  assert.equal(objective("voice_to_voice p50 < 1.2s", false), "no");
  assert.equal(objective("voice_to_voice p50 < 1550ms", true), "unproven");
  assert.equal(parsed(effortCsv(record))[0]?.["meets_objective"], "");
});

test("summary.csv has a row for each metric with samples, with its unit, and none for the others", () => {
  const lines = parsed(summaryCsv(syntheticRun()));
  const line = lines.find((found) => found["metric"] === "voice_to_voice");
  assert.deepEqual([line?.["effort"], line?.["frame_ms"], line?.["turn_kind"], line?.["unit"], line?.["count"]], ["low", "20", "plain", "ms", "80"]);
  assert.equal(
    lines.some((found) => found["metric"] === "connect_tls" || found["count"] === "0"),
    false,
  );
});

test("turns.csv keeps an absent value empty, derives durations, and lets no cell be a formula", () => {
  const record = syntheticRun({ sessions: 2, turns: 1 });
  const hostile: TurnRow = { ...(record.turns[0] as TurnRow), clip: "=1+1", tags: { note: "@SUM(A1)" } };
  const [line] = parsed([...turnsCsv({ ...record, turns: [hostile] })].join(""));
  assert.equal(line?.["clip"], "'=1+1");
  assert.equal(line?.["tag_note"], "'@SUM(A1)");
  assert.equal(line?.["context_tokens"], "");
  assert.equal(Number(line?.["voice_to_voice_ms"]), ((hostile.firstAudibleUs ?? 0) - (hostile.speechEndUs ?? 0)) / 1_000);
});

test("cost.csv adds up from turns to calls to the cell, and an unpriced turn is counted, not zero", () => {
  const record = syntheticRun({ sessions: 3, turns: 2, breaksCall: true });
  const lines = parsed([...costCsv(record)].join("")).filter((line) => line["cell"] === "effort=low,frameMs=20");
  const usd = (scope: string): string =>
    lines
      .filter((line) => line["scope"] === scope)
      .reduce((sum, line) => sum + Number(line["usd"]), 0)
      .toFixed(9);
  assert.equal(usd("run"), usd("call"));
  assert.equal(usd("run"), usd("turn"));
  const broken = lines.find((line) => line["id"] === "2/0/1");
  assert.deepEqual([broken?.["usd"], broken?.["unpriced"]], ["", "1"]);
});
