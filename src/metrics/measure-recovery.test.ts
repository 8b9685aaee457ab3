import assert from "node:assert/strict";
import { test } from "node:test";
import { neverBack, recoveryRow } from "../testing/recovery-rows.ts";
import { catalogue } from "./catalogue.ts";
import { measureRecovery, recoveriesFor, recoverySamples } from "./measure-recovery.ts";
import { quantile } from "./quantile.ts";
import { recoveryMetricIds, type RecoveryMetricId } from "./recovery-catalogue.ts";

const seen = (value: number) => ({ value, censored: false });
const waited = (value: number) => ({ value, censored: true });

const values: readonly (readonly [RecoveryMetricId, number])[] = [
  ["recover_detect", 2],
  ["recover_socket", 210],
  ["recover_session", 230],
  ["recover_context", 240],
  ["recover_first_audible", 600],
  ["recover_backoff", 200],
  ["recover_audio_lost", 0],
  ["recover_audio_replayed", 400],
  ["recover_attempts", 1],
  ["recover_turns_lost", 0],
  ["recover_turns_doubled", 0],
  ["recover_context_restored", 1],
  ["recovered", 1],
];
for (const [metric, value] of values)
  test(`${metric} of a reset that is over after 600 ms is ${value}`, () => assert.deepEqual(measureRecovery(metric, recoveryRow()), seen(value)));

test("every metric of recoveries is in the catalogue, and of recoveries there", () => {
  for (const id of recoveryMetricIds) assert.equal((catalogue[id] as { readonly of?: string }).of, "recovery", id);
});

test("a session that never came back is longer than all that was waited, in every metric that waits for it", () => {
  const row = neverBack();
  for (const metric of ["recover_socket", "recover_session", "recover_context", "recover_first_audible"] as const)
    assert.deepEqual(measureRecovery(metric, row), waited(12_100), metric);
  assert.deepEqual(measureRecovery("recovered", row), seen(0));
  assert.deepEqual(measureRecovery("recover_detect", row), seen(2));
  assert.equal(measureRecovery("recover_context_restored", row), undefined);
  assert.deepEqual(quantile(recoverySamples("recover_first_audible", [recoveryRow(), row]), 1), { above: 12_100 });
});

test("a socket that opened and broke again is no way back", () => {
  assert.deepEqual(measureRecovery("recover_socket", neverBack({ openUs: 22_110_000 })), waited(12_110));
});

test("a turn in progress that was never answered is longer than what was waited; with no turn there was nothing to hear", () => {
  const { firstAudibleUs: _, ...mute } = recoveryRow();
  assert.deepEqual(measureRecovery("recover_first_audible", { ...mute, turn: 0 }), waited(240));
  assert.equal(measureRecovery("recover_first_audible", mute), undefined);
  const { contextUs: _c, ...bare } = recoveryRow();
  assert.equal(measureRecovery("recover_context", bare), undefined, "nothing to replay");
});

test("money and tokens are of replays whose usage is known", () => {
  const usage = { textIn: 300, textCached: 0, audioIn: 80, audioCached: 0, textOut: 3, audioOut: 0 };
  const priced = recoveryRow({ usage, costMicroUsd: 3_760 });
  assert.deepEqual(measureRecovery("recover_tokens", priced), seen(383));
  assert.deepEqual(measureRecovery("recover_cost", priced), seen(0.00376));
  assert.equal(measureRecovery("recover_cost", recoveryRow({ costMicroUsd: null })), undefined);
  assert.equal(measureRecovery("recover_tokens", recoveryRow()), undefined);
});

test("a figure without a cause is of connections that were lost, not of those that were replaced on purpose", () => {
  const rows = [recoveryRow(), recoveryRow({ cause: "rollover", planned: true }), recoveryRow({ cause: "expired" })];
  assert.deepEqual(
    recoveriesFor(rows).map(({ cause }) => cause),
    ["reset", "expired"],
  );
  assert.deepEqual(
    recoveriesFor(rows, "rollover").map(({ cause }) => cause),
    ["rollover"],
  );
});

test("a replacement that was ready before the old connection went took no time", () => {
  const rollover = recoveryRow({ cause: "rollover", planned: true, openUs: 9_900_000, sessionUs: 9_950_000 });
  assert.deepEqual(measureRecovery("recover_session", rollover), seen(0));
});

test("a call that was over before a session stood again failed at nothing", () => {
  const row = neverBack({ callEnded: true });
  for (const metric of ["recovered", "recover_socket", "recover_session", "recover_first_audible"] as const)
    assert.equal(measureRecovery(metric, row), undefined, metric);
  assert.deepEqual(measureRecovery("recover_detect", row), seen(2));
});
