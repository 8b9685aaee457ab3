// The fields that a session reads from a server's events, defensively: servers differ, and a missing field is absent.

import { limits } from "../core/limits.ts";
import type { TurnUsage } from "../metrics/turn-row.ts";

export type EventFields = Readonly<Record<string, unknown>>;

export const textField = (fields: EventFields, name: string): string | undefined => (typeof fields[name] === "string" ? fields[name] : undefined);

export function recordField(fields: EventFields | undefined, name: string): EventFields | undefined {
  const value = fields?.[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as EventFields) : undefined;
}

export const numberField = (fields: EventFields | undefined, name: string): number | undefined => {
  const value = fields?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

/** A count that is below nothing is none: it would give money back. */
const countField = (fields: EventFields | undefined, name: string): number => Math.max(0, numberField(fields, name) ?? 0);

/** Tokens by modality of a finished response; undefined where the server reports none. */
export function usageOf(response: EventFields | undefined): TurnUsage | undefined {
  const usage = recordField(response, "usage");
  if (!usage) return undefined;
  const input = recordField(usage, "input_token_details");
  const cached = recordField(input, "cached_tokens_details");
  const output = recordField(usage, "output_token_details");
  return {
    textIn: countField(input, "text_tokens"),
    textCached: countField(cached, "text_tokens"),
    audioIn: countField(input, "audio_tokens"),
    audioCached: countField(cached, "audio_tokens"),
    textOut: countField(output, "text_tokens"),
    audioOut: countField(output, "audio_tokens"),
  };
}

export interface ServerError {
  readonly code?: string;
  readonly message: string;
  readonly eventId?: string;
}

const clipped = (text: string): string => (text.length > limits.errorChars ? `${text.slice(0, limits.errorChars)}…` : text);

export function errorOf(fields: EventFields | undefined): ServerError {
  const code = fields && textField(fields, "code");
  const eventId = fields && textField(fields, "event_id");
  return {
    ...(code === undefined ? {} : { code: clipped(code) }),
    message: clipped((fields && textField(fields, "message")) ?? "no message"),
    ...(eventId === undefined ? {} : { eventId }),
  };
}
