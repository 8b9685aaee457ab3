import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { openHistory, type HistoryEntry } from "./history.ts";

const root = mkdtempSync(join(tmpdir(), "earshot-history-"));
after(() => rmSync(root, { recursive: true, force: true }));

function keep(runId: string, startedAt: string, slowdown = 1): void {
  const { result } = withResult(syntheticRun({ sessions: 5, slowdown, runId }), { startedAt, revision: { commit: "abc" } });
  mkdirSync(join(root, result.scenario, runId), { recursive: true });
  writeFileSync(join(root, result.scenario, runId, "run.json"), JSON.stringify(result));
}

function entries(scenario?: string): readonly HistoryEntry[] {
  const history = openHistory(root);
  try {
    return history.entries({ metric: "voice_to_voice", ...(scenario === undefined ? {} : { scenario }) });
  } finally {
    history.close();
  }
}

test("the index follows the runs: new ones come, changed ones are read again, deleted ones go", () => {
  keep("b", "2026-11-02T00:00:00.000Z");
  keep("a", "2026-11-01T00:00:00.000Z");
  const [first] = entries();
  assert.deepEqual([...new Set(entries().map(({ runId }) => runId))], ["a", "b"]);
  assert.equal(first?.commit, "abc");
  assert.ok((first?.summary?.p50 ?? 0) > 1_000);

  keep("a", "2026-11-01T00:00:00.000Z", 2);
  assert.ok((entries()[0]?.summary?.p50 ?? 0) > 1.9 * (first?.summary?.p50 ?? Infinity));

  rmSync(join(root, "voice-assistant", "a"), { recursive: true });
  assert.deepEqual([...new Set(entries().map(({ runId }) => runId))], ["b"]);
});

test("an index that is lost or of another version is made again", () => {
  const before = entries();
  rmSync(join(root, "history.sqlite"));
  assert.deepEqual(entries(), before);
});

test("torn and killed runs are no runs with figures, and other scenarios are not asked for", () => {
  mkdirSync(join(root, "voice-assistant", "torn"), { recursive: true });
  writeFileSync(join(root, "voice-assistant", "torn", "run.json"), '{"v":1,"cel');
  mkdirSync(join(root, "voice-assistant", "killed"), { recursive: true });
  writeFileSync(join(root, "voice-assistant", "killed", "run.json"), '{"v":1,"end":{"type":"killed"},"cells":[]}');
  assert.deepEqual([...new Set(entries("voice-assistant").map(({ runId }) => runId))], ["b"]);
  assert.deepEqual(entries("other"), []);
});
