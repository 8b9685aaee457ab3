// Every metric once, as data: CSV headers, tables, thresholds and the direction of a comparison read it. To add a metric,
// add its entry here and its line in measure.ts.

export type MetricKind = "duration" | "rate" | "count" | "money";

export interface Metric {
  readonly id: string;
  readonly unit: "ms" | "share" | "ratio" | "count" | "tokens" | "usd";
  readonly kind: MetricKind;
  /** Signed metrics never enter an HDR histogram, which knows no negative values. */
  readonly signed: boolean;
  readonly better: "lower" | "higher" | "neither";
  /** The instant it starts and stops at, for durations. */
  readonly from?: string;
  readonly to?: string;
  /** True where an unanswered or failed turn counts as "longer than we waited". */
  readonly censors: boolean;
  /** Only turns that called a function have it. */
  readonly of?: "tool";
  readonly help: string;
  readonly since: string;
}

/** Raised when a metric's meaning changes: runs of different versions are not compared. */
export const metricsVersion = "3";

const plain = { signed: false, censors: false, since: "0.1.0" } as const;
const duration = { ...plain, unit: "ms", kind: "duration", better: "lower" } as const;
const share = { ...plain, unit: "share", kind: "rate" } as const;
const count = { ...plain, unit: "tokens", kind: "count", better: "neither" } as const;
const money = { ...plain, unit: "usd", kind: "money", better: "lower" } as const;

