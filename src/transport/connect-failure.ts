// Why a connection did not come about or broke: in which phase, whose fault by class, and what to try. Pure.

import { ProxyRefusal } from "./tunnel.ts";

/** Where it happened; "open" is everything after the upgrade. */
export type ConnectPhase = "mint" | "dns" | "tcp" | "proxy" | "tls" | "upgrade" | "open";

/** The classes that transport can tell apart, named as in metrics/turn-row.ts. */
export type ConnectFailureClass = "client_limit" | "network" | "handshake" | "protocol" | "rate_limit" | "timeout";

export interface ConnectFailure {
  readonly phase: ConnectPhase;
  readonly class: ConnectFailureClass;
  /** HTTP status of an upgrade that was refused. */
  readonly status?: number;
  /** What happened, in which phase, what to try: one line for people, without headers or query. */
  readonly message: string;
}

interface Cause {
  readonly class: ConnectFailureClass;
  readonly what: string;
  readonly remedy: string;
}

const ownLimit = (what: string, remedy: string): Cause => ({ class: "client_limit", what, remedy });
const network = (what: string, remedy: string): Cause => ({ class: "network", what, remedy });

/** By the code of Node's error. A code that is missing here is classed by its phase. */
const causes: Readonly<Record<string, Cause>> = {
  EMFILE: ownLimit("this process has no file descriptor left", "raise ulimit -n or use fewer sessions"),
  ENFILE: ownLimit("this machine has no file descriptor left", "raise fs.file-max or use fewer sessions"),
  EADDRNOTAVAIL: ownLimit("this machine has no free port left for this address", "widen net.ipv4.ip_local_port_range or use fewer sessions"),
  ENOMEM: ownLimit("this machine has no memory left for sockets", "use fewer sessions"),
  ENOBUFS: ownLimit("this machine has no memory left for sockets", "use fewer sessions"),
  ECONNREFUSED: network("nothing listens there", "check the port and that the server runs"),
  ENOTFOUND: network("no such host name", "check the host name"),
  EAI_AGAIN: network("the name server did not answer", "check the DNS settings and try again"),
  ETIMEDOUT: network("no answer came", "check the address and the firewalls between"),
  EHOSTUNREACH: network("no route leads to the host", "check the address and the routes"),
  ENETUNREACH: network("no route leads to the network", "check the address and the routes"),
  ECONNRESET: network("the peer or something between cut the connection", "look into the server's log at this time"),
  EPIPE: network("the peer had closed the connection already", "look into the server's log at this time"),
};

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

/** A failure from what a socket, TLS, HTTP or ws reports. */
export function failureOfError(error: Error & { readonly code?: string }, where: FailurePlace): ConnectFailure {
  const { phase } = where;
  const code = error.code ?? "";
  const cause = causes[code];
  if (cause) return { phase, class: cause.class, message: describe(where, `${cause.what} (${code})`, cause.remedy) };
  if (wantsCertificate.test(code)) {
    const remedy = "name one in target.certificate: {cert: FILE.pem, key: FILE.pem}";
    return { phase, class: "handshake", message: describe(where, `the server lets in only who shows a certificate that it knows (${code})`, remedy) };
  }
  const what = code && !error.message.includes(code) ? `${error.message} (${code})` : error.message;
  if (code.startsWith("WS_ERR_")) return { phase, class: "protocol", message: describe(where, what, "the server breaks RFC 6455 or a limit; see its version") };
  switch (phase) {
    case "proxy":
      return { phase, class: "handshake", message: describe(where, what, proxyRemedy(error)) };
    case "tls":
      return { phase, class: "handshake", message: describe(where, what, "check the certificate, the host name and the CA file") };
    case "upgrade":
      return { phase, class: "handshake", message: describe(where, what, "check that the URL names a WebSocket endpoint") };
    default:
      return { phase, class: "network", message: describe(where, what, "try again, or look at the network between") };
  }
}

function proxyRemedy(error: Error): string {
  const status = error instanceof ProxyRefusal ? error.status : 0;
  if (status === 407) return "write the proxy's user and password into its address, http://user:password@proxy:3128";
  return status === 403 ? "the proxy does not let anyone through to this host" : "check HTTPS_PROXY and NO_PROXY, or set target.proxy: none";
}

/** An HTTP answer other than 101. */
export function failureOfStatus(status: number, where: FailurePlace): ConnectFailure {
  const remedy = statusRemedy(status);
  return { phase: where.phase, class: status === 429 ? "rate_limit" : "handshake", status, message: describe(where, `HTTP ${status}`, remedy) };
}

function statusRemedy(status: number): string {
  if (status === 429) return "lower the rate of new sessions or ask for a higher limit";
  if (status === 401 || status === 403) return "check the key and what it may use";
  if (status === 404) return "check the path of the URL";
  if (status >= 300 && status < 400) return "redirects are not followed, so that no key leaves for another host: name the final URL";
  return status >= 500 ? "the server or a proxy is in trouble; try again later" : "check the URL, the model and the headers";
}

export function failureOfTimeout(limitMs: number, where: FailurePlace): ConnectFailure {
  const what = `not open after ${limitMs} ms`;
  return { phase: where.phase, class: "timeout", message: describe(where, what, "check that the server answers here and is not overloaded") };
}

/** A connection that ended without a close frame and without an error. */
export function failureOfSilentEnd(where: FailurePlace): ConnectFailure {
  const what = "it ended without a close frame (1006)";
  return { phase: where.phase, class: "network", message: describe(where, what, "look into the server's log at this time") };
}
