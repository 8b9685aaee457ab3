// Signs of life of a session that can be replaced: pings, what comes when an answer is due, and the end of its time.

import { limits } from "../core/limits.ts";
import { msToUs, US_PER_S } from "../core/units.ts";
import { numberField, recordField, textField, type EventFields } from "./server-fields.ts";
import type { Recovery } from "./recovery.ts";
import type { Command, Input, SessionState } from "./state.ts";

/** The timers that watch a session, from when it stands. */
export function watchCommands({ policy, expiresUs }: Recovery, { atUs, sinceUs }: { readonly atUs: number; readonly sinceUs: number }): readonly Command[] {
  const ping: readonly Command[] = policy.pingMs > 0 ? [{ type: "timer", timer: "ping", atUs: atUs + msToUs(policy.pingMs) }] : [];
  const endUs = expiresUs ?? sinceUs + msToUs(limits.sessionMs);
  // Of a session that is shorter than that, the second half is for its end.
  const aheadUs = Math.min(msToUs(policy.rolloverMs), (endUs - sinceUs) / 2);
  return policy.rolloverMs > 0 ? [...ping, { type: "timer", timer: "rollover", atUs: Math.max(atUs, endUs - aheadUs) }] : ping;
}

export const stopWatching: readonly Command[] = (["ping", "pong", "silence", "rollover", "successor"] as const).map((timer) => ({ type: "clear", timer }));

/** When the session's time is over, on the clock's scale, by the server's word; what can't be is no word. */
export function expiryOf(fields: EventFields, open: { readonly openUs?: number | undefined; readonly wallMs?: number | undefined }): number | undefined {
  const expiresS = numberField(recordField(fields, "session"), "expires_at");
  if (expiresS === undefined || open.openUs === undefined || open.wallMs === undefined) return undefined;
  const leftUs = expiresS * US_PER_S - open.wallMs * 1_000;
  return leftUs > 0 && leftUs <= LONGEST_US ? open.openUs + leftUs : undefined;
}

const LONGEST_US = 24 * 60 * 60 * US_PER_S;

/** When the limits that are used up are open again, by rate_limits.updated. */
function resetOf(fields: EventFields, atUs: number): number | undefined {
  const told = Array.isArray(fields["rate_limits"]) ? (fields["rate_limits"] as readonly EventFields[]) : [];
  const seconds = told.flatMap((limit) => (numberField(limit, "remaining") === 0 ? (numberField(limit, "reset_seconds") ?? []) : []));
  return seconds.length === 0 ? undefined : atUs + Math.max(...seconds) * US_PER_S;
}

/** What an input says of the server's life, and of the conversation, before the session makes anything of it. */
export function noteLife(recovery: Recovery, state: SessionState, input: Input): Recovery {
  switch (input.type) {
    case "pong":
      return { ...recovery, aliveUs: input.atUs };
    case "audio":
    case "unreadable":
      return { ...recovery, aliveUs: input.atUs, eventUs: input.atUs };
    case "opened":
      return { ...recovery, aliveUs: input.atUs, ...(input.wallMs === undefined ? {} : { wallMs: input.wallMs }) };
    case "event":
      return noteEvent({ ...recovery, aliveUs: input.atUs, eventUs: input.atUs }, state, input);
    default:
      return recovery;
  }
}

function noteEvent(recovery: Recovery, state: SessionState, { name, fields, atUs }: Extract<Input, { type: "event" }>): Recovery {
  switch (name) {
    case "session.created": {
      const expiresUs = expiryOf(fields, { openUs: state.openUs, wallMs: recovery.wallMs });
      return expiresUs === undefined ? recovery : { ...recovery, expiresUs };
    }
    case "rate_limits.updated": {
      const resetUs = resetOf(fields, atUs);
      const { resetUs: _before, ...rest } = recovery;
      return resetUs === undefined ? rest : { ...rest, resetUs };
    }
    case "response.output_audio_transcript.delta":
    case "response.audio_transcript.delta": {
      const id = textField(fields, "response_id") ?? "";
      return { ...recovery, words: { ...recovery.words, [id]: (recovery.words[id] ?? "") + (textField(fields, "delta") ?? "") } };
    }
    default:
      return recovery;
  }
}
