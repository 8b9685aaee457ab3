// turns.csv: the raw rows, flattened, with the durations that are derived from them.

import { metricIds, metricOf } from "../metrics/catalogue.ts";
import { measure, seenValue } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { csvPieces, snakeCase, type Column } from "./csv.ts";

const identity = [
  "v",
  "run",
  "cell",
  "session",
  "call",
  "turn",
  "kind",
  "input",
  "clip",
  "text",
  "effort",
  "frameMs",
  "network",
  "stage",
  "repeat",
  "contextTokens",
  "sessionId",
  "answerId",
  "itemId",
] as const;
const instants = [
  "plannedUs",
  "startedUs",
  "speechStartUs",
  "speechEndUs",
  "speechEndFrameUs",
  "speechEndSentUs",
  "speechStartedUs",
  "speechStoppedUs",
  "committedUs",
  "heardStartUs",
  "heardEndUs",
  "firstTranscriptUs",
  "finalTranscriptUs",
  "responseCreatedUs",
  "firstDeltaUs",
  "playerStartUs",
  "audibleDeltaUs",
  "firstAudibleUs",
  "playoutEndUs",
  "responseDoneUs",
  "lastDeltaUs",
  "audioBeforeLastUs",
  "stalls",
  "stalledUs",
  "longestStallUs",
  "minStartBufferUs",
  "deadAirUs",
  "toolCalledUs",
  "toolRoundTripUs",
  "fillerUs",
  "playerStoppedUs",
  "oldAudibleEndUs",
  "lastOldDeltaUs",
  "unheardUs",
  "backChannelUs",
  "backChannelStoppedUs",
  "truncateSentMs",
  "truncatedMs",
] as const;
const result = ["outcome", "failureClass", "failure", "censoredAtMs", "lateAnswerMs"] as const;
const instrument = ["connectedMs", "speechEndAudioMs", "audioSentMs", "audioHeardMs", "latenessMaxUs", "framesSent", "framesLate", "bufferedBytesMax"] as const;
const usage = ["textIn", "textCached", "audioIn", "audioCached", "textOut", "audioOut"] as const;

const field = <Key extends (typeof identity | typeof instants | typeof result | typeof instrument)[number]>(key: Key): Column<TurnRow> => ({
  name: snakeCase(key),
  of: (row) => row[key],
});

/** Durations of a turn by the catalogue, ms. A censored one is empty: `censored_at_ms` has what was waited. */
const derived: readonly Column<TurnRow>[] = metricIds
  .filter((metric) => metricOf(metric).kind === "duration" && metricOf(metric).of !== "recovery" && !metric.startsWith("connect_"))
  .map((metric) => ({
    name: `${metric}_ms`,
    of: (row) => seenValue(metric, row),
  }));

const columns: readonly Column<TurnRow>[] = [
  ...identity.map(field),
  { name: "response_ids", of: (row) => row.responseIds?.join(" ") },
  { name: "call_ids", of: (row) => row.callIds?.join(" ") },
  ...instants.map(field),
  ...result.map(field),
  { name: "flags", of: (row) => row.flags?.join(" ") },
  { name: "transcript_caller", of: (row) => row.transcripts?.caller },
  { name: "transcript_answer", of: (row) => row.transcripts?.answer },
  { name: "expectations_met", of: (row) => row.expectations?.filter(({ met }) => met).length },
  { name: "expectations_missed", of: (row) => row.expectations?.filter(({ met }) => !met).length },
  { name: "expectations", of: (row) => row.expectations?.map(({ what, met, why }) => `${what} ${met ? "met" : "missed"}: ${why}`).join("; ") },
  ...(["wer", "cer"] as const).map((metric): Column<TurnRow> => ({ name: metric, of: (row) => measure(metric, row)?.value })),
  ...usage.map((key): Column<TurnRow> => ({ name: `usage_${snakeCase(key)}`, of: (row) => row.usage?.[key] })),
  { name: "cost_micro_usd", of: (row) => row.costMicroUsd ?? undefined },
  { name: "price_list", of: (row) => row.priceList },
  ...instrument.map(field),
  { name: "warm_up", of: (row) => (row.warmUp ? "yes" : undefined) },
  { name: "suspect", of: (row) => (row.suspect === undefined ? undefined : row.suspect ? "yes" : "no") },
  ...derived,
];

/** turns.csv of a run: a row a turn, a column for every tag that any turn has. Piece by piece: it is the largest of the reports. */
export function turnsCsv(record: RunRecord): Iterable<string> {
  const rows = [...(record.warmUpTurns ?? []), ...record.turns];
  const tags = [...new Set(record.turns.flatMap((row) => Object.keys(row.tags ?? {})))].sort();
  const tagColumns = tags.map((tag): Column<TurnRow> => ({ name: `tag_${tag}`, of: (row) => row.tags?.[tag] }));
  return csvPieces([...columns, ...tagColumns], rows);
}
