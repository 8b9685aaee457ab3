// The audio of a turn: what the modelled player makes of each delta, and whether it is the answer that the caller waits for.

import { planBackChannel } from "./back-channel.ts";
import { hear } from "./heard.ts";
import { isOldAnswer, onOldAudio, planInterruption } from "./interrupt.ts";
import { play } from "./playback.ts";
import type { Command, Input, SessionState, Stepped } from "./state.ts";
import type { TurnState } from "./turn-state.ts";

type AudioInput = Extract<Input, { type: "audio" }>;

const unchanged = (state: SessionState): Stepped => ({ state, commands: [] });

/** When the first audible sample at or after `sinceUs` is played, the delta's first sample being played at `fromUs`. */
function firstAudibleSince({ audible }: AudioInput, fromUs: number, sinceUs: number): number | undefined {
  for (let index = 0; index < audible.length; index += 2) {
    if (fromUs + (audible[index + 1] as number) > sinceUs) return Math.max(sinceUs, fromUs + (audible[index] as number));
  }
  return undefined;
}

export function onAudio(state: SessionState, input: AudioInput): Stepped {
  if (isOldAnswer(state, input.responseId)) return unchanged(onOldAudio(state, input));
  const { turn } = state;
  if (!turn || state.pastResponseIds.includes(input.responseId)) return unchanged(state);
  const settings = state.call.cell.settings.caller;
  const played = play(state.playback, { atUs: input.atUs, durationUs: input.durationUs, startBufferUs: settings.startBufferMs * 1_000 });
  // Once there is an answer, the account is the answer's own.
  const isAccounted = turn.answerId === undefined || turn.answerId === input.responseId;
  const heard = isAccounted ? { heard: hear(turn.heard, { ...input, ...played, sinceUs: turn.speechEndUs }) } : {};
  const listened: TurnState = { ...turn, ...heard, playoutEndUs: played.toUs, audioHeardUs: turn.audioHeardUs + input.durationUs };
  const next: SessionState = { ...state, playback: played.playback };
  if (turn.firstAudibleUs !== undefined) return unchanged({ ...next, turn: listened });

  const audibleUs = firstAudibleSince(input, played.fromUs, turn.speechEndUs);
  const firstUs = input.audible.length > 0 ? played.fromUs + (input.audible[0] as number) : Infinity;
  const talkedOver = turn.talkedOver || firstUs < turn.speechEndUs;
  if (turn.calls.some((call) => call.responseId === input.responseId)) {
    const filler = audibleUs === undefined || turn.fillerUs !== undefined ? {} : { fillerUs: Math.round(audibleUs) };
    return unchanged({ ...next, turn: { ...listened, talkedOver, ...filler } });
  }
  const begun: TurnState =
    turn.deltaResponseId === input.responseId
      ? { ...listened, talkedOver }
      : { ...listened, talkedOver, deltaResponseId: input.responseId, firstDeltaUs: input.atUs, playerStartUs: played.fromUs };
  if (audibleUs === undefined) return unchanged({ ...next, turn: begun });

  const firstAudibleUs = Math.round(audibleUs);
  const isTooLate = firstAudibleUs > turn.speechEndUs + settings.patienceMs * 1_000;
  if (turn.outcome || isTooLate) {
    const late = turn.lateAnswerUs === undefined ? { lateAnswerUs: firstAudibleUs - turn.speechEndUs } : {};
    return unchanged({ ...next, turn: { ...listened, talkedOver, ...late } });
  }
  const answered: TurnState = { ...begun, firstAudibleUs, audibleDeltaUs: input.atUs, answerId: input.responseId, outcome: "answered" };
  const commands: readonly Command[] = [
    { type: "clear", timer: "patience" },
    { type: "timer", timer: "stalled", atUs: input.atUs + settings.patienceMs * 1_000 },
  ];
  const planned = planInterruption({ ...next, turn: answered }, input.atUs);
  return { state: planned.state, commands: [...commands, ...planned.commands, ...planBackChannel(planned.state, input.atUs).commands] };
}
