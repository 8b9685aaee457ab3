// One call for real: carries out what step.ts decides, with a connection, timers and a microphone.

import type { Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import { msToUs, usToMs } from "../core/units.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { ClientEvent } from "../protocol/client-event.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { Connection, ConnectionClose, ConnectionHandlers } from "../transport/connection.ts";
import { overheard, type SoundEar } from "./call-sound.ts";
import { createLine, type ReconnectGate } from "./line.ts";
import { carryOutRecovery, sendDocuments } from "./replace-line.ts";
import { backlogInput } from "./received.ts";
import { createMicrophone, type Microphone, type FrameStats, type MicrophonePort, type SpokenFrames } from "./speak.ts";
import type { Command, Input, SessionState } from "./state.ts";
import { beginSession, step } from "./step.ts";
import { createTimers } from "./timers.ts";
import type { TraceStep } from "./trace.ts";
import { skippedRow, toolCallRows, turnRow, type TurnShare } from "./turn-record.ts";
import { responseCreate, sessionAsk } from "./turn-ask.ts";
import type { TurnState } from "./turn-state.ts";

export interface CallPort {
  readonly run: string;
  readonly runStartUs: number;
  readonly clock: Clock;
  readonly call: PlannedCall;
  /** When the plan wanted the call to be dialled; of a held one, anything until it is wanted. */
  readonly plannedUs: number;
  /** Dialled ahead: it speaks once it is wanted. */
  readonly held?: true;
  /** Dials this call's server over this call's network. */
  connect(handlers: ConnectionHandlers): Connection;
  /** Ready-made frames of a clip in this call's format and frame size, prepared before the run; without a clip, silence alone. */
  frames(clip: string | undefined): SpokenFrames;
  /** What session.documents say, in their order. */
  readonly documents?: readonly string[];
  onRow(row: TurnRow): void;
  onToolCall(row: ToolCallRow): void;
  /** Told of every loss of a connection; there, with the run's gate, where callers reconnect. */
  onRecovery?(row: RecoveryRow): void;
  readonly gate?: ReconnectGate;
  /** Told all that the rows are made of, where somebody wants to keep it. */
  onTrace?(step: TraceStep): void;
  /** Told what is said and played, where somebody wants to keep it. */
  readonly sound?: SoundEar;
  onFrame(latenessUs: number, sentUs: number): void;
  /** Told what the call wants to spend and has spent; there where the run has a budget. */
  onMoney?(command: MoneyCommand): void;
}

export type MoneyCommand = Extract<Command, { readonly type: "reserve" | "charge" | "settle" }>;

/** How a call went, instants on the clock's scale. */
export interface CallEnd {
  readonly state: SessionState;
  readonly connection: Connection;
  readonly close: ConnectionClose;
}

export interface RunningCall {
  readonly ended: Promise<CallEnd>;
  /** A held call begins, as planned for then. */
  want(plannedUs: number): void;
  /** The budget's answer to what was asked for by that key. */
  answer(key: string, isGranted: boolean): void;
  /** No new turn; the current one may finish. */
  drain(): void;
  /** Now. The turn in progress is recorded as interrupted. */
  cut(reason: string): void;
}

interface Mouth extends Pick<MicrophonePort, "onSpoken" | "onBacklog"> {
  readonly connection: () => Connection;
  /** The response.create of the current turn. */
  readonly askFor: () => ClientEvent;
}

/** With push to talk, the end of speech is also the commit, in the same breath. */
function microphoneOf({ clock, call, frames, onFrame, sound }: CallPort, { connection, askFor, onSpoken, onBacklog }: Mouth): Microphone {
  const { frameMs, turnDetection } = call.cell.settings.session;
  const microphone = createMicrophone({
    clock,
    frameUs: msToUs(frameMs),
    silence: frames(call.turns.find(({ clip }) => clip !== undefined)?.clip).silence,
    send: (message) => connection().sendReady(message),
    bufferedBytes: () => connection().bufferedBytes,
    onFrame,
    onBacklog,
    onSpoken(turn, atUs, audioMs) {
      if (turnDetection.type === "manual") {
        connection().send(COMMIT);
        connection().send(JSON.stringify(askFor()));
      }
      onSpoken(turn, atUs, audioMs);
    },
  });
  return sound ? overheard(microphone, sound) : microphone;
}

interface Register {
  /** The turn's share of what microphone and connection do ends here; its rows come later. */
  setAside(turn: number, session: SessionState): void;
  record(turn: TurnState, session: SessionState): void;
}

/** Writes the rows of turns, each with its share of what the microphone and the connection did. */
function registerOf(port: CallPort, takeStats: () => FrameStats): Register {
  const { run, runStartUs, clock } = port;
  const shares = new Map<number, TurnShare>();
  let sharedUs: number | undefined;

  function takeShare(turn: number, { openUs }: SessionState): TurnShare {
    const nowUs = clock.nowUs();
    const share: TurnShare = { frames: takeStats(), connectedMs: usToMs(nowUs - (sharedUs ?? openUs ?? nowUs)) };
    sharedUs = nowUs;
    shares.set(turn, share);
    port.onTrace?.({ type: "share", turn, ...share });
    return share;
  }

  return {
    setAside: (turn, session) => void takeShare(turn, session),
    record(turn, session) {
      const recorded = { run, runStartUs, session, turn };
      for (const row of toolCallRows(recorded)) port.onToolCall(row);
      const number = turn.planned.turn;
      port.onRow(turnRow({ ...recorded, ...(shares.get(number) ?? takeShare(number, session)) }));
      shares.delete(number);
    },
  };
}

const COMMIT = '{"type":"input_audio_buffer.commit"}';

export function startCall(port: CallPort): RunningCall {
  const { clock, call } = port;
  const { reconnect } = call.cell.settings.caller;
  const timers = createTimers(clock, (timer, atUs) => take({ type: "timer", timer, atUs }));
  let state = beginSession(call, port);

  function take(input: Input): void {
    port.onTrace?.(input);
    const before = state;
    const stepped = step(state, input);
    state = stepped.state;
    if (port.sound && state.playback !== before.playback) port.sound.follow(input, before, state);
    for (const command of stepped.commands) carryOut(command);
  }

  function carryOut(command: Command): void {
    switch (command.type) {
      case "send":
        return line.current().send(JSON.stringify(command.event));
      case "preload":
        return sendDocuments(line.current(), port);
      case "stream":
        return microphone.stream(command.gridUs);
      case "speak":
        return microphone.speak({ ...command, frames: port.frames(command.clip) });
      case "timer":
        return timers.set(command.timer, command.atUs);
      case "clear":
        return timers.clear(command.timer);
      case "set aside":
        return register.setAside(command.turn, state);
      case "record":
        return register.record(command.turn, state);
      case "skip":
        return port.onRow(skippedRow(port.run, call, command));
      case "reserve":
      case "charge":
      case "settle":
        return port.onMoney?.(command);
      case "hang up":
        timers.clearAll();
        microphone.stop();
        return line.hangUp();
      default:
        return carryOutRecovery(command, { port, line, microphone });
    }
  }

  const register = registerOf(port, () => microphone.takeStats());
  const microphone = microphoneOf(port, {
    connection: () => line.current(),
    askFor: () => responseCreate(call, state.turn?.planned ?? sessionAsk(call)),
    onSpoken: (turn, atUs, audioMs) => take({ type: "spoken", turn, atUs, audioMs }),
    onBacklog: (bytes) => take(backlogInput(bytes, clock.nowUs())),
  });
  const line = createLine({
    clock,
    format: call.cell.settings.session.outputFormat,
    onSound: port.sound?.arrive,
    connect: (handlers) => port.connect(handlers),
    take,
    openResponse: () => state.turn?.openResponses.at(-1),
    reconnects: reconnect && port.gate ? { gate: port.gate, perS: reconnect.reconnectsPerS } : undefined,
  });
  timers.set("ready", clock.nowUs() + msToUs(limits.sessionReadyMs));

  return runningCall(
    line.ended.then((end) => ({ state, ...end })),
    clock,
    take,
  );
}

/** What may be done to a call from outside, as inputs of its step. */
const runningCall = (ended: Promise<CallEnd>, clock: Clock, take: (input: Input) => void): RunningCall => ({
  ended,
  want: (plannedUs) => take({ type: "wanted", atUs: clock.nowUs(), plannedUs }),
  answer: (key, isGranted) => take({ type: isGranted ? "granted" : "refused", key, atUs: clock.nowUs() }),
  drain: () => take({ type: "drain", atUs: clock.nowUs() }),
  cut: (reason) => take({ type: "cut", atUs: clock.nowUs(), reason }),
});
