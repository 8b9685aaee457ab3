import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { canaryErrorMs, canaryFindings, recoveredCanary, type CanaryLogs } from "./canary.ts";
import type { Instrument } from "./run-result.ts";
import { turnLine } from "./turn-log.ts";
import { judgeValidity } from "./validity.ts";

const record = syntheticRun({ sessions: 2, turns: 2 });
const template = record.turns[0] as TurnRow;
const TRUE_MS = 600;

/** One answered turn for each error, alternately of two canaries. The target had the last voiced frame at 0 and was heard 600 ms later. */
function logsOf(errorsMs: readonly number[]): CanaryLogs {
  const rows = errorsMs.map((errorMs, turn): TurnRow => {
    const us = { speechEndUs: 0, speechEndFrameUs: 0, firstAudibleUs: (TRUE_MS + errorMs) * 1_000 };
    return {
      ...template,
      ...us,
      outcome: "answered",
      cell: "canary",
      session: turn % 2,
      turn,
      network: "none",
      speechEndAudioMs: 500,
      answerId: `resp_${turn}`,
    };
  });
  const truth = errorsMs.map((_, turn) => ({
    type: "turn",
    sessionId: "sess",
    responseId: `resp_${turn}`,
    frames: [{ audioEndMs: 500, atUs: 0 }],
    firstDeltaSentUs: 500_000,
    firstAudibleOffsetMs: 100,
  }));
  return { rows: rows.map(turnLine).join(""), truth: truth.map((row) => `${JSON.stringify(row)}\n`).join("") };
}

const judged = (instrument: Partial<Instrument>, truthUnknown = false): readonly string[] => {
  const lateness = record.result.instrument.lateness;
  const question = { cells: record.result.cells, end: { type: "complete" }, droppedRows: 0, truthUnknown } as const;
  return judgeValidity({ ...question, instrument: { lateness, framesSent: 1, framesLate: 0, ...instrument } }).doubts.map((doubt) => doubt.code);
};

test("the error of canaries is what they measured less what their target did, its worst either way", () => {
  assert.deepEqual(canaryFindings(logsOf([1, 2, -6]), { sessions: 2 }), { sessions: 2, count: 3, farOff: 0, p50: 1, p99: 6, max: 6 });
  assert.deepEqual(canaryFindings({ rows: "", truth: "" }, { sessions: 0 }), { sessions: 0, count: 0, farOff: 0 });
});

test("canaries of a killed run are found by their rows, the torn ones left out", () => {
  const { rows, truth } = logsOf([1, 2, 3]);
  assert.deepEqual(recoveredCanary({ rows: rows.slice(0, -5), truth }), { sessions: 2, count: 2, farOff: 0, p50: 1, p99: 2, max: 2 });
  assert.equal(recoveredCanary({ rows: "", truth: "" }), undefined);
});

test("gates reckon with the worst of few canary turns and the p99 of many; one far off is no doubt, two of three are", () => {
  const many = [...Array.from({ length: 1_999 }, () => 1), 50];
  const found = [[1, 11], [-12, 1, 11], [1, 9], many].map((errorsMs) => canaryFindings(logsOf(errorsMs), { sessions: 2 }));
  assert.deepEqual(
    found.map((canary) => canaryErrorMs({ canary } as Instrument)),
    [11, 12, 9, 1],
  );
  assert.deepEqual(
    found.map((canary) => judged({ canary })),
    [[], ["canary_error"], [], []],
  );
});

test("canaries don't stand in for a check of the machine where a server keeps no account; lost canaries are a doubt", () => {
  assert.deepEqual(judged({}, true), ["no_check"]);
  assert.deepEqual(judged({ canary: canaryFindings(logsOf([1]), { sessions: 1 }) }, true), ["no_check"]);
  assert.deepEqual(judged({ canary: { sessions: 1, count: 0, lost: "SIGKILL" } }), ["canary_lost"]);
});
