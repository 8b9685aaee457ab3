// The classes that every broken turn and session is counted by: what each means, whose it is, and what to try. docs/failures.md
// is this table for people.

export const failureClasses = [
  "client_limit",
  "network",
  "handshake",
  "protocol",
  "server_error",
  "rate_limit",
  "timeout",
  "expired",
  "budget",
  "harness",
] as const;
export type FailureClass = (typeof failureClasses)[number];

export interface ClassMeaning {
  /** What happened, as a sentence that ends another: "2 turns failed: ...". */
  readonly meaning: string;
  /** Who has to do something about it. */
  readonly whose: "this machine" | "the network" | "the server" | "whoever wrote the scenario" | "nobody";
  /** What to try first. */
  readonly remedy: string;
}

export const classMeanings: Readonly<Record<FailureClass, ClassMeaning>> = {
  client_limit: {
    meaning: "this machine had no descriptor, port or memory left for a connection",
    whose: "this machine",
    remedy: "raise the limit that is named, use fewer sessions, or split the run over machines; figures of such a run say nothing of the server",
  },
  network: {
    meaning: "the way to the server was missing or broke",
    whose: "the network",
    remedy: "run `earshot doctor` against the target, and look into the server's and the proxies' logs at that time",
  },
  handshake: {
    meaning: "the server, a proxy or TLS refused the session before it began",
    whose: "whoever wrote the scenario",
    remedy: "check the URL, the key and what it may use, the model and the certificates",
  },
  protocol: {
    meaning: "what came broke RFC 6455, or the server and earshot did not understand each other",
    whose: "the server",
    remedy: "compare the server's version with what the provider is declared to speak; `--trace all` keeps what came",
  },
  server_error: {
    meaning: "the server gave up on a session or a response by itself",
    whose: "the server",
    remedy: "look into the server's log at that time, and try with fewer sessions",
  },
  rate_limit: {
    meaning: "the server or its account allows no more for now",
    whose: "the server",
    remedy: "lower the rate of new sessions, or ask for a higher limit or more credit",
  },
  timeout: {
    meaning: "the other side did not answer in time, and this machine had time to listen",
    whose: "the server",
    remedy: "check that the server answers there and is not overloaded; firewalls that drop look the same",
  },
  expired: {
    meaning: "the session had lasted as long as the server lets one last",
    whose: "nobody",
    remedy: "make the calls shorter than the server's limit",
  },
  budget: {
    meaning: "the run's own budget did not cover the next turn",
    whose: "nobody",
    remedy: "raise the budget, or ask for fewer turns",
  },
  harness: {
    meaning: "earshot's own thread stood still while it should have listened",
    whose: "this machine",
    remedy: "use fewer sessions, a machine with more cores, or one that is not shared",
  },
};

/** Failures of this machine say nothing of the server: a run that has any is not valid. */
export const ownClasses: readonly FailureClass[] = ["client_limit", "harness"];
