// Why a connection did not come about or broke: in which phase, whose fault by class, and what to try. Pure.

import { causeOfClose, causeOfSocket, causeOfStatus, type FailureCause } from "../core/failure-causes.ts";
import { classMeanings, type FailureClass } from "../core/failure-classes.ts";
import type { Strike } from "../core/own-time.ts";
import { retryAfterMsOf, type RetryHeaders } from "./retry-after.ts";
import { ProxyRefusal } from "./tunnel.ts";

/** Where it happened; "open" is everything after the upgrade. */
export type ConnectPhase = "mint" | "dns" | "tcp" | "proxy" | "tls" | "upgrade" | "open";

export interface ConnectFailure {
  readonly phase: ConnectPhase;
  readonly class: FailureClass;
  /** HTTP status of an upgrade that was refused. */
  readonly status?: number;
  /** The same attempt, made again after a while, may succeed. */
  readonly isRetryable?: true;
  /** How long the server asks to be left alone, from Retry-After. */
  readonly retryAfterMs?: number;
  /** What happened, in which phase, what to try: one line for people, without headers or query. */
  readonly message: string;
}

const phaseText: Readonly<Record<ConnectPhase, string>> = {
  mint: "ephemeral key from",
  proxy: "tunnel through",
  dns: "name lookup of",
  tcp: "TCP connect to",
  tls: "TLS handshake with",
  upgrade: "WebSocket upgrade at",
  open: "open connection to",
};

/** `place` is host:port. */
export interface FailurePlace {
  readonly phase: ConnectPhase;
  readonly place: string;
}

const describe = ({ phase, place }: FailurePlace, what: string, remedy: string): string => `${phaseText[phase]} ${place} failed: ${what}; ${remedy}`;

/** TLS alerts of a server that wants to know who we are; with TLS 1.3 they come when our side thinks that all is agreed. */
const wantsCertificate = /^ERR_SSL_\w+_ALERT_(?:CERTIFICATE_REQUIRED|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/;

const classed = ({ class: failureClass, isRetryable }: Pick<FailureCause, "class" | "isRetryable">) => ({
  class: failureClass,
  ...(isRetryable ? { isRetryable: true as const } : {}),
});

/** What an error means that came in that phase and whose code says nothing. */
const phaseCause = (phase: ConnectPhase, error: Error): Pick<FailureCause, "class" | "isRetryable" | "remedy"> => {
  switch (phase) {
    case "proxy":
      return error instanceof ProxyRefusal && error.status > 0
        ? { ...causeOfStatus(error.status), remedy: proxyRemedy(error.status) }
        : { class: "handshake", isRetryable: false, remedy: proxyRemedy(0) };
    case "tls":
      return { class: "handshake", isRetryable: false, remedy: "check the certificate, the host name and the CA file" };
    case "upgrade":
      return { class: "handshake", isRetryable: false, remedy: "check that the URL names a WebSocket endpoint" };
    default:
      return { class: "network", isRetryable: true, remedy: "try again, or look at the network between" };
  }
};

/** A failure from what a socket, TLS, HTTP or ws reports. */
export function failureOfError(error: Error & { readonly code?: string }, where: FailurePlace): ConnectFailure {
  const { phase } = where;
  const code = error.code ?? "";
  if (wantsCertificate.test(code)) {
    const remedy = "name one in target.certificate: {cert: FILE.pem, key: FILE.pem}";
    return { phase, class: "handshake", message: describe(where, `the server lets in only who shows a certificate that it knows (${code})`, remedy) };
  }
  const known = causeOfSocket(code);
  const cause = known ?? phaseCause(phase, error);
  const said = code && !error.message.includes(code) ? `${error.message} (${code})` : error.message;
  return { phase, ...classed(cause), message: describe(where, known?.what ? `${known.what} (${code})` : said, cause.remedy) };
}

function proxyRemedy(status: number): string {
  if (status === 407) return causeOfStatus(status).remedy;
  return status === 403 ? "the proxy does not let anyone through to this host" : "check HTTPS_PROXY and NO_PROXY, or set target.proxy: none";
}

/** An HTTP answer other than 101. Its header says how long to wait before the next attempt. */
export function failureOfStatus(status: number, where: FailurePlace, headers: RetryHeaders = {}): ConnectFailure {
  const cause = causeOfStatus(status);
  const retryAfterMs = retryAfterMsOf(headers);
  const wait = retryAfterMs === undefined ? "" : `, which asks for ${Math.ceil(retryAfterMs / 1_000)} s of rest`;
  return {
    phase: where.phase,
    ...classed(cause),
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    message: describe(where, `HTTP ${status}${wait}`, cause.remedy),
  };
}

/** `isOurs`: this thread stood still for longer than the limit, which then says nothing of the server. */
export function failureOfTimeout(limitMs: number, where: FailurePlace, { isOurs = false }: Partial<Strike> = {}): ConnectFailure {
  const { phase } = where;
  const what = `not open after ${limitMs} ms`;
  const ours = `${what}, in which this thread itself stood still`;
  if (isOurs) return { phase, class: "harness", isRetryable: true, message: describe(where, ours, classMeanings.harness.remedy) };
  return { phase, class: "timeout", isRetryable: true, message: describe(where, what, "check that the server answers here and is not overloaded") };
}

/** A connection that ended without a close frame and without an error. */
export function failureOfSilentEnd(where: FailurePlace): ConnectFailure {
  const what = "it ended without a close frame (1006)";
  const cause = causeOfClose(1006);
  return { phase: where.phase, ...classed(cause), message: describe(where, what, cause.remedy) };
}
