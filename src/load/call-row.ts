// How one call went, as a row of run.json.

import type { PlannedCall } from "../plan/plan.ts";
import type { CallRow } from "../result/run-result.ts";
import type { CallEnd } from "../session/driver.ts";

export interface CallToRecord {
  readonly call: PlannedCall;
  readonly plannedUs: number;
  readonly end: CallEnd;
  readonly runStartUs: number;
  readonly marks: Pick<CallRow, "warmUp" | "repeat" | "pooled">;
}

/** Instants become offsets from the run's start; what never happened stays absent. */
export function callRow({ call, plannedUs, end, runStartUs, marks }: CallToRecord): CallRow {
  const { state, connection, close } = end;
  const { startedUs, mintedUs, dnsUs, tcpUs, proxyUs, tlsUs, openUs } = connection.timings;
  const instants = {
    startedUs,
    mintedUs,
    dnsUs,
    tcpUs,
    proxyUs,
    tlsUs,
    openUs,
    createdUs: state.createdUs,
    updateSentUs: state.updateSentUs,
    updatedUs: state.updatedUs,
    endedUs: close.atUs,
  };
  const known = Object.entries(instants).flatMap(([name, atUs]) => (atUs === undefined ? [] : [[name, Math.round(atUs - runStartUs)]]));
  return {
    cell: call.cell.id,
    session: call.session,
    call: call.call,
    plannedUs: Math.round(plannedUs - runStartUs),
    ...(Object.fromEntries(known) as Partial<CallRow>),
    ...marks,
    turns: state.nextTurn,
    ...(state.sessionId === undefined ? {} : { sessionId: state.sessionId }),
    closeCode: close.code,
    ...(state.failureClass === undefined ? {} : { failureClass: state.failureClass }),
    ...(state.failure === undefined ? {} : { failure: state.failure }),
    ...(Object.keys(state.unknownEvents).length > 0 ? { unknownEvents: state.unknownEvents } : {}),
  };
}
