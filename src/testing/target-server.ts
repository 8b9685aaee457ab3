// A real target on loopback with the shipped clips, for tests that drive it with real clients.

import { WebSocket } from "ws";
import type { ClientOptions } from "ws";
import type { ClipStore } from "../audio/clip-store.ts";
import { openClipStore } from "../audio/clip-store.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { createSystemClock } from "../core/system-clock.ts";
import type { NoteRow, TruthRow } from "../target/ground-truth.ts";
import { readProfile } from "../target/profile.ts";
import { readScript } from "../target/script.ts";
import type { Target, TargetOptions } from "../target/server.ts";
import { startTarget } from "../target/server.ts";
import { judgeMessage } from "./event-judge.ts";

export interface TestTarget extends Target {
  readonly truth: readonly TruthRow[];
  readonly notes: readonly NoteRow[];
  readonly clips: ClipStore;
}

/** Has every message judged that the target hands to the socket, refusals and what tricks make of an event too. */
function judgeSocket(socket: WebSocket): void {
  const send = socket.send.bind(socket) as (message: string) => void;
  socket.send = (message: unknown) => {
    judgeMessage(String(message));
    send(String(message));
  };
}

/** With the `exact` profile, and whatever else is asked for. What it says is judged (event-judge.ts). */
export async function startTestTarget(asked: Partial<TargetOptions> = {}): Promise<TestTarget> {
  const truth: TruthRow[] = [];
  const notes: NoteRow[] = [];
  const clips = orThrow(await openClipStore([packagePath("fixtures")]));
  const target = await startTarget({
    clock: createSystemClock(),
    seed: 1,
    profile: orThrow(readProfile("exact")),
    script: orThrow(readScript("crm")),
    clips,
    writeTruth: (row) => void truth.push(row),
    onSocket: judgeSocket,
    writeNote: (row) => void notes.push(row),
    ...asked,
  });
  return { ...orThrow(target), truth, notes, clips };
}

/** A clip's speech in frames of 20 ms, with the silence that ends a turn. */
export async function spoken({ clips }: Pick<TestTarget, "clips">, clip: string, silenceMs: number): Promise<Buffer[]> {
  const audio = Buffer.concat([orThrow(await clips.wire(clip, "pcm24k")), Buffer.alloc((silenceMs + 100) * 48)]);
  return Array.from({ length: Math.ceil(audio.length / 960) }, (_, index) => audio.subarray(index * 960, (index + 1) * 960));
}

export interface RawClient {
  readonly socket: WebSocket;
  readonly events: Record<string, unknown>[];
  send(event: object): void;
  /** The first event of the type from now on, or one that came already and was not taken yet. */
  next(type: string): Promise<Record<string, unknown>>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** A client that knows nothing of the protocol but JSON. */
export function openRawClient(url: string, options: ClientOptions = {}, protocols: string[] = []): RawClient {
  const socket = new WebSocket(url, protocols, options);
  const events: Record<string, unknown>[] = [];
  const untaken: Record<string, unknown>[] = [];
  let wanted: { type: string; resolve: (event: Record<string, unknown>) => void } | undefined;
  function offer(): void {
    const index = wanted ? untaken.findIndex(({ type }) => type === wanted?.type) : -1;
    if (index < 0) return;
    const [event] = untaken.splice(0, index + 1).slice(-1) as [Record<string, unknown>];
    wanted?.resolve(event);
    wanted = undefined;
  }
  socket.on("message", (data: Buffer) => {
    const event = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
    events.push(event);
    untaken.push(event);
    offer();
  });
  return {
    socket,
    events,
    send: (event) => socket.send(JSON.stringify(event)),
    next: (type) =>
      new Promise((resolve) => {
        wanted = { type, resolve };
        offer();
      }),
    closed: new Promise((resolve) => void socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }))),
  };
}
