// What ended a connection or a session, by the code it came with, as data: its class, whether trying again may help, and
// what to try. Retrying rests on the codes' own definitions (RFC 6455 and the IANA registry, RFC 9110, errno(3)).

import type { FailureClass } from "./failure-classes.ts";

export interface FailureCause {
  readonly class: FailureClass;
  /** Whether the same attempt, made again after a while, may succeed. */
  readonly isRetryable: boolean;
  /** What happened, in words that stand after "failed: "; empty where only the server can say. */
  readonly what: string;
  readonly remedy: string;
}

type Causes = Readonly<Record<string | number, FailureCause>>;

const passing = (failureClass: FailureClass, what: string, remedy: string): FailureCause => ({ class: failureClass, isRetryable: true, what, remedy });
const lasting = (failureClass: FailureClass, what: string, remedy: string): FailureCause => ({ class: failureClass, isRetryable: false, what, remedy });

const DESCRIPTORS = "raise ulimit -n or use fewer sessions";
const PORTS = "widen net.ipv4.ip_local_port_range or use fewer sessions";
const MEMORY = "use fewer sessions";
const SERVER_LOG = "look into the server's log at this time";
const LATER = "the server or a proxy is in trouble; try again later";
const KEY = "check the key and what it may use";
const MODEL = "check the model's name and whether the key may use it";
const SLOWER = "lower the rate of new sessions or ask for a higher limit";
const CREDIT = "add credit to the account or raise its limit";
const VERSION = "the server breaks RFC 6455 or a limit; see its version";
const MISUNDERSTOOD = "compare what the server speaks with what the provider is declared to speak";
const REDIRECT = "redirects are not followed, so that no key leaves for another host: name the final URL";

/** By the code of Node's error. One more try at a limit of our own would only meet it again. */
export const socketCauses: Causes = {
  EMFILE: lasting("client_limit", "this process has no file descriptor left", DESCRIPTORS),
  ENFILE: lasting("client_limit", "this machine has no file descriptor left", "raise fs.file-max or use fewer sessions"),
  EADDRNOTAVAIL: lasting("client_limit", "this machine has no free port left for this address", PORTS),
  EADDRINUSE: lasting("client_limit", "this machine has no free port left for this address", PORTS),
  EAGAIN: lasting("client_limit", "this machine has no free port or memory left for a connection", PORTS),
  ENOMEM: lasting("client_limit", "this machine has no memory left for sockets", MEMORY),
  ENOBUFS: lasting("client_limit", "this machine has no memory left for sockets", MEMORY),
  EPERM: lasting("client_limit", "this machine's own firewall lets nothing out to that address", "check the rules for outgoing connections here"),
  EACCES: lasting("client_limit", "this machine's own firewall lets nothing out to that address", "check the rules for outgoing connections here"),
  ECONNREFUSED: passing("network", "nothing listens there", "check the port and that the server runs"),
  ENOTFOUND: passing("network", "no such host name", "check the host name"),
  EAI_AGAIN: passing("network", "the name server did not answer", "check the DNS settings and try again"),
  EAI_FAIL: passing("network", "the name server could not answer", "check the DNS settings and try again"),
  EAI_NODATA: passing("network", "the host name has no address", "check the host name"),
  EAI_NONAME: passing("network", "no such host name", "check the host name"),
  EAI_MEMORY: lasting("client_limit", "this machine had no memory left to look a name up", MEMORY),
  ETIMEDOUT: passing("network", "no answer came", "check the address and the firewalls between"),
  EHOSTUNREACH: passing("network", "no route leads to the host", "check the address and the routes"),
  EHOSTDOWN: passing("network", "the host is down", "check the address and that the host runs"),
  ENETUNREACH: passing("network", "no route leads to the network", "check the address and the routes"),
  ENETDOWN: passing("network", "this machine's network is down", "check the network here"),
  ECONNRESET: passing("network", "the peer or something between cut the connection", SERVER_LOG),
  ECONNABORTED: passing("network", "the peer or something between cut the connection", SERVER_LOG),
  EPIPE: passing("network", "the peer had closed the connection already", SERVER_LOG),
};

/** By the HTTP status of an answer that should have been 101 (or, of a purchase of a key, a success). */
export const statusCauses: Causes = {
  401: lasting("handshake", "", KEY),
  402: lasting("rate_limit", "", CREDIT),
  403: lasting("handshake", "", KEY),
  404: lasting("handshake", "", "check the path of the URL"),
  407: lasting("handshake", "", "write the proxy's user and password into its address, http://user:password@proxy:3128"),
  408: passing("timeout", "", LATER),
  409: passing("handshake", "", "another session may still hold what this one asks for; try again"),
  425: passing("server_error", "", LATER),
  429: passing("rate_limit", "", SLOWER),
  501: lasting("handshake", "", "check that the URL names a WebSocket endpoint"),
  505: lasting("handshake", "", "check that the URL names a WebSocket endpoint"),
};

