// Every metric once, as data: CSV headers, tables, thresholds and the direction of a comparison read it. To add a metric,
// add its entry here and its line in measure.ts.

export type MetricKind = "duration" | "rate" | "count" | "money";

export interface Metric {
  readonly id: string;
  readonly unit: "ms" | "share" | "tokens" | "usd" | "frames";
  readonly kind: MetricKind;
  /** Signed metrics never enter an HDR histogram, which knows no negative values. */
  readonly signed: boolean;
  readonly better: "lower" | "higher" | "neither";
  /** The instant it starts and stops at, for durations. */
  readonly from?: string;
  readonly to?: string;
  /** True where an unanswered or failed turn counts as "longer than we waited". */
  readonly censors: boolean;
  readonly help: string;
  readonly since: string;
}

const since = "0.1.0";

export const catalogue = {
  voice_to_voice: { id: "voice_to_voice", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the caller's last voiced sample", to: "the first audible sample of the answer is played", censors: true, help: "What a caller feels: how long after they stop speaking they hear an answer.", since },
  first_audio: { id: "first_audio", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the caller's last voiced sample", to: "the first audio delta arrives", censors: true, help: "Like voice_to_voice, but silence at the start of the answer counts as an answer.", since },
  framing_delay: { id: "framing_delay", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the caller's last voiced sample", to: "the microphone frame that holds it is full", censors: false, help: "What the frame size alone costs.", since },
  leading_silence: { id: "leading_silence", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the first audio delta is played", to: "the first audible sample is played", censors: false, help: "Silence that the model speaks before its first word.", since },
  player_start: { id: "player_start", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the first audio delta arrives", to: "the modelled player starts", censors: false, help: "What the start buffer costs.", since },
  end_of_utterance: { id: "end_of_utterance", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the caller's last voiced sample", to: "speech_stopped arrives (committed, with manual turns)", censors: false, help: "How long the server takes to notice that the caller has finished.", since },
  vad_onset: { id: "vad_onset", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the caller's first voiced sample", to: "speech_started arrives", censors: false, help: "How long the server takes to notice that the caller speaks.", since },
  server_think: { id: "server_think", unit: "ms", kind: "duration", signed: false, better: "lower", from: "speech_stopped, committed or response.create", to: "the first audio delta arrives", censors: false, help: "The server's own time to its first sound.", since },
  early_endpoint: { id: "early_endpoint", unit: "share", kind: "rate", signed: false, better: "lower", censors: false, help: "Share of turns in which the server took a pause for the end.", since },
  answered: { id: "answered", unit: "share", kind: "rate", signed: false, better: "higher", censors: false, help: "Answered turns among answered, unanswered and failed ones.", since },
  connect_tcp: { id: "connect_tcp", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the call starts", to: "TCP is connected", censors: false, help: "Name look-up and TCP handshake.", since },
  connect_tls: { id: "connect_tls", unit: "ms", kind: "duration", signed: false, better: "lower", from: "TCP is connected", to: "TLS is agreed", censors: false, help: "TLS handshake; absent on plain connections.", since },
  connect_upgrade: { id: "connect_upgrade", unit: "ms", kind: "duration", signed: false, better: "lower", from: "TCP or TLS is ready", to: "the WebSocket is open", censors: false, help: "HTTP upgrade.", since },
  connect_created: { id: "connect_created", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the WebSocket is open", to: "session.created arrives", censors: false, help: "How long the server takes to have a session.", since },
  connect_updated: { id: "connect_updated", unit: "ms", kind: "duration", signed: false, better: "lower", from: "session.update is sent", to: "session.updated arrives", censors: false, help: "How long the server takes to accept the configuration.", since },
  connect_total: { id: "connect_total", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the call starts", to: "session.updated arrives", censors: false, help: "From nothing to a caller who may speak.", since },
  dispatch_delay: { id: "dispatch_delay", unit: "ms", kind: "duration", signed: false, better: "lower", from: "the plan wanted the turn", to: "its audio begins", censors: false, help: "What earshot itself, or a slow session before it, delayed the turn by.", since },
  tokens_input: { id: "tokens_input", unit: "tokens", kind: "count", signed: false, better: "neither", censors: false, help: "Input tokens of a turn, the repeated history included.", since },
  tokens_output: { id: "tokens_output", unit: "tokens", kind: "count", signed: false, better: "neither", censors: false, help: "Output tokens of a turn.", since },
  cached_share: { id: "cached_share", unit: "share", kind: "rate", signed: false, better: "higher", censors: false, help: "Share of input tokens billed at the cached price.", since },
  cost: { id: "cost", unit: "usd", kind: "money", signed: false, better: "lower", censors: false, help: "Money of a turn at the list price of its model.", since },
  send_lateness: { id: "send_lateness", unit: "ms", kind: "duration", signed: false, better: "lower", from: "a microphone frame is full", to: "it is handed to the socket", censors: false, help: "earshot's own lateness: how far its numbers can be trusted.", since },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricId = keyof typeof catalogue;

export const metricIds = Object.keys(catalogue) as readonly MetricId[];
export const isMetricId = (text: string): text is MetricId => Object.hasOwn(catalogue, text);
