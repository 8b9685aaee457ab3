// From what a server says to one of the failure classes that reports count by.

import type { FailureClass } from "../metrics/turn-row.ts";
import { errorOf, recordField, textField, type EventFields } from "./server-fields.ts";

const classes: Readonly<Record<string, FailureClass>> = {
  rate_limit_exceeded: "rate_limit",
  insufficient_quota: "rate_limit",
  credit_balance_exhausted: "rate_limit",
  slow_down: "rate_limit",
  session_expired: "expired",
  invalid_api_key: "handshake",
  invalid_model: "handshake",
  missing_model: "handshake",
  model_not_found: "handshake",
  beta_api_shape_disabled: "handshake",
  server_error: "server_error",
  server_is_overloaded: "server_error",
};

/** The class of an error code; a code that is not about quota, time or access means that we and the server misunderstood each other. */
export const failureClassOf = (code: string | undefined): FailureClass => (code === undefined ? "protocol" : (classes[code] ?? "protocol"));

export interface ResponseOutcome {
  readonly status: string;
  readonly failureClass?: FailureClass;
  readonly failure: string;
}

/** How a response ended, from response.done. */
export function outcomeOfResponse(response: EventFields | undefined): ResponseOutcome {
  const status = (response && textField(response, "status")) ?? "completed";
  if (status !== "failed") return { status, failure: "" };
  const error = errorOf(recordField(recordField(response, "status_details"), "error"));
  return {
    status,
    failureClass: error.code === undefined ? "server_error" : failureClassOf(error.code),
    failure: `the response failed: ${error.code ?? error.message}`,
  };
}
