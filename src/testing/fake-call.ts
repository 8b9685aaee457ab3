// One call against a server that the test plays itself, on virtual time: what the caller sends is kept with its instant,
// what the server says is said at the instant the test chooses.

import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import { createReconnectGate } from "../load/reconnect-gate.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { startCall, type CallEnd, type MoneyCommand, type RunningCall } from "../session/driver.ts";
import type { SoundEar } from "../session/call-sound.ts";
import type { SpokenFrames } from "../session/speak.ts";
import type { TraceStep } from "../session/trace.ts";
import type { Connection, ConnectionClose, ConnectionHandlers } from "../transport/connection.ts";
import { readyMessage, textOfReady, type ReadyMessage } from "../transport/ready-message.ts";
import { callOf } from "./scenario.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export interface Sent {
  readonly atUs: number;
  readonly type: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** The connection that it went to, from 0. */
  readonly line: number;
}

export interface FakeOptions {
  /** When the plan wanted the call, before it is dialled at 1,000,000 µs. */
  readonly plannedUs?: number;
  readonly onTrace?: (step: TraceStep) => void;
  /** What session.documents say. */
  readonly documents?: readonly string[];
  readonly onMoney?: (command: MoneyCommand) => void;
  /** Dialled ahead of its being wanted. */
  readonly held?: true;
  /** Real sound, in place of frames that only have a name. */
  readonly frames?: () => SpokenFrames;
  readonly sound?: SoundEar;
  /** Told of each row as it comes. */
  readonly onRow?: (row: TurnRow) => void;
}

export interface FakeCall {
  readonly call: PlannedCall;
  readonly toolCalls: readonly ToolCallRow[];
  readonly clock: VirtualClock;
  readonly running: RunningCall;
  readonly sent: readonly Sent[];
  readonly rows: readonly TurnRow[];
  readonly closed: { code?: number };
  readonly recoveries: readonly RecoveryRow[];
  /** When each connection was dialled, and when pings were sent. */
  readonly dialledUs: readonly number[];
  readonly pings: readonly number[];
  /** The server answers a ping. */
  pong(): void;
  /** What the server does from here on, it does on that connection; else on the newest. */
  talkOn(line: number): void;
  ended(): CallEnd | undefined;
  open(): void;
  /** The server says `event` at `atUs`; time advances to it. */
  say(atUs: number, event: Readonly<Record<string, unknown>>): void;
  /** An audio delta of silence and then a loud tone, ms; `more` goes on with silence and tone in turn. */
  speak(atUs: number, audio: { readonly responseId: string; readonly silenceMs: number; readonly soundMs: number; readonly more?: readonly number[] }): void;
  drop(close: Partial<ConnectionClose>): void;
  /** Open, created and updated at once: the caller may speak from now on. */
  ready(): void;
}

const BYTES_PER_MS = 48;
const frame = (sound: string): ReadyMessage => readyMessage(Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio: sound })), "zero");

const framesOf = (frameMs: number): SpokenFrames => ({
  messages: Array.from({ length: Math.ceil(1_000 / frameMs) }, (_, index) => frame(`clip ${index}`)),
  silence: frame("silence"),
});

/** Silence and sound take turns, each as long as its number says. */
function deltaOf({ responseId, silenceMs, soundMs, more = [] }: Parameters<FakeCall["speak"]>[1]): Readonly<Record<string, unknown>> {
  const samples = Buffer.concat([silenceMs, soundMs, ...more].map((ms, index) => Buffer.alloc(ms * BYTES_PER_MS, index % 2 === 0 ? 0 : 0x40)));
  return { type: "response.output_audio.delta", response_id: responseId, item_id: `item_${responseId}`, delta: samples.toString("base64") };
}

interface Kept {
  readonly clock: VirtualClock;
  readonly closed: { code?: number };
  readonly pings: number[];
  keep(text: string): void;
}

/** Keeps what is sent, and how it is closed; nothing comes of either by itself. */
const fakeConnection = ({ clock, closed, pings, keep }: Kept): Connection => ({
  timings: { startedUs: clock.nowUs() },
  bufferedBytes: 0,
  send: (message) => keep(message.toString()),
  sendReady: (message) => keep(textOfReady(message)),
  ping: () => void pings.push(clock.nowUs()),
  close(code) {
    closed.code ??= code;
  },
  terminate() {
    closed.code ??= 1006;
  },
});

const keptIn =
  (rows: TurnRow[], onRow: FakeOptions["onRow"]) =>
  (row: TurnRow): void => {
    rows.push(row);
    onRow?.(row);
  };

export function fakeCall(scenario: Scenario, options: FakeOptions = {}): FakeCall {
  const { plannedUs: _wanted, onRow, ...wishes } = options;
  const clock = createVirtualClock(1_000_000);
  const sent: Sent[] = [];
  const rows: TurnRow[] = [];
  const closed: { code?: number } = {};
  const recoveries: RecoveryRow[] = [];
  const [pings, dialledUs]: [number[], number[]] = [[], []];
  const lines: ConnectionHandlers[] = [];
  let handlers: ConnectionHandlers | undefined;
  let end: CallEnd | undefined;
  const call = callOf(scenario);
  const toolCalls: ToolCallRow[] = [];
  const keep = (text: string, line: number): void => {
    const event = JSON.parse(text) as Record<string, unknown>;
    sent.push({ atUs: clock.nowUs(), type: String(event["type"]), event, line });
  };

  const running = startCall({
    run: "test",
    runStartUs: clock.nowUs(),
    clock,
    call,
    plannedUs: options.plannedUs ?? clock.nowUs(),
    connect: (told) => {
      handlers = told;
      const line = lines.push(told) - 1;
      dialledUs.push(clock.nowUs());
      return fakeConnection({ clock, closed, pings, keep: (text) => keep(text, line) });
    },
    frames: () => framesOf(scenario.session.frameMs),
    onRow: keptIn(rows, onRow),
    onToolCall: (row) => toolCalls.push(row),
    onRecovery: (row) => recoveries.push(row),
    gate: createReconnectGate(),
    onFrame: () => undefined,
    ...wishes,
  });
  void running.ended.then((value) => {
    end = value;
  });

  const say = (atUs: number, event: Readonly<Record<string, unknown>>): void => {
    clock.advanceTo(atUs);
    handlers?.onMessage(Buffer.from(JSON.stringify(event)), clock.nowUs());
  };
  const open = (): void => handlers?.onOpen();

  return {
    call,
    toolCalls,
    clock,
    running,
    sent,
    rows,
    closed,
    recoveries,
    dialledUs,
    pings,
    pong: () => handlers?.onPong?.(),
    talkOn: (line) => void (handlers = lines[line]),
    ended: () => end,
    open,
    say,
    speak: (atUs, audio) => say(atUs, deltaOf(audio)),
    drop: (close) => handlers?.onClose({ code: 1006, reason: "", atUs: clock.nowUs(), ...close }),
    ready() {
      open();
      say(clock.nowUs(), { type: "session.created", session: { id: "sess_1" } });
      say(clock.nowUs(), { type: "session.updated", session: {} });
    },
  };
}
