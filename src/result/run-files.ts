// What the files of a run folder are called.

export const runFiles = {
  result: "run.json",
  turns: "turns.ndjson",
  toolCalls: "tool-calls.ndjson",
  recoveries: "recoveries.ndjson",
  traces: "traces",
  audio: "audio",
  truth: "truth.ndjson",
  canary: "canary.ndjson",
  canaryTruth: "canary-truth.ndjson",
  budget: "budget.ndjson",
  scenario: "scenario.yaml",
  segment: "segment.json",
} as const;