export const catalogue = {
  voice_to_voice: {
    ...duration,
    id: "voice_to_voice",
    from: "the caller's last voiced sample",
    to: "the first audible sample of the answer is played",
    censors: true,
    help: "What a caller feels: how long after they stop speaking they hear an answer. In a tool turn a filler counts. For a text turn it counts from the sending: nobody has to find an end of speech.",
  },
  first_audio: {
    ...duration,
    id: "first_audio",
    from: "the caller's last voiced sample",
    to: "the first audio delta arrives",
    censors: true,
    help: "Like voice_to_voice, but silence at the start of the answer counts as an answer.",
  },
  framing_delay: {
    ...duration,
    id: "framing_delay",
    from: "the caller's last voiced sample",
    to: "the microphone frame that holds it is full",
    help: "What the frame size alone costs.",
  },
  leading_silence: {
    ...duration,
    id: "leading_silence",
    from: "the first audio delta is played",
    to: "the first audible sample is played",
    help: "Silence that the model speaks before its first word.",
  },
  player_start: {
    ...duration,
    id: "player_start",
    from: "the first audio delta arrives",
    to: "the modelled player starts",
    help: "What the start buffer costs.",
  },
  end_of_utterance: {
    ...duration,
    id: "end_of_utterance",
    from: "the caller's last voiced sample",
    to: "speech_stopped arrives (committed, with manual turns)",
    help: "How long the server takes to notice that the caller has finished.",
  },
  vad_onset: {
    ...duration,
    id: "vad_onset",
    from: "the caller's first voiced sample",
    to: "speech_started arrives",
    help: "How long the server takes to notice that the caller speaks.",
  },
  vad_onset_error: {
    ...duration,
    id: "vad_onset_error",
    signed: true,
    better: "neither",
    from: "the caller's first voiced sample",
    to: "where the server says that it heard speech begin, less its padding",
    help: "How far off the server places the start of speech: above zero it is late and cuts the first word.",
  },
  vad_end_error: {
    ...duration,
    id: "vad_end_error",
    signed: true,
    better: "neither",
    from: "the caller's last voiced sample",
    to: "where the server says that it heard speech end, less its silence window",
    help: "How far off the server places the end of speech.",
  },
  early_endpoint: {
    ...share,
    id: "early_endpoint",
    better: "lower",
    help: "Share of turns in which the server took a pause for the end, or spoke over the caller.",
  },
  server_think: {
    ...duration,
    id: "server_think",
    from: "speech_stopped, committed or response.create",
    to: "the first audio delta arrives",
    help: "The server's own time to its first sound.",
  },
  dispatch_delay: {
    ...duration,
    id: "dispatch_delay",
    from: "the plan wanted the speech to end",
    to: "it really ended, its last frame sent",
    help: "What earshot itself, or a session that was not ready in time, delayed the turn by.",
  },
  service_latency: {
    ...duration,
    id: "service_latency",
    from: "the caller's speech really ended, its last frame sent",
    to: "the first audible sample of the answer is played",
    censors: true,
    help: "What the server took, once it was asked.",
  },
  scheduled_latency: {
    ...duration,
    id: "scheduled_latency",
    from: "the plan wanted the speech to end",
    to: "the first audible sample of the answer is played",
    censors: true,
    help: "dispatch_delay and service_latency: a server that keeps callers from starting shows here.",
  },
  first_transcript: {
    ...duration,
    id: "first_transcript",
    from: "the caller's first voiced sample",
    to: "the first piece of the caller's transcript arrives",
    help: "How soon the server begins to write down what the caller says.",
  },
  final_transcript: {
    ...duration,
    id: "final_transcript",
    from: "the caller's last voiced sample",
    to: "the caller's transcript is complete",
    help: "How soon all of what the caller said is written down.",
  },
  barge_in_stop: {
    ...duration,
    id: "barge_in_stop",
    from: "the first voiced sample of the interruption",
    to: "the last audible sample of the old answer is played",
    help: "How long a caller who interrupts is talked over. Absent where the answer was silent already, as with push to talk.",
  },
  unheard_audio: {
    ...duration,
    id: "unheard_audio",
    better: "neither",
    from: "the player stops",
    to: "the end of the old answer's audio that came",
    help: "Audio of an interrupted answer that was made, sent and never heard.",
  },
  back_channel_kept: {
    ...share,
    id: "back_channel_kept",
    better: "higher",
    help: 'Share of back-channels (a caller\'s "yes, yes" over an answer) over which the answer went on.',
  },
  truncation_agreed: {
    ...share,
    id: "truncation_agreed",
    better: "higher",
    help: "Share of interruptions whose truncation the server confirmed at the very place that was reported.",
  },
  tool_decision: {
    ...duration,
    id: "tool_decision",
    of: "tool",
    from: "the caller's last voiced sample",
    to: "the first call's arguments are complete",
    help: "How long the model takes to call a function.",
  },
  tool_round_trip: {
    ...duration,
    id: "tool_round_trip",
    of: "tool",
    better: "neither",
    from: "a call's arguments are complete",
    to: "its output is sent",
    help: "What the functions themselves took; the longest of a turn.",
  },
  tool_turn: {
    ...duration,
    id: "tool_turn",
    of: "tool",
    from: "the caller's last voiced sample",
    to: "the first audible sample of the answer after the functions' output is played",
    censors: true,
    help: "How long a caller waits for an answer that needs a function.",
  },
  filler: {
    ...duration,
    id: "filler",
    of: "tool",
    from: "the caller's last voiced sample",
    to: "the first audible sample before the function is called",
    help: "How soon the model says something to fill the wait; absent where it does not.",
  },
  dead_air: {
    ...duration,
    id: "dead_air",
    from: "a word of the answer ends",
    to: "the next begins",
    help: "The longest silence within an answer, as heard.",
  },
  playout_stall_count: {
    ...count,
    id: "playout_stall_count",
    better: "lower",
    unit: "count",
    help: "How often the player ran dry within an answer.",
  },
  playout_stall_total: {
    ...duration,
    id: "playout_stall_total",
    from: "the player runs dry",
    to: "it plays again, summed over the answer",
    help: "How long an answer stood still in all.",
  },
  playout_stall_longest: {
    ...duration,
    id: "playout_stall_longest",
    from: "the player runs dry",
    to: "it plays again, the longest of the answer",
    help: "The longest hole in an answer.",
  },
  clean_share: {
    ...share,
    id: "clean_share",
    better: "higher",
    help: "Share of answers in which the player never ran dry.",
  },
  min_start_buffer: {
    ...duration,
    id: "min_start_buffer",
    from: "the first audio delta arrives",
    to: "the player may start and never run dry",
    help: "The smallest start buffer that would have spared the answer every stall.",
  },
  output_rate: {
    ...share,
    id: "output_rate",
    unit: "ratio",
    better: "lower",
    help: "Time that making the answer took over how long it plays: below 1 is faster than real time.",
  },
  answered: {
    ...share,
    id: "answered",
    better: "higher",
    help: "Answered turns among answered, unanswered and failed ones.",
  },
  accuracy: {
    ...share,
    id: "accuracy",
    better: "higher",
    help: "Turns whose expectations were all met, among the turns that have any. A turn that broke met none.",
  },
  tool_correct: {
    ...share,
    id: "tool_correct",
    better: "higher",
    help: "Turns in which every expected function was called with the right arguments, among the turns that expect one.",
  },
  wer: {
    ...share,
    id: "wer",
    better: "lower",
    help: "Word error rate of the caller's transcript, turn by turn; texts are compared without case and punctuation (basic-1).",
  },
  cer: {
    ...share,
    id: "cer",
    better: "lower",
    help: "Character error rate of the caller's transcript, turn by turn, spaces not counted.",
  },
  connect_mint: {
    ...duration,
    id: "connect_mint",
    from: "the call starts",
    to: "the ephemeral key is there",
    help: "Buying the session's own key; absent where none is bought.",
  },
  connect_dns: {
    ...duration,
    id: "connect_dns",
    from: "the call starts, or its key is there",
    to: "the name is resolved",
    help: "Name look-up; absent where the address is a number.",
  },
  connect_tcp: {
    ...duration,
    id: "connect_tcp",
    from: "the name is resolved",
    to: "TCP is connected",
    help: "TCP handshake, with the proxy where there is one.",
  },
  connect_proxy: {
    ...duration,
    id: "connect_proxy",
    from: "TCP is connected",
    to: "the proxy's tunnel stands",
    help: "The proxy's own way to the server; absent without one.",
  },
  connect_tls: {
    ...duration,
    id: "connect_tls",
    from: "TCP is connected, or the tunnel stands",
    to: "TLS is agreed",
    help: "TLS handshake; absent on plain connections.",
  },
  connect_upgrade: {
    ...duration,
    id: "connect_upgrade",
    from: "TCP or TLS is ready",
    to: "the WebSocket is open",
    help: "HTTP upgrade.",
  },
  connect_created: {
    ...duration,
    id: "connect_created",
    from: "the WebSocket is open",
    to: "session.created arrives",
    help: "How long the server takes to have a session.",
  },
  connect_updated: {
    ...duration,
    id: "connect_updated",
    from: "session.update is sent",
    to: "session.updated arrives",
    help: "How long the server takes to accept the configuration.",
  },
  connect_total: {
    ...duration,
    id: "connect_total",
    from: "the call starts",
    to: "session.updated arrives",
    help: "From nothing to a caller who may speak.",
  },
  tokens_input: {
    ...count,
    id: "tokens_input",
    help: "Input tokens of a turn, the repeated history included.",
  },
  tokens_output: {
    ...count,
    id: "tokens_output",
    help: "Output tokens of a turn.",
  },
  cached_share: {
    ...share,
    id: "cached_share",
    better: "higher",
    help: "Share of input tokens billed at the cached price.",
  },
  cost: {
    ...money,
    id: "cost",
    help: "Money of a turn at the list price of its model.",
  },
  send_lateness: {
    ...duration,
    id: "send_lateness",
    from: "a microphone frame is full",
    to: "it is handed to the socket",
    help: "earshot's own lateness: how far its numbers can be trusted.",
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricId = keyof typeof catalogue;

export const metricIds = Object.keys(catalogue) as readonly MetricId[];
export const isMetricId = (text: string): text is MetricId => Object.hasOwn(catalogue, text);
/** The entry with all its fields, also those that only some metrics have. */
export const metricOf = (id: MetricId): Metric => catalogue[id];
