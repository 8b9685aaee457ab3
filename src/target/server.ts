// The target's door: a WebSocket server that speaks the protocol of GPT-Realtime-2 with known delays.

import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { ClipStore } from "../audio/clip-store.ts";
import type { Clock } from "../core/clock.ts";
import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { stream } from "../core/random.ts";
import { MS_PER_S } from "../core/units.ts";
import type { Network } from "../faults/profile.ts";
import type { ServerFault } from "../faults/server-fault.ts";
import type { Admission } from "./admission.ts";
import { admit } from "./admission.ts";
import { createAudioDecoder } from "./append.ts";
import { layAppendLane } from "./append-lane.ts";
import type { TlsIdentity } from "./certificate.ts";
import type { ClientAccount, ConnectionAccount } from "./client-account.ts";
import type { TargetStats } from "./connection.ts";
import { serveConnection } from "./connection.ts";
import { createConversation } from "./conversation.ts";
import { errorBody } from "./fault.ts";
import type { FaultRow, NoteRow, TruthRow } from "./ground-truth.ts";
import type { HttpServer } from "./http-server.ts";
import { createHttpServer } from "./http-server.ts";
import { createIds } from "./ids.ts";
import { isLoopbackHost } from "../core/loopback-host.ts";
import type { ModelRule } from "./models.ts";
import { readIntoOneBuffer } from "./one-buffer.ts";
import { planFaults, type TurningAway } from "./planned-faults.ts";
import { createPort, type Port } from "./port.ts";
import type { Profile } from "./profile.ts";
import type { RateLimitOptions } from "./rate-limit.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createRecogniserThread } from "./recogniser-thread.ts";
import { createRest } from "./rest.ts";
import type { Script } from "./script.ts";
import { listensToWords } from "./script.ts";
import { createSecrets } from "./secrets.ts";
import { createServiceQueue } from "./service-queue.ts";
import { prepareSpeech } from "./speech.ts";
import { createTranscription } from "./transcription.ts";
import { createTranslation } from "./translation.ts";
import { prepareTranslations } from "./translation-speech.ts";
import { trickPlanner } from "./trick-plan.ts";
import type { Freezer, Served } from "./tricked-conversation.ts";
import { trickConversation } from "./tricked-conversation.ts";
import { warmUp } from "./warm-up.ts";
import { callerName, watched, watchSocket } from "./watch-client.ts";

export interface TargetOptions {
  readonly clock: Clock;
  /** For calls that do not name themselves; the others bring their own. */
  readonly seed: number;
  readonly profile: Profile;
  readonly script: Script;
  readonly clips: ClipStore;
  readonly writeTruth?: (row: TruthRow) => void;
  /** Tricks, translations and dropped audio: what the log tells besides turns. */
  readonly writeNote?: (row: NoteRow) => void;
  /** Default 127.0.0.1: nobody but this machine. */
  readonly host?: string;
  /** Default 0: the system chooses. */
  readonly port?: number;
  /** Told once when calls come without a name. */
  readonly say?: (notice: string) => void;
  /** The only key that opens sessions, besides secrets minted with it. Default: any, or none. */
  readonly requireKey?: string;
  /** Default any. */
  readonly models?: ModelRule;
  /** Serve https and wss: with a certificate made now, or with this one (PEM). */
  readonly tls?: true | TlsIdentity;
  /** How long a session may last. Default: the API's hour. */
  readonly sessionMs?: number;
  /** Of all sessions together. Default: none. */
  readonly rateLimits?: RateLimitOptions;
  /** Between every client and the target, from each connection's beginning. Default: none. */
  readonly network?: Network;
  /** What goes wrong with the whole target, from the first connection on. */
  readonly faults?: readonly ServerFault[];
  /** Told what clients do. */
  readonly account?: ClientAccount;
  /** Offer permessage-deflate. Default: no. */
  readonly compress?: boolean;
  /** Serve conversations that nobody is in first, so that the first callers meet compiled code. */
  readonly warmsUp?: boolean;
  /** Told of every socket before anything is sent on it; for tests that judge what the target says. */
  readonly onSocket?: (socket: WebSocket) => void;
}

export interface Target {
  readonly port: number;
  /** `ws://host:port/v1/realtime`, or `wss:`. */
  readonly url: string;
  /** What a client must trust, PEM, when the certificate was made here. */
  readonly ca?: string;
  readonly stats: Readonly<TargetStats>;
  /** What was said to nobody before anybody was let in; 0 where it was not asked to warm up. */
  readonly warmUpAnswers: number;
  /** Closes every session with 1001, cuts those that do not follow, and stops listening. */
  close(): Promise<void>;
}

/** How long sessions may take to close before they are cut. */
const CLOSE_US = 1_000_000;

