// Whether to try again after a connection ended, why it ended, and how long to wait: tables and arithmetic, no state.

import type { RecoveryCause } from "../metrics/recovery-row.ts";
import type { Random } from "../core/random.ts";
import type { ReconnectPolicy } from "../scenario/reconnect.ts";
import type { ClosedHow } from "./recovery.ts";

/** Close codes after which a new connection may fare better: going away, cut, an error or a restart of the server's, try again later, a bad gateway. */
const retriedCloses: readonly number[] = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014];
/** HTTP statuses of a refused upgrade that pass; 5xx too. A wrong key or a wrong path does not. */
const retriedStatuses: readonly number[] = [408, 409, 425, 429];
/** What a server says before it closes, whatever the close code: these pass. */
const passingErrors: Readonly<Record<string, RecoveryCause>> = {
  session_expired: "expired",
  rate_limit_exceeded: "rate_limit",
  slow_down: "rate_limit",
  server_error: "server_error",
  server_is_overloaded: "server_error",
};

export const passes = (errorCode: string | undefined): boolean => errorCode !== undefined && Object.hasOwn(passingErrors, errorCode);

/** Whether the end of a connection, after the server's last error, is worth another attempt. */
export function mayRetry({ code, phase, status }: ClosedHow, errorCode?: string): boolean {
  if (passes(errorCode)) return true;
  if (status !== undefined) return status >= 500 || retriedStatuses.includes(status);
  // Certificates, host names in them and refusals of a proxy stay as they are.
  if (phase !== undefined) return phase !== "tls" && phase !== "proxy";
  return retriedCloses.includes(code);
}

export function causeOf({ code, phase, status }: ClosedHow, errorCode?: string): RecoveryCause {
  const said = errorCode === undefined ? undefined : passingErrors[errorCode];
  if (said) return said;
  if (status !== undefined) return status === 429 ? "rate_limit" : status >= 500 ? "server_error" : "handshake";
  if (phase === "dns") return "dns";
  if (phase === "tcp") return "refused";
  if (phase !== undefined && phase !== "open") return "handshake";
  if (phase === "open" || code === 1006) return "reset";
  return code === 1011 ? "server_error" : "closed";
}

/** Full jitter: anything from nothing to the longest wait, which doubles with every attempt; µs. `attempt` from 0. */
export function backoffUs(policy: Pick<ReconnectPolicy, "backoffMs" | "backoffMostMs">, attempt: number, random: Random): number {
  return Math.round(random.uniform() * Math.min(policy.backoffMostMs, policy.backoffMs * 2 ** attempt) * 1_000);
}
