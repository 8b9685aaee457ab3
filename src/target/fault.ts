// What is wrong with a client event, as the protocol's error event says it. None of these ends the session.

import type { ErrorBody } from "../protocol/server-event.ts";

export interface Fault {
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
}

export const fault = (code: string | null, param: string | null, message: string): Fault => ({ code, param, message });

export const missing = (path: string): Fault => fault("missing_required_parameter", path, `Missing required parameter: '${path}'.`);

/** For what the real server offers and this one does not: said aloud, never ignored. */
export const notOffered = (param: string, what: string): Fault =>
  fault("invalid_value", param, `Invalid value: '${param}': ${what} is not offered by this target.`);

export const errorBody = (wrong: Fault, eventId: string | undefined): ErrorBody => ({ type: "invalid_request_error", ...wrong, event_id: eventId ?? null });

/** What a client sent, for a message to it: text as it is, of anything else its kind (a hostile toString must not run). */
export const named = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