/** Listens, or says which clips are missing or why the port or the certificate can't be had. */
export async function startTarget(options: TargetOptions): Promise<Result<Target>> {
  const { clock, account, host = "127.0.0.1", say = () => {} } = options;
  const writeNote = (row: FaultRow): void => {
    if (row.cut !== undefined) account?.willCutAll();
    options.writeNote?.(row);
  };
  const freezer = { untilUs: 0 };
  const door = await openDoor(options, freezer);
  if (!door.ok) return door;
  const secrets = createSecrets(clock, () => randomBytes(24).toString("base64url"));
  const { requireKey, models = "any" } = options;
  const rules = { secrets, models, ...(requireKey === undefined ? {} : { requireKey }) };
  const ids = createIds(clock.nowUs(), stream(options.seed, "minted"));
  const rest = createRest({ ...rules, ids });
  const made = createHttpServer({
    now: clock.wallTime(),
    answer: (request, response) => (turnAway(faults.turningAway(), response) ? undefined : rest(request, response)),
    ...(options.tls ? { tls: options.tls } : {}),
  });
  if (!made.ok) return made;
  const { http, ca } = made.value;
  const port = createPort({
    http,
    clock,
    seed: options.seed,
    host,
    ...(options.network ? { network: options.network } : {}),
    onConnection: () => faults.onConnection(),
  });
  const faults = planFaults({ faults: options.faults ?? [], clock, port, freezer, writeNote, say });
  const sockets = createSockets(options);

  http.on("upgrade", (request: IncomingMessage, tcp, head) => {
    // Until ws takes it over, nobody else listens: a peer that resets would end the process.
    tcp.on("error", () => tcp.destroy());
    const refuseHttp = (status: string, more = ""): void => void tcp.end(`HTTP/1.1 ${status}\r\n${more}Connection: close\r\nContent-Length: 0\r\n\r\n`);
    if (!isLoopbackHost(request.headers.host)) return refuseHttp("403 Forbidden");
    const away = faults.turningAway();
    const caller = account ? callerName(request.headers, request.socket.remoteAddress) : "";
    if (away) account?.turnedAway(caller, clock.nowUs());
    if (away) return refuseHttp(awayStatus[away.status], `Retry-After: ${away.retryAfterS}\r\n`);
    const admission = admit(request.url ?? "/", request.headers, rules);
    if (admission.type === "not_found") return refuseHttp("404 Not Found");
    // Of a compressed stream, and for as long as a refusal takes, the library reads alone, and keeps what it reads.
    const line = admission.type === "admitted" && !options.compress ? readIntoOneBuffer(tcp) : tcp;
    if (line !== tcp) port.replace(tcp, line);
    sockets.handleUpgrade(request, line, head, (socket) => {
      options.onSocket?.(socket);
      const watching = account?.opened(caller, clock.nowUs());
      if (watching) watchSocket(socket, line, { account: watching, clock });
      door.value.take(socket, line, admission, watching);
    });
  });

  const opened = await port.open(options.port ?? 0);
  if (!opened.ok) return opened;
  faults.listening(opened.value);
  return ok({
    port: opened.value,
    url: `${options.tls ? "wss" : "ws"}://${host.includes(":") ? `[${host}]` : host}:${opened.value}/v1/realtime`,
    ...(ca === undefined ? {} : { ca }),
    stats: door.value.stats,
    warmUpAnswers: door.value.warmUpAnswers,
    close: async () => {
      faults.stop();
      await closeAll(clock, http, sockets, port);
      await door.value.close();
    },
  });
}

function createSockets({ compress = false }: Pick<TargetOptions, "compress">): WebSocketServer {
  // closeTimeout is newer than the library's published types.
  const closing: object = { closeTimeout: limits.closeMs };
  return new WebSocketServer({
    ...closing,
    noServer: true,
    perMessageDeflate: compress,
    maxPayload: limits.messageBytes,
    handleProtocols: (offered) => (offered.has("realtime") ? "realtime" : false),
  });
}

interface Door {
  readonly stats: TargetStats;
  readonly warmUpAnswers: number;
  /** Serves the session that the socket was admitted to, or says why there is none. */
  take(socket: WebSocket, tcp: Duplex, admission: Exclude<Admission, { readonly type: "not_found" }>, account?: ConnectionAccount): void;
  close(): Promise<void>;
}

