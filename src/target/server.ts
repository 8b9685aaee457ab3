// The target's door: a WebSocket server that speaks the protocol of GPT-Realtime-2 with known delays.

import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { ClipStore } from "../audio/clip-store.ts";
import type { Clock } from "../core/clock.ts";
import type { Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { stream } from "../core/random.ts";
import { MS_PER_S } from "../core/units.ts";
import type { Admission } from "./admission.ts";
import { admit } from "./admission.ts";
import { createAudioDecoder } from "./append.ts";
import type { TargetStats } from "./connection.ts";
import { serveConnection } from "./connection.ts";
import { createConversation } from "./conversation.ts";
import { errorBody } from "./fault.ts";
import type { TrickRow, TruthRow } from "./ground-truth.ts";
import { createIds } from "./ids.ts";
import type { Profile } from "./profile.ts";
import { createRecogniserThread } from "./recogniser-thread.ts";
import type { Script } from "./script.ts";
import { listensToWords } from "./script.ts";
import { prepareSpeech } from "./speech.ts";
import { createTranscription } from "./transcription.ts";
import { createServiceQueue } from "./service-queue.ts";
import { trickPlanner } from "./trick-plan.ts";
import { trickConversation } from "./tricked-conversation.ts";

export interface TargetOptions {
  readonly clock: Clock;
  /** For calls that do not name themselves; the others bring their own. */
  readonly seed: number;
  readonly profile: Profile;
  readonly script: Script;
  readonly clips: ClipStore;
  readonly writeTruth?: (row: TruthRow) => void;
  readonly writeTrick?: (row: TrickRow) => void;
  /** Default 127.0.0.1: nobody but this machine. */
  readonly host?: string;
  /** Default 0: the system chooses. */
  readonly port?: number;
  /** Told once when calls come without a name. */
  readonly say?: (notice: string) => void;
}

export interface Target {
  readonly port: number;
  /** `ws://host:port/v1/realtime` */
  readonly url: string;
  readonly stats: Readonly<TargetStats>;
  /** Closes every session with 1001, cuts those that do not follow, and stops listening. */
  close(): Promise<void>;
}

/** How long sessions may take to close before they are cut. */
const CLOSE_US = 1_000_000;

/** Listens, or says which answer clips are missing or why the port can't be had. */
export async function startTarget(options: TargetOptions): Promise<Result<Target>> {
  const { clock, host = "127.0.0.1" } = options;
  const prepared = await prepareSpeech(options);
  if (!prepared.ok) return prepared;
  const speech = prepared.value;
  const queue = options.profile.queue && createServiceQueue(options.profile.queue.slots.value);
  const stats: TargetStats = { connections: 0, openConnections: 0, appends: 0, eventsSent: 0, turns: 0, stalls: 0, unnamedCalls: 0 };
  const recogniser = createRecogniserThread(options.clips.roots, (notice) => options.say?.(notice));
  const context = {
    clock,
    decoder: createAudioDecoder(),
    stats,
    writeTruth: options.writeTruth ?? (() => {}),
    recognise: recogniser.recognise,
    ...(options.writeTrick ? { writeTrick: options.writeTrick } : {}),
  };
  const tricks = trickPlanner(options.script);
  const freezer = { untilUs: 0 };
  const http = createServer((_request, response) => response.writeHead(404).end());
  // closeTimeout is newer than the library's published types.
  const closing: object = { closeTimeout: limits.closeMs };
  const sockets = new WebSocketServer({
    ...closing,
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    handleProtocols: (offered) => (offered.has("realtime") ? "realtime" : false),
  });

  function welcome(socket: WebSocket, admission: Admission & { type: "admitted" }): void {
    const number = stats.connections++;
    stats.openConnections++;
    socket.on("close", () => stats.openConnections--);
    const { call, model, kind } = admission;
    if (!call && stats.unnamedCalls++ === 0) options.say?.("calls without an x-earshot-call header draw their delays by order of arrival");
    const openedAtUs = clock.nowUs();
    const key = call ?? { seed: options.seed, session: number, call: 0 };
    const conversation = (kind === "transcription" ? createTranscription : createConversation)({
      model,
      profile: options.profile,
      speech,
      scriptListens: listensToWords(options.script),
      key,
      ...(call ? { callName: call.text } : {}),
      ...(queue ? { queue } : {}),
      ids: createIds(openedAtUs, stream(options.seed, "ids", number)),
      openedAtUs,
      openedAtS: Math.floor(clock.wallTime().getTime() / MS_PER_S),
    });
    const plan = tricks && { armed: (turn: number) => tricks(key, turn), freezer, ...(call ? { call: call.text } : {}) };
    serveConnection(socket, plan ? trickConversation(conversation, plan) : conversation, context);
  }

  http.on("upgrade", (request: IncomingMessage, tcp, head) => {
    // Until ws takes it over, nobody else listens: a peer that resets would end the process.
    tcp.on("error", () => tcp.destroy());
    const admission = admit(request.url ?? "/", request.headers);
    if (admission.type === "not_found") return void tcp.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    sockets.handleUpgrade(request, tcp, head, (socket) => {
      if (admission.type === "admitted") return welcome(socket, admission);
      const ids = createIds(clock.nowUs(), stream(options.seed, "refused", stats.connections++));
      socket.on("error", () => socket.terminate());
      socket.send(JSON.stringify({ type: "error", event_id: ids.next("event"), error: errorBody(admission.wrong, undefined) }));
      socket.close(admission.closeCode, admission.closeReason);
    });
  });

  const listening = await listen(http, host, options.port ?? 0);
  if (!listening.ok) return listening;
  const { port } = http.address() as AddressInfo;
  return ok({
    port,
    url: `ws://${host.includes(":") ? `[${host}]` : host}:${port}/v1/realtime`,
    stats,
    close: async () => {
      await closeAll(clock, http, sockets);
      await recogniser.close();
    },
  });
}

type HttpServer = ReturnType<typeof createServer>;

function listen(http: HttpServer, host: string, port: number): Promise<Result<undefined>> {
  return new Promise((resolve) => {
    http.once("error", (error: NodeJS.ErrnoException) => resolve(failed({ source: `${host}:${port}`, message: `the target cannot listen: ${error.message}` })));
    http.listen({ host, port, backlog: 2_048 }, () => resolve(ok(undefined)));
  });
}

async function closeAll(clock: Clock, http: HttpServer, sockets: WebSocketServer): Promise<void> {
  const open = [...sockets.clients];
  const closed = Promise.all(open.map((socket) => new Promise<void>((resolve) => void socket.once("close", () => resolve()))));
  for (const socket of open) socket.close(1001, "the target is shutting down");
  const cancel = clock.at(clock.nowUs() + CLOSE_US, () => open.forEach((socket) => socket.terminate()));
  await closed;
  cancel();
  await new Promise<void>((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
