// measured - truth of every metric that the target's log can settle, turn by turn. Two clocks never meet: what the
// measurer's shows since a frame was due is held against what the target's shows since that frame arrived, and the delay of a
// network on top.

import { addedDelayMs } from "../faults/added-delay.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CheckedMetric } from "../result/check-result.ts";
import { frameEndingAt, type FrameArrival, type TruthRow } from "../result/truth-error.ts";

export interface MetricErrors {
  /** Signed, ms, one a turn. */
  readonly errorsMs: readonly number[];
  /** Turns that have the metric and of which the log has no account. */
  readonly unmatched: number;
}

/** A frame both know: when it was due by the measurer's clock, and when it arrived by the target's. */
interface Anchor {
  readonly dueUs: number;
  readonly arrivedUs: number;
}

interface Question {
  readonly isAbout: (row: TurnRow) => boolean;
  readonly anchor: (row: TurnRow, truth: TruthRow) => Anchor | undefined;
  readonly measuredUs: (row: TurnRow) => number | undefined;
  /** On the target's clock; the modelled player's start buffer comes on top where it plays. */
  readonly trueUs: (truth: TruthRow, startBufferMs: number) => number | undefined;
}

const isAnswered = (row: TurnRow): boolean => row.outcome === "answered" && addedDelayMs(row.network) !== undefined && row.answerId !== undefined;
const isPlain = (row: TurnRow): boolean => isAnswered(row) && row.kind === "plain";

const audibleUs = ({ firstDeltaSentUs, firstAudibleOffsetMs }: TruthRow, startBufferMs: number): number | undefined =>
  firstDeltaSentUs === undefined ? undefined : firstDeltaSentUs + ((firstAudibleOffsetMs ?? 0) + startBufferMs) * 1_000;

const anchorOf = (frame: FrameArrival | undefined, dueUs: number | undefined): Anchor | undefined =>
  frame && dueUs !== undefined ? { dueUs, arrivedUs: frame.atUs } : undefined;

/** The frame that holds the last voiced sample. */
const atSpeechEnd = (row: TurnRow, truth: TruthRow): Anchor | undefined => anchorOf(frameEndingAt(truth.frames, row.speechEndAudioMs), row.speechEndFrameUs);

/** The frame that holds the first one; the microphone goes on through a turn, so whole frames lie between the two. */
function atSpeechStart({ speechStartUs, speechEndFrameUs, speechEndAudioMs, frameMs }: TurnRow, { onset }: TruthRow): Anchor | undefined {
  if (speechStartUs === undefined || speechEndFrameUs === undefined || speechEndAudioMs === undefined) return undefined;
  const framesMs = Math.floor((speechEndFrameUs - speechStartUs) / (frameMs * 1_000)) * frameMs;
  return anchorOf(frameEndingAt(onset?.frames ?? [], speechEndAudioMs - framesMs), speechEndFrameUs - framesMs * 1_000);
}

const questions: Readonly<Record<CheckedMetric, Question>> = {
  voice_to_voice: { isAbout: isPlain, anchor: atSpeechEnd, measuredUs: (row) => row.firstAudibleUs, trueUs: audibleUs },
  first_audio: { isAbout: isPlain, anchor: atSpeechEnd, measuredUs: (row) => row.firstDeltaUs, trueUs: (truth) => truth.firstDeltaSentUs },
  end_of_utterance: {
    isAbout: (row) => isPlain(row) && row.speechStoppedUs !== undefined,
    anchor: atSpeechEnd,
    measuredUs: (row) => row.speechStoppedUs,
    trueUs: (truth) => truth.stoppedSentUs,
  },
  // Up to where the player stops: which of the answer's sounds was the last before that depends on what was being said.
  barge_in_stop: {
    isAbout: (row) => isAnswered(row) && row.playerStoppedUs !== undefined,
    anchor: atSpeechStart,
    measuredUs: (row) => row.playerStoppedUs,
    trueUs: (truth) => truth.onset?.sentUs,
  },
  tool_turn: { isAbout: (row) => isAnswered(row) && row.kind === "tool", anchor: atSpeechEnd, measuredUs: (row) => row.firstAudibleUs, trueUs: audibleUs },
};

/** Every checked metric's errors. Turns are joined by the response that answered them; unanswered ones have no truth to miss. */
export function joinAll(
  rows: readonly TurnRow[],
  truth: readonly TruthRow[],
  startBufferMsOf: (row: TurnRow) => number,
): Readonly<Record<CheckedMetric, MetricErrors>> {
  const byResponse = new Map(truth.map((entry) => [entry.responseId, entry]));
  const join = (metric: CheckedMetric): MetricErrors => {
    const about = rows.filter(questions[metric].isAbout);
    const errorsMs = about.flatMap((row) => {
      const entry = byResponse.get(row.answerId ?? "");
      return (entry && errorMs(questions[metric], row, entry, startBufferMsOf(row))) ?? [];
    });
    return { errorsMs, unmatched: about.length - errorsMs.length };
  };
  return {
    voice_to_voice: join("voice_to_voice"),
    first_audio: join("first_audio"),
    end_of_utterance: join("end_of_utterance"),
    barge_in_stop: join("barge_in_stop"),
    tool_turn: join("tool_turn"),
  };
}

function errorMs({ anchor, measuredUs, trueUs }: Question, row: TurnRow, truth: TruthRow, startBufferMs: number): number | undefined {
  const at = anchor(row, truth);
  const [measured, sent] = [measuredUs(row), trueUs(truth, startBufferMs)];
  return at && measured !== undefined && sent !== undefined
    ? (measured - at.dueUs - (sent - at.arrivedUs)) / 1_000 - (addedDelayMs(row.network) ?? 0)
    : undefined;
}
