// From what a server says to one of the failure classes that reports count by.

import { causeOfApi } from "../core/failure-causes.ts";
import type { FailureClass } from "../core/failure-classes.ts";
import { errorOf, recordField, textField, type EventFields } from "./server-fields.ts";

/** The class of an error code; a code that is not about quota, time or access means that we and the server misunderstood each other. */
export const failureClassOf = (code: string | undefined): FailureClass => causeOfApi(code).class;

interface Closed {
  /** By the close code, or by what broke. */
  readonly failureClass: FailureClass;
  /** The code of the last error that the server told before. */
  readonly lastErrorCode: string | undefined;
  /** Whether the session had begun. */
  readonly wasReady: boolean;
}

/** Ends that leave open why: an error about quota, time or access that was told before says it better. */
const vague: readonly FailureClass[] = ["network", "server_error", "handshake"];

/** A server that said why before it closed is taken at its word; and what stood already was not refused. */
export function classOfEnd({ failureClass, lastErrorCode, wasReady }: Closed): FailureClass {
  const said = failureClassOf(lastErrorCode);
  if (said !== "protocol" && vague.includes(failureClass)) return said;
  return failureClass === "handshake" && wasReady ? "server_error" : failureClass;
}

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
