// What a caller does who loses the connection, as the resolved scenario holds it, and what holds where nothing is said.

export const lostTurnWays = ["resend", "repeat", "drop"] as const;

export interface ReconnectPolicy {
  /** The longest wait before the first attempt; it doubles with every attempt, up to backoffMostMs. The wait is drawn between zero and it. */
  readonly backoffMs: number;
  readonly backoffMostMs: number;
  /** Attempts for one loss, and the time for all of them. */
  readonly attempts: number;
  readonly withinMs: number;
  /** Also where the call's first connection does not come about. */
  readonly firstDial: boolean;
  /** Of all callers of the run together, so that a server that comes back is not run over. */
  readonly reconnectsPerS: number;
  /** How often a ping is sent, and how long its pong may take; zero: none is sent. */
  readonly pingMs: number;
  readonly pongMs: number;
  /** Without any event of the server for so long where an answer is due, the session counts as lost; zero: never. */
  readonly silenceMs: number;
  /** A new session takes over so long before the old one's time is over; zero: never. */
  readonly rolloverMs: number;
  /** The turn in progress: its audio again, faster than it was spoken; spoken anew; or given up. */
  readonly lostTurn: (typeof lostTurnWays)[number];
  /** Audio that is kept to be sent again; what is older is lost. */
  readonly keepAudioMs: number;
  /** What the new session is told of the conversation so far. */
  readonly replay: "text" | "none";
}

export const reconnectDefaults: ReconnectPolicy = {
  backoffMs: 500,
  backoffMostMs: 20_000,
  attempts: 6,
  withinMs: 60_000,
  firstDial: false,
  reconnectsPerS: 50,
  pingMs: 15_000,
  pongMs: 10_000,
  silenceMs: 8_000,
  rolloverMs: 600_000,
  lostTurn: "resend",
  keepAudioMs: 30_000,
  replay: "text",
};
