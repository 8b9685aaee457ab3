// One short turn, called and measured as a run would: what came, what did not, and what can be measured of it.

import type { Clock } from "../core/clock.ts";
import { framesKey, type Prepared } from "../load/prepare.ts";
import type { Way } from "../load/endpoints.ts";
import { catalogue, metricIds, type MetricId } from "../metrics/catalogue.ts";
import { measure } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { readServerMessage } from "../protocol/codec.ts";
import { startCall } from "../session/driver.ts";
import { recordField, type EventFields } from "../session/server-fields.ts";
import type { SpokenFrames } from "../session/speak.ts";
import type { Connection, ConnectionHandlers } from "../transport/connection.ts";
import { openCaller } from "../transport/minted.ts";
import { callerOptions } from "./talk.ts";

export interface TurnSeen {
  readonly row: TurnRow | undefined;
  /** Names of the server's events, audio by the name that its dialect has for it. */
  readonly names: ReadonlySet<string>;
  /** Names that a session does not know. */
  readonly unknown: readonly string[];
  readonly rateLimits: readonly EventFields[];
  readonly usage: boolean;
  /** Why the call ended before its time; absent where it did not. */
  readonly failure: string | undefined;
}

/** The names of audio deltas stand in their first bytes. */
const nameOf = (data: Buffer): string =>
  data.toString("latin1", 0, 512).includes('"response.audio.delta"') ? "response.audio.delta" : "response.output_audio.delta";

export async function takeTurn(call: PlannedCall, way: Way, { clock, prepared }: { readonly clock: Clock; readonly prepared: Prepared }): Promise<TurnSeen> {
  const names = new Set<string>();
  const rateLimits: EventFields[] = [];
  let usage = false;
  let row: TurnRow | undefined;

  function listen(data: Buffer): void {
    const received = readServerMessage(data);
    if (received.kind === "audio") return void names.add(nameOf(data));
    if (received.kind === "unreadable") return void names.add("(unreadable)");
    const { event } = received;
    names.add(event.type);
    if (event.type === "response.done") usage ||= recordField(recordField(event, "response"), "usage") !== undefined;
    const limits = event["rate_limits"];
    if (event.type === "rate_limits.updated" && Array.isArray(limits)) rateLimits.splice(0, rateLimits.length, ...(limits as readonly EventFields[]));
  }
  const connect = (handlers: ConnectionHandlers): Connection =>
    openCaller(
      callerOptions(way, clock, {
        ...handlers,
        onMessage(data, atUs, isBinary) {
          listen(data);
          handlers.onMessage(data, atUs, isBinary);
        },
      }),
    );
  const { ended } = startCall({
    run: "doctor",
    runStartUs: clock.nowUs(),
    clock,
    call,
    plannedUs: clock.nowUs(),
    connect,
    frames: (clip) => prepared.frames.get(framesKey(call.cell, clip)) as SpokenFrames,
    onRow: (made) => void (row ??= made),
    onToolCall: () => undefined,
    onFrame: () => undefined,
  });
  const { state } = await ended;
  return { row, names, unknown: Object.keys(state.unknownEvents), rateLimits, usage, failure: state.failure };
}

/** What a server of the protocol says in a turn of speech; of each line one name is enough. */
const expected: readonly (readonly string[])[] = [
  ["session.created"],
  ["session.updated"],
  ["input_audio_buffer.speech_started"],
  ["input_audio_buffer.speech_stopped"],
  ["input_audio_buffer.committed"],
  ["conversation.item.added", "conversation.item.created"],
  ["response.created"],
  ["response.output_item.added"],
  ["response.content_part.added"],
  ["response.output_audio.delta", "response.audio.delta"],
  ["response.output_audio_transcript.delta", "response.audio_transcript.delta"],
  ["response.done"],
  ["rate_limits.updated"],
];

export const lacking = (names: ReadonlySet<string>): readonly string[] =>
  expected.filter((options) => !options.some((name) => names.has(name))).map(([name]) => name ?? "");

/** Durations of a plain turn that this one had, and those that it had not. */
export function measurable(row: TurnRow): { readonly yes: readonly MetricId[]; readonly no: readonly MetricId[] } {
  const asked = metricIds.filter((id) => plainTurn.has(id) && catalogue[id].kind === "duration");
  const has = (id: MetricId): boolean => measure(id, row)?.censored === false;
  return { yes: asked.filter(has), no: asked.filter((id) => !has(id)) };
}

/** What every turn of speech has with a server that says all it can. */
const plainTurn: ReadonlySet<MetricId> = new Set([
  "voice_to_voice",
  "first_audio",
  "end_of_utterance",
  "vad_onset",
  "server_think",
  "leading_silence",
  "player_start",
]);
