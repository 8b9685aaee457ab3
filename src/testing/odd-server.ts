// A server of the protocol with the habits that compatible servers have: each oddity by itself, on loopback.

import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

export interface Oddities {
  /** Names and session objects of the beta. */
  readonly beta?: true;
  /** What is said before session.created, or in its place. */
  readonly first?: readonly object[];
  /** session.created comes only after session.update. */
  readonly createsLate?: true;
  /** In whose place nothing comes. */
  readonly leavesOut?: readonly string[];
  /** Bytes of audio in each delta. */
  readonly deltaBytes?: number;
  /** Its pcm, where it is not 24 kHz. */
  readonly rateHz?: number;
  /** Whether the rate stands in the session or with the audio. */
  readonly tellsRate?: "session" | "delta";
  /** Audio in binary frames. */
  readonly binary?: true;
  readonly usage?: object | null;
  /** Sent in answer to session.update instead of session.updated; by a server of the beta to today's form only. */
  readonly refusal?: object;
  /** Closes so, right after the upgrade. */
  readonly closes?: number;
  /** Answers the upgrade with this HTTP status. */
  readonly status?: number;
}

export interface OddServer {
  readonly url: string;
  /** What clients sent, but for audio. */
  readonly received: { readonly type: string; readonly session?: Readonly<Record<string, unknown>> }[];
  close(): void;
}

const SECONDS = 0.3;

/** 300 ms of a square wave after 100 ms of silence, signed 16 bits. */
function answerAudio(rateHz: number): Buffer {
  const silence = Buffer.alloc((rateHz / 10) * 2);
  const sound = Buffer.alloc(rateHz * SECONDS * 2);
  for (let index = 0; index < rateHz * SECONDS; index++) sound.writeInt16LE(Math.floor(index / 20) % 2 === 0 ? 6_000 : -6_000, index * 2);
  return Buffer.concat([silence, sound]);
}

export async function startOddServer(odd: Oddities = {}): Promise<OddServer> {
  const received: OddServer["received"] = [];
  const server = http.createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (odd.status !== undefined) return void socket.end(`HTTP/1.1 ${odd.status} No\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (client) => serve(client, odd, received));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime`,
    received,
    close() {
      for (const client of sockets.clients) client.terminate();
      server.close();
    },
  };
}

function serve(client: WebSocket, odd: Oddities, received: OddServer["received"]): void {
  const say = (event: { readonly type: string; readonly [field: string]: unknown }): void => {
    if (!odd.leavesOut?.includes(event.type)) client.send(JSON.stringify({ event_id: "event_1", ...event }));
  };
  const format = odd.tellsRate === "session" ? { audio: { output: { format: { type: "audio/pcm", rate: odd.rateHz } } } } : {};
  const created = (): void => say({ type: "session.created", session: { id: "sess_1", ...format } });
  for (const event of odd.first ?? []) client.send(JSON.stringify(event));
  if (odd.closes !== undefined) return client.close(odd.closes, "");
  if (!odd.createsLate) created();
  client.on("message", (data: Buffer) => {
    const event = JSON.parse(String(data)) as OddServer["received"][number];
    if (event.type === "input_audio_buffer.append") return;
    received.push(event);
    if (event.type === "session.update") {
      if (odd.refusal && (!odd.beta || event.session?.["type"] !== undefined)) return client.send(JSON.stringify(odd.refusal));
      if (odd.createsLate) created();
      say({ type: "session.updated", session: { id: "sess_1", ...format } });
    }
    if (event.type === "input_audio_buffer.commit") say({ type: "input_audio_buffer.committed", item_id: "item_u", previous_item_id: null });
    if (event.type === "response.create") answer(client, odd, say);
  });
}

function answer(client: WebSocket, odd: Oddities, say: (event: { readonly type: string; readonly [field: string]: unknown }) => void): void {
  const { deltaBytes = 9_600, rateHz = 24_000 } = odd;
  const ids = { response_id: "resp_1", item_id: "item_a", output_index: 0, content_index: 0 };
  const name = odd.beta ? "response.audio" : "response.output_audio";
  const audio = answerAudio(rateHz);
  say({ type: "response.created", response: { id: "resp_1", status: "in_progress" } });
  say({ type: odd.beta ? "conversation.item.created" : "conversation.item.added", item: { id: "item_a", type: "message" } });
  say({ type: "response.content_part.added", ...ids, part: { type: "audio" } });
  for (let from = 0; from < audio.length; from += deltaBytes) {
    const piece = audio.subarray(from, from + deltaBytes);
    if (odd.binary) client.send(piece);
    else
      say({
        type: `${name}.delta`,
        ...ids,
        ...(odd.tellsRate === "delta" ? { sample_rate_hz: rateHz } : {}),
        delta: piece.toString("base64"),
        extra: { field: 1 },
      });
  }
  say({ type: `${name}_transcript.done`, ...ids, transcript: "Good day." });
  say({ type: "localai.strange", ...ids });
  say({ type: "response.done", response: { id: "resp_1", status: "completed", usage: odd.usage ?? null } });
}
