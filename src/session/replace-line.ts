// Carries out what step.ts decides for a call whose line is lost or replaced.

import { documentItem } from "./configure.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { Line } from "./line.ts";
import { recoveryRow } from "./recovery-record.ts";
import type { Microphone, SpokenFrames } from "./speak.ts";
import type { Command } from "./state.ts";
import type { Connection } from "../transport/connection.ts";

type RecoveryCommand = Extract<
  Command,
  { readonly type: "lose" | "ping" | "dial" | "abandon" | "send ahead" | "preload ahead" | "switch" | "resume" | "recovery" }
>;

/** What of a call's port is needed for it. */
interface RecoveryPort {
  readonly run: string;
  readonly runStartUs: number;
  readonly call: PlannedCall;
  readonly documents?: readonly string[];
  frames(clip: string | undefined): SpokenFrames;
  onRecovery?(row: RecoveryRow): void;
}

export interface LineInUse {
  readonly port: RecoveryPort;
  readonly line: Line;
  readonly microphone: Microphone;
}

export function sendDocuments(connection: Connection | undefined, { documents = [] }: Pick<RecoveryPort, "documents">): void {
  for (const text of documents) connection?.send(JSON.stringify(documentItem(text)));
}

export function carryOutRecovery(command: RecoveryCommand, { port, line, microphone }: LineInUse): void {
  switch (command.type) {
    case "lose":
      microphone.stop();
      return line.lose();
    case "ping":
      return line.current().ping();
    case "dial":
      return line.dial(command.notBeforeUs);
    case "abandon":
      return line.abandon();
    case "send ahead":
      return line.next()?.send(JSON.stringify(command.event));
    case "preload ahead":
      return sendDocuments(line.next(), port);
    case "switch":
      microphone.stop();
      return line.replace(command);
    case "resume": {
      const { fromUs, streams, speak } = command;
      return microphone.resume({ fromUs, streams, ...(speak ? { utterance: { ...speak, frames: port.frames(speak.clip) } } : {}) });
    }
    case "recovery":
      return port.onRecovery?.(recoveryRow({ run: port.run, runStartUs: port.runStartUs, call: port.call, notes: command.notes }));
  }
}