/** What sessions are made of, ready once every clip is read. */
async function openDoor(options: TargetOptions, freezer: Freezer): Promise<Result<Door>> {
  const { clock, profile } = options;
  const prepared = await prepareSpeech(options);
  const translations = await prepareTranslations(options.clips);
  if (!prepared.ok) return prepared;
  if (!translations.ok) return translations;
  const speech = prepared.value;
  const warmUpAnswers = options.warmsUp ? warmUp({ profile, speech }) : 0;
  const interpreters = translations.value;
  const stats: TargetStats = { connections: 0, openConnections: 0, appends: 0, eventsSent: 0, turns: 0, stalls: 0, unnamedCalls: 0 };
  const recogniser = createRecogniserThread(options.clips.roots, (notice) => options.say?.(notice));
  const context = {
    clock,
    decoder: createAudioDecoder(),
    stats,
    writeTruth: options.writeTruth ?? (() => {}),
    recognise: recogniser.recognise,
    ...(options.writeNote ? { writeNote: options.writeNote } : {}),
  };
  const queue = profile.queue && createServiceQueue(profile.queue.slots.value);
  const tricks = trickPlanner(options.script);
  const mayFreeze = options.faults?.some(({ type }) => type === "freeze") ?? false;
  const audioTotal = { bytes: 0 };
  const scriptListens = listensToWords(options.script);
  const limiter = createRateLimiter(options.rateLimits ?? {});

  function serve(socket: WebSocket, tcp: Duplex, conversation: Served, account: ConnectionAccount | undefined): void {
    const { hear } = serveConnection(socket, tcp, account ? watched(conversation, account) : conversation, context);
    // Compressed frames are no text: only the library reads them.
    if (!options.compress) layAppendLane(tcp, conversation.appendType ?? "input_audio_buffer.append", hear);
  }

  function welcome(socket: WebSocket, tcp: Duplex, { kind, call, model, defaults }: Admission & { type: "admitted" }, account?: ConnectionAccount): void {
    const number = stats.connections++;
    stats.openConnections++;
    socket.on("close", () => stats.openConnections--);
    if (!call && stats.unnamedCalls++ === 0) options.say?.("calls without an x-earshot-call header draw their delays by order of arrival");
    const openedAtUs = clock.nowUs();
    const session = {
      model,
      profile,
      key: call ?? { seed: options.seed, session: number, call: 0 },
      ids: createIds(openedAtUs, stream(options.seed, "ids", number)),
      openedAtUs,
      openedAtS: Math.floor(clock.wallTime().getTime() / MS_PER_S),
      ...(options.sessionMs === undefined ? {} : { sessionMs: options.sessionMs }),
      ...(defaults === undefined ? {} : { defaults }),
    };
    if (kind === "translation")
      return serve(socket, tcp, createTranslation({ ...session, ...(call ? { callName: call.text } : {}), speech: interpreters }), account);
    const named = { audioTotal, ...(call ? { callName: call.text } : {}), ...(limiter ? { limiter } : {}), ...(queue ? { queue } : {}) };
    const conversation = (kind === "transcription" ? createTranscription : createConversation)({ ...session, ...named, speech, scriptListens });
    const plan = { armed: (turn: number) => tricks?.(session.key, turn) ?? [], freezer, ...(call ? { call: call.text } : {}) };
    serve(socket, tcp, tricks || mayFreeze ? trickConversation(conversation, plan) : conversation, account);
  }

  return ok({
    stats,
    warmUpAnswers,
    close: recogniser.close,
    take(socket, tcp, admission, account) {
      if (admission.type === "admitted") return welcome(socket, tcp, admission, account);
      account?.willEnd("ended");
      const ids = createIds(clock.nowUs(), stream(options.seed, "refused", stats.connections++));
      socket.on("error", () => socket.terminate());
      socket.send(JSON.stringify({ type: "error", event_id: ids.next("event"), error: errorBody(admission.wrong, undefined) }));
      socket.close(admission.closeCode, admission.closeReason);
    },
  });
}

const awayStatus = { 429: "429 Too Many Requests", 503: "503 Service Unavailable" } as const;

/** Whether the request was answered, and not with what it asked for. */
function turnAway(away: TurningAway | undefined, response: ServerResponse): boolean {
  if (away) response.writeHead(away.status, { "retry-after": String(away.retryAfterS), connection: "close" }).end();
  return away !== undefined;
}

async function closeAll(clock: Clock, http: HttpServer, sockets: WebSocketServer, port: Port): Promise<void> {
  const open = [...sockets.clients];
  const closed = Promise.all(open.map((socket) => new Promise<void>((resolve) => void socket.once("close", () => resolve()))));
  for (const socket of open) socket.close(1001, "the target is shutting down");
  const cancel = clock.at(clock.nowUs() + CLOSE_US, () => open.forEach((socket) => socket.terminate()));
  await closed;
  cancel();
  // Who never got as far as HTTP, or waits on an impaired network, would keep the server from closing.
  port.cutAll();
  await new Promise<void>((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
