// One call for real: carries out what step.ts decides, with a connection, timers and a microphone.

import { firstAudibleSample } from "../audio/energy.ts";
import { formats } from "../audio/format.ts";
import type { Cancel, Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import { limits } from "../core/limits.ts";
import type { Network } from "../faults/profile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { describeClose } from "../protocol/close-codes.ts";
import { audioByteLength, decodeAudioDelta, readServerMessage, type AudioDelta } from "../protocol/codec.ts";
import type { Endpoint } from "../protocol/providers/provider.ts";
import type { Connection, ConnectionClose, ConnectionHandlers } from "../transport/connection.ts";
import type { OpenOptions } from "../transport/open.ts";
import { createMicrophone, type Microphone, type SpokenFrames } from "./speak.ts";
import type { Command, Input, SessionState, Timer } from "./state.ts";
import { beginSession, step } from "./step.ts";
import { skippedRow, turnRow } from "./turn-record.ts";
import type { TurnState } from "./turn-state.ts";

export interface CallPort {
  readonly run: string;
  readonly runStartUs: number;
  readonly clock: Clock;
  readonly call: PlannedCall;
  readonly endpoint: Endpoint;
  readonly network: Network;
  /** The stream of chance of one direction of this call's network. */
  readonly random: (direction: "up" | "down") => Random;
  readonly connect: (options: OpenOptions) => Connection;
  /** Ready-made frames of a clip in this call's format and frame size; prepared before the run. */
  readonly frames: (clip: string) => SpokenFrames;
  onRow(row: TurnRow): void;
  onFrame(latenessUs: number): void;
  onShaperLateness(latenessUs: number): void;
}

/** How a call went, instants on the clock's scale. */
export interface CallEnd {
  readonly state: SessionState;
  readonly connection: Connection;
  readonly close: ConnectionClose;
}

export interface RunningCall {
  readonly ended: Promise<CallEnd>;
  /** No new turn; the current one may finish. */
  drain(): void;
  /** Now. The turn in progress is recorded as interrupted. */
  cut(reason: string): void;
}

export function startCall(port: CallPort): RunningCall {
  const { clock, call } = port;
  const settings = call.cell.settings.session;
  const frameUs = settings.frameMs * 1_000;
  const timers = new Map<Timer, Cancel>();
  let state = beginSession(call);
  let hungUp = false;
  let recordedUs: number | undefined;
  const { promise: ended, resolve: end } = Promise.withResolvers<CallEnd>();

  function take(input: Input): void {
    const stepped = step(state, input);
    state = stepped.state;
    for (const command of stepped.commands) carryOut(command);
  }

  function carryOut(command: Command): void {
    switch (command.type) {
      case "send":
        return connection.send(JSON.stringify(command.event));
      case "stream":
        return microphone.stream(command.gridUs);
      case "speak":
        return speak(command);
      case "timer":
        return setTimer(command.timer, command.atUs);
      case "clear":
        return clearTimer(command.timer);
      case "record":
        return record(command.turn);
      case "skip":
        return port.onRow(skippedRow(port.run, call, command));
      case "hang up":
        return hangUp();
    }
  }

  function record(turn: TurnState): void {
    const nowUs = clock.nowUs();
    const connectedMs = (nowUs - (recordedUs ?? state.openUs ?? nowUs)) / 1_000;
    recordedUs = nowUs;
    port.onRow(turnRow({ run: port.run, runStartUs: port.runStartUs, session: state, turn, frames: microphone.takeStats(), connectedMs }));
  }

  function setTimer(timer: Timer, atUs: number): void {
    clearTimer(timer);
    timers.set(
      timer,
      clock.at(atUs, () => {
        timers.delete(timer);
        take({ type: "timer", timer, atUs: clock.nowUs() });
      }),
    );
  }

  function clearTimer(timer: Timer): void {
    timers.get(timer)?.();
    timers.delete(timer);
  }

  function speak({ turn, clip, startUs, speechEndMs, commit }: Extract<Command, { type: "speak" }>): void {
    const lastVoicedFrame = Math.max(1, Math.ceil((speechEndMs * 1_000) / frameUs)) - 1;
    microphone.speak({ turn, frames: port.frames(clip), startUs, lastVoicedFrame, pushToTalk: commit });
  }

  function onSpoken(turn: number, atUs: number, audioMs: number): void {
    if (settings.turnDetection.type === "manual") {
      connection.send(COMMIT);
      connection.send(CREATE_RESPONSE);
    }
    take({ type: "spoken", turn, atUs, audioMs });
  }

  function hangUp(): void {
    hungUp = true;
    for (const timer of timers.keys()) clearTimer(timer);
    microphone.stop();
    connection.close(1000, "");
  }

  const handlers: ConnectionHandlers = {
    onOpen: () => take({ type: "opened", atUs: clock.nowUs() }),
    onMessage(data, receivedAtUs) {
      const received = readServerMessage(data);
      if (received.kind === "audio") take(audioInput(received, receivedAtUs, settings.outputFormat));
      else if (received.kind === "event") take({ type: "event", atUs: receivedAtUs, name: received.event.type, fields: received.event });
      else take({ type: "unreadable", atUs: receivedAtUs, reason: received.reason });
    },
    onClose(close) {
      if (!hungUp) take({ type: "closed", atUs: close.atUs, ...closeReason(close) });
      microphone.stop();
      end({ state, connection, close });
    },
  };

  const microphone: Microphone = createMicrophone({
    clock,
    frameUs,
    silence: port.frames(call.turns[0]?.clip ?? "").silence,
    send: (message) => connection.send(message),
    bufferedBytes: () => connection.bufferedBytes,
    onSpoken,
    onFrame: port.onFrame,
  });
  const connection = port.connect({ ...port.endpoint, clock, network: port.network, random: port.random, handlers, onShaperLateness: port.onShaperLateness });
  setTimer("ready", clock.nowUs() + limits.sessionReadyMs * 1_000);

  return {
    ended,
    drain: () => take({ type: "drain", atUs: clock.nowUs() }),
    cut: (reason) => take({ type: "cut", atUs: clock.nowUs(), reason }),
  };
}

const COMMIT = '{"type":"input_audio_buffer.commit"}';
const CREATE_RESPONSE = '{"type":"response.create"}';

function closeReason(close: ConnectionClose): Pick<Extract<Input, { type: "closed" }>, "failureClass" | "reason"> {
  if (close.failure) return { failureClass: close.failure.class, reason: close.failure.message };
  const failureClass = close.code === 1001 ? "expired" : close.code >= 3000 ? "handshake" : close.code === 1011 ? "server_error" : "network";
  return { failureClass, reason: describeClose(close.code, close.reason) };
}

/** An audio delta as the reducer takes it: its samples are decoded only if the turn still waits for its first audible one. */
function audioInput(delta: AudioDelta, atUs: number, format: keyof typeof formats): Input {
  const { bytesPerMs, bytesPerSample, sampleRateHz } = formats[format];
  const usPerSample = 1e6 / sampleRateHz;
  return {
    type: "audio",
    atUs,
    responseId: delta.responseId,
    durationUs: (audioByteLength(delta) / bytesPerMs) * 1_000,
    audibleFromUs(offsetUs) {
      const fromSample = Math.ceil(offsetUs / usPerSample);
      const sample = firstAudibleSample(decodeAudioDelta(delta).subarray(fromSample * bytesPerSample), format);
      return sample < 0 ? undefined : (fromSample + sample) * usPerSample;
    },
  };
}
