// Whether to try again after a connection ended, why it ended, and how long to wait: arithmetic on what is known of the end,
// no state. What each code means is in core/failure-causes.ts.

import { causeOfApi } from "../core/failure-causes.ts";
import type { Random } from "../core/random.ts";
import type { RecoveryCause } from "../metrics/recovery-row.ts";
import type { ClosedHow, ReconnectPolicy } from "./recovery.ts";

/** Whether what the server's error says passes by itself. */
export const passes = (errorCode: string | undefined): boolean => causeOfApi(errorCode).isRetryable;

/** Whether the end of a connection is worth another attempt: by what the server said before it, else by how it ended. */
export const mayRetry = (how: ClosedHow, errorCode?: string): boolean => (causeOfApi(errorCode).class === "protocol" ? how.isRetryable : passes(errorCode));

const causeOfError = (errorCode: string | undefined): RecoveryCause | undefined => {
  const { class: said } = causeOfApi(errorCode);
  return said === "expired" || said === "rate_limit" || said === "server_error" ? said : undefined;
};

/** Why it ended, of the words that recoveries are counted by. */
export function causeOf({ code, phase, status }: Pick<ClosedHow, "code" | "phase" | "status">, errorCode?: string): RecoveryCause {
  const said = causeOfError(errorCode);
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
