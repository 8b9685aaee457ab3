import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticCheck as check } from "../testing/check-result.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { checkFor } from "./run-check.ts";
import { judgeValidity, type ValidityQuestion } from "./validity.ts";

const { instrument, cells, end } = syntheticRun({ sessions: 2, turns: 1 }).result;
const codes = (change: Partial<ValidityQuestion>): string[] =>
  judgeValidity({ instrument, cells, end, droppedRows: 0, truthUnknown: false, ...change }).doubts.map((doubt) => doubt.code);
const checked = (concurrency: number) => ({ check: checkFor(check, { concurrency, frameMs: 20, startedAtMs: check.startedAtMs }) });

test("without a check, a run against a real server does not know its own error; one against the embedded target does", () => {
  assert.deepEqual(codes({ truthUnknown: true }), ["no_check"]);
  assert.deepEqual(codes({ truthUnknown: false }), []);
});

test("a check that covers the run takes that doubt away, one that does not is a doubt of its own, whatever the server", () => {
  assert.deepEqual(codes({ truthUnknown: true, ...checked(100) }), []);
  for (const callers of [101, 5_000]) assert.deepEqual(codes({ ...checked(callers) }), ["beyond_check"]);
});

test("calls that this machine's own limits ended make the run invalid, those that a server ended do not", () => {
  const call = { cell: "a", session: 0, call: 0, plannedUs: 0 };
  const failure = "TCP connect to h:443 failed: this process has no file descriptor left (EMFILE); raise ulimit -n or use fewer sessions";
  const calls = [call, { ...call, failureClass: "client_limit", failure }, { ...call, failureClass: "network" }, { ...call, failureClass: "harness" }];
  const { verdict, doubts } = judgeValidity({ instrument, cells, end, calls, droppedRows: 0, truthUnknown: false });
  assert.equal(verdict, "invalid");
  assert.deepEqual(
    doubts.map(({ code }) => code),
    ["client_limit", "harness"],
  );
  assert.match(doubts[0]?.message ?? "", /^1 of 4 calls failed because this machine had no descriptor.*\(EMFILE\); raise ulimit -n/);
  assert.deepEqual(codes({ calls: [call, { ...call, failureClass: "timeout" }] }), []);
});

test("a shaper that is late is doubted, and one that is half a frame late makes the run invalid", () => {
  const judged = (shaperLatenessMsP99: number) => judgeValidity({ instrument, cells, end, droppedRows: 0, truthUnknown: false, shaperLatenessMsP99 });
  assert.deepEqual(judged(2).verdict, "valid");
  assert.deepEqual(
    [judged(2.1), judged(11)].map(({ verdict, doubts }) => [verdict, doubts[0]?.message]),
    [
      ["doubtful", "the network shaper let bytes go 2.1 ms late at p99, more than 2 ms"],
      ["invalid", "the network shaper let bytes go 11 ms late at p99, more than half a frame of 20 ms"],
    ],
  );
});

test("a late run names what the whole machine knows of the cause, and a punctual one does not care", () => {
  const late = { ...instrument, lateness: { ...instrument.lateness, p99: 12 } };
  const machine = { busyShare: 0.95, stolenShare: 0.04 };
  assert.deepEqual(codes({ instrument: { ...late, machine } }), ["late_frames", "machine_shared", "machine_busy"]);
  assert.deepEqual(codes({ instrument: { ...late, machine: { busyShare: 0.5, stolenShare: 0.01 } } }), ["late_frames"]);
  assert.deepEqual(codes({ instrument: { ...instrument, machine } }), []);
});

test("the instrument is doubted for being far off more than once, and it is said how often and how far", () => {
  const truthError = { count: 40, unmatched: 0, absoluteP99: 23.4, min: -23.4, max: 3 };
  assert.deepEqual(codes({ instrument: { ...instrument, truthError: { ...truthError, farOff: 1 } } }), []);
  const { doubts } = judgeValidity({
    instrument: { ...instrument, truthError: { ...truthError, farOff: 2 } },
    cells,
    end,
    droppedRows: 0,
    truthUnknown: false,
  });
  assert.deepEqual(
    doubts.map(({ code, message }) => [code, message]),
    [["own_error", "by the target's own account, 2 of 40 latencies were more than 10 ms off, the worst 23.4 ms"]],
  );
});