/** Statuses without a line of their own, by their hundred. */
const statusHundreds: Causes = {
  1: lasting("protocol", "", VERSION),
  2: lasting("handshake", "", "check that the URL names a WebSocket endpoint"),
  3: lasting("handshake", "", REDIRECT),
  4: lasting("handshake", "", "check the URL, the model and the headers"),
  5: passing("server_error", "", LATER),
};

/** By WebSocket close code, of an end that this side did not ask for. */
export const closeCauses: Causes = {
  1000: passing("server_error", "the server hung up", SERVER_LOG),
  1001: passing("expired", "the session's time was over, or the server went away", "make calls shorter than the server's limit"),
  1002: lasting("protocol", "the server says that we broke the protocol", MISUNDERSTOOD),
  1003: lasting("protocol", "the server does not accept such data", MISUNDERSTOOD),
  1004: lasting("protocol", "a code that must not be sent", VERSION),
  1005: passing("server_error", "the server hung up without a code", SERVER_LOG),
  1006: passing("network", "the connection ended without a close frame", SERVER_LOG),
  1007: lasting("protocol", "the server says that a text was not UTF-8", MISUNDERSTOOD),
  1008: lasting("handshake", "the server's policy forbids it", KEY),
  1009: lasting("protocol", "a message was too large for the server", "use shorter frames or instructions"),
  1010: lasting("protocol", "a code that only clients may send", VERSION),
  1011: passing("server_error", "the server met an error of its own", SERVER_LOG),
  1012: passing("server_error", "the server restarts", LATER),
  1013: passing("server_error", "the server is overloaded", LATER),
  1014: passing("server_error", "a gateway had no good answer from the server behind it", LATER),
  1015: passing("network", "TLS failed", SERVER_LOG),
  3000: lasting("handshake", "the key was refused", KEY),
  3003: lasting("handshake", "the key may not use this", KEY),
  3008: passing("timeout", "the server waited in vain for this side", "use fewer sessions, and look at how late frames left"),
  4000: lasting("handshake", "the request was refused", "check the URL, the model and the headers"),
  4004: lasting("handshake", "no such model for this key", MODEL),
};

/** A server's own codes, of which nobody but it knows the meaning. */
const privateClose = lasting("handshake", "a code of the server's own", "look the code up in the server's documentation");
/** 1016 to 2999 are nobody's yet, and all below 1000 are none. */
const illegalClose = lasting("protocol", "a code that must not be sent", VERSION);

/** By the code of an API's error, whether in an event of its own or in a failed response. */
export const apiCauses: Causes = {
  rate_limit_exceeded: passing("rate_limit", "", SLOWER),
  slow_down: passing("rate_limit", "", SLOWER),
  insufficient_quota: lasting("rate_limit", "", CREDIT),
  credit_balance_exhausted: lasting("rate_limit", "", CREDIT),
  session_expired: passing("expired", "", "make calls shorter than the server's limit"),
  invalid_api_key: lasting("handshake", "", KEY),
  invalid_model: lasting("handshake", "", MODEL),
  missing_model: lasting("handshake", "", MODEL),
  model_not_found: lasting("handshake", "", MODEL),
  beta_api_shape_disabled: lasting("handshake", "", MISUNDERSTOOD),
  server_error: passing("server_error", "", SERVER_LOG),
  server_is_overloaded: passing("server_error", "", LATER),
};

/** A code of the API that is not about quota, time or access: we and the server misunderstood each other. */
const unknownApi = lasting("protocol", "", MISUNDERSTOOD);

/** Servers choose codes and names freely, "constructor" too: only what the table itself holds counts. */
const lineOf = (causes: Causes, code: string | number): FailureCause | undefined => (Object.hasOwn(causes, code) ? causes[code] : undefined);

/** Undefined for a code that says nothing by itself: then the phase does. */
export function causeOfSocket(code: string): FailureCause | undefined {
  return code.startsWith("WS_ERR_") ? lasting("protocol", "", VERSION) : lineOf(socketCauses, code);
}

export const causeOfStatus = (status: number): FailureCause =>
  lineOf(statusCauses, status) ?? lineOf(statusHundreds, Math.floor(status / 100)) ?? lasting("protocol", "", VERSION);

export const causeOfClose = (code: number): FailureCause => lineOf(closeCauses, code) ?? (code >= 3_000 && code < 5_000 ? privateClose : illegalClose);

export const causeOfApi = (code: string | undefined): FailureCause => (code === undefined ? unknownApi : (lineOf(apiCauses, code) ?? unknownApi));
