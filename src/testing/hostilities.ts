// What servers do that no honest server does, one line each: how the turn of a caller who meets it ends.

import type * as net from "node:net";
import { deflateRawSync } from "node:zlib";
import type { FailureClass } from "../core/failure-classes.ts";
import type { Outcome } from "../metrics/turn-row.ts";
import * as hostile from "./hostile-server.ts";

const { answer, begun, close, created, delta, done, frame, opcodes, rightUpgrade, say, text, updated } = hostile;

export interface HostilityCase {
  readonly does: hostile.Hostility;
  /** How the turn ends, or the class in which it fails. */
  readonly ends: Exclude<Outcome, "failed"> | FailureClass;
  /** What the failure says, where it must. */
  readonly says?: RegExp;
  /** What is counted as unknown. */
  readonly counts?: Readonly<Record<string, number>>;
  /** So much comes that reading it takes a while. */
  readonly isFlood?: true;
}

const MIB = 1024 * 1024;

/** Writes pieces for as long as the other side takes them, and no further ahead than it does. */
const pour =
  (piece: Buffer, count: number, ...first: readonly Buffer[]) =>
  (socket: net.Socket): void => {
    for (const one of first) socket.write(one);
    let left = count;
    const more = (): void => {
      while (left > 0 && !socket.destroyed) {
        left--;
        if (!socket.write(piece)) return void socket.once("drain", more);
      }
    };
    more();
  };

/** Bytes one after the other, which keep every inactivity limit quiet. */
const drip = (bytes: string) => (_accept: string, socket: net.Socket) => {
  let index = 0;
  const timer = setInterval(() => socket.write(bytes[index++ % bytes.length] ?? "x"), 5);
  socket.on("close", () => clearInterval(timer));
  return "";
};

const nested = (depth: number): string => `{"type":"strange.nested","deep":${"[".repeat(depth)}${"]".repeat(depth)}}`;
const many = (count: number, event: (index: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: count }, (_, index) => event(index)));
const raw = (json: string): Buffer => text(json);
const inAnswer = (...pieces: readonly Buffer[]): hostile.Hostility => ({ answer: [...pieces, ...answer] });
const goesOn = (...pieces: readonly Buffer[]): HostilityCase => ({ does: inAnswer(...pieces), ends: "answered" });
const breach = (...pieces: readonly Buffer[]): HostilityCase => ({ does: inAnswer(...pieces), ends: "protocol" });
const closes = (code: number, ends: HostilityCase["ends"]): HostilityCase => ({ does: { answer: [close(code)] }, ends });
const upgrade = (answered: (accept: string) => string, ends: HostilityCase["ends"], says?: RegExp): HostilityCase => ({
  does: { upgrade: answered },
  ends,
  ...(says ? { says } : {}),
});
const http = (status: string, more = ""): string => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n${more}\r\n`;
const item = (id: string): Buffer => say({ type: "conversation.item.added", item: { id, type: "message" } });

const handshakes: Readonly<Record<string, HostilityCase>> = {
  "no answer to the upgrade": { does: { upgrade: () => "", greet: [] }, ends: "timeout", says: /not open after/ },
  "an upgrade byte by byte": { does: { upgrade: drip("HTTP/1.1 101 Switching Protocols\r\nX-A: "), greet: [] }, ends: "timeout" },
  "a header without end": { does: { upgrade: drip(`HTTP/1.1 101 Switching Protocols\r\nX: ${"y".repeat(9_000)}`), greet: [] }, ends: "timeout" },
  "a wrong Sec-WebSocket-Accept": upgrade(() => rightUpgrade("AAAAAAAAAAAAAAAAAAAAAAAAAAA="), "handshake"),
  "no Sec-WebSocket-Accept": upgrade(() => "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "handshake"),
  "another protocol to upgrade to": upgrade(
    (accept) => `HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    "handshake",
  ),
  "a subprotocol nobody asked for": upgrade((accept) => rightUpgrade(accept, "Sec-WebSocket-Protocol: other\r\n"), "handshake"),
  "an extension nobody asked for": upgrade((accept) => rightUpgrade(accept, "Sec-WebSocket-Extensions: permessage-deflate\r\n"), "handshake"),
  "a hundred headers": upgrade((accept) => rightUpgrade(accept, Array.from({ length: 100 }, (_, index) => `X-${index}: y\r\n`).join("")), "answered"),
  "three thousand headers": upgrade((accept) => rightUpgrade(accept, "X: y\r\n".repeat(3_000)), "answered"),
  "a header of a megabyte": upgrade((accept) => rightUpgrade(accept, `X: ${"y".repeat(MIB)}\r\n`), "handshake"),
  "a chunked answer": upgrade(() => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "handshake", /HTTP 200/),
  "a chunked 101": upgrade((accept) => rightUpgrade(accept, "Transfer-Encoding: chunked\r\n"), "answered"),
  "a redirect to another host": upgrade(() => http("302 Found", "Location: ws://127.0.0.1:9/elsewhere\r\n"), "handshake", /redirects are not followed/),
  "a permanent redirect": upgrade(() => http("308 Permanent Redirect", "Location: wss://example.invalid/\r\n"), "handshake"),
  "a limit with Retry-After": upgrade(() => http("429 Too Many", "Retry-After: 7\r\n"), "rate_limit", /asks for 7 s of rest/),
  "an overload with Retry-After": upgrade(() => http("503 Busy", "Retry-After: 2\r\n"), "server_error", /asks for 2 s of rest/),
  "a status of its own": upgrade(() => http("799 Strange"), "protocol"),
  "HTTP 0.9": upgrade(() => "<html>hello</html>", "handshake"),
  "a protocol that is not HTTP": upgrade(() => "SSH-2.0-OpenSSH_9.9\r\n", "handshake"),
  "a 401 with a body without end": {
    does: { upgrade: () => "HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n", greet: pour(Buffer.from(`ffff\r\n${"x".repeat(65_535)}\r\n`), 3_000) },
    ends: "handshake",
    says: /HTTP 401/,
  },
};

const frames: Readonly<Record<string, HostilityCase>> = {
  "a frame that says 2^63 bytes": breach(frame(opcodes.text, "x", { saysBytes: 2n ** 63n })),
  "a frame that says 2^53 - 1 bytes": breach(frame(opcodes.text, "x", { saysBytes: 2n ** 53n - 1n })),
  "a message of 200 MiB in one frame": {
    does: { answer: pour(Buffer.alloc(65_536, 0x20), 3_200, frame(opcodes.text, "", { saysBytes: 200n * BigInt(MIB) })) },
    ends: "protocol",
  },
  "a message of 200 MiB in fragments": {
    isFlood: true,
    does: { answer: pour(frame(opcodes.continuation, Buffer.alloc(65_536, 0x20), { isLast: false }), 3_200, frame(opcodes.text, "", { isLast: false })) },
    ends: "protocol",
  },
  "a million empty fragments": {
    isFlood: true,
    does: {
      answer: pour(
        many(1_000, () => frame(opcodes.continuation, "", { isLast: false })),
        1_000,
        frame(opcodes.text, "", { isLast: false }),
      ),
    },
    ends: "protocol",
  },
  "a million fragments of a byte": {
    isFlood: true,
    does: {
      answer: pour(
        many(1_000, () => frame(opcodes.continuation, " ", { isLast: false })),
        1_000,
        frame(opcodes.text, "", { isLast: false }),
      ),
    },
    ends: "protocol",
  },
  "a deflate bomb": breach(frame(opcodes.text, deflateRawSync(Buffer.alloc(200 * MIB)), { rsv: 4 })),
  RSV2: breach(frame(opcodes.text, "{}", { rsv: 2 })),
  RSV3: breach(frame(opcodes.text, "{}", { rsv: 1 })),
  "a masked frame": breach(frame(opcodes.text, "{}", { isMasked: true })),
  "an opcode of nobody's": breach(frame(3, "{}")),
  "a control opcode of nobody's": breach(frame(11, "")),
  "a ping in fragments": breach(frame(opcodes.ping, "x", { isLast: false })),
  "a ping of 126 bytes": breach(frame(opcodes.ping, "x".repeat(126))),
  "a continuation of nothing": breach(frame(opcodes.continuation, "x")),
  "a text within a fragmented text": breach(frame(opcodes.text, "{", { isLast: false }), text("{}")),
  "a close of one byte": breach(frame(opcodes.close, "x")),
  "a close whose reason is not UTF-8": { does: { answer: [frame(opcodes.close, Buffer.from([0x03, 0xf3, 0xff, 0xfe]))] }, ends: "server_error" },
  "a flood of pings": {
    isFlood: true,
    does: {
      answer: pour(
        many(1_000, () => frame(opcodes.ping, "x".repeat(100))),
        100,
        ...answer,
      ),
    },
    ends: "answered",
  },
  "pongs that nobody asked for": goesOn(many(1_000, () => frame(opcodes.pong, "x"))),
  "empty texts": { ...goesOn(many(100, () => text(""))), counts: { "(unreadable)": 100 } },
  "TLS garbage in the middle": breach(Buffer.from("1603010200010001fc0303", "hex")),
  "half a frame, and silence": { does: { answer: [answer[0] ?? begun, (answer[1] ?? begun).subarray(0, 1_000)] }, ends: "unanswered" },
  "half a frame, and the end": { does: { answer: (socket) => void socket.end(delta().subarray(0, 1_000)) }, ends: "network" },
  "a reset in the answer": { does: { answer: (socket) => void socket.resetAndDestroy() }, ends: "network" },
  "a frame after the close": { does: { answer: [close(1_011), ...answer] }, ends: "server_error" },
};

const codes: Readonly<Record<string, HostilityCase>> = Object.fromEntries([
  ...([1_000, 1_011, 1_012, 1_013, 1_014] as const).map((code) => [`close ${code}`, closes(code, "server_error")] as const),
  ...([1_002, 1_003, 1_007, 1_009, 1_010] as const).map((code) => [`close ${code}`, closes(code, "protocol")] as const),
  ["close 1001", closes(1_001, "expired")],
  ["close 1008 in a session", closes(1_008, "server_error")],
  ["close 1008 before the session", { does: { greet: [close(1_008)] }, ends: "handshake" }],
  ["close 3000 before the session", { does: { greet: [close(3_000)] }, ends: "handshake" }],
  ["close 3008", closes(3_008, "timeout")],
  ["close 4999 before the session", { does: { greet: [close(4_999)] }, ends: "handshake" }],
  ["close without a code", { does: { answer: [frame(opcodes.close)] }, ends: "server_error" }],
  ...([0, 999, 1_004, 1_005, 1_006, 1_015, 1_016, 2_999, 5_000, 65_535] as const).map(
    (code) => [`close ${code}, which is illegal`, closes(code, "protocol")] as const,
  ),
]);

const events: Readonly<Record<string, HostilityCase>> = {
  "JSON cut short": { ...goesOn(raw('{"type":"response.created"')), counts: { "(unreadable)": 1 } },
  "text that is no JSON": { ...goesOn(raw("hello"), raw("\u0000"), raw("NaN")), counts: { "(unreadable)": 3 } },
  "JSON that is no object": { ...goesOn(raw("[]"), raw("null"), raw('"x"'), raw("1e999")), counts: { "(unreadable)": 4 } },
  "types that are no texts": { ...goesOn(raw('{"type":1}'), raw('{"type":null}'), raw('{"type":{"a":1}}')), counts: { "(unreadable)": 3 } },
  "invalid UTF-8 within a string": goesOn(frame(opcodes.text, Buffer.from("7b2274797065223a22ffc328227d", "hex"))),
  "nesting of 100,000": { ...goesOn(raw(nested(100_000))), counts: { "strange.nested": 1 } },
  "numbers beyond all bounds": goesOn(
    raw('{"type":"input_audio_buffer.speech_stopped","audio_end_ms":1e999}'),
    raw('{"type":"input_audio_buffer.speech_started","audio_start_ms":-1e308}'),
    raw('{"type":"rate_limits.updated","rate_limits":[{"remaining":1e999}]}'),
  ),
  "keys twice": goesOn(raw('{"type":"strange.one","type":"rate_limits.updated"}')),
  "__proto__ as a key": goesOn(raw('{"__proto__":{"type":"error"},"type":"rate_limits.updated"}')),
  "types named like what every object has": {
    ...goesOn(...["__proto__", "constructor", "toString", "hasOwnProperty"].map((type) => say({ type }))),
    counts: { ["__proto__"]: 1, constructor: 1, toString: 1, hasOwnProperty: 1 },
  },
  "an error code named like what every object has": goesOn(say({ type: "error", error: { code: "constructor", message: "x" } })),
  "a delta before its response": { does: { answer: [delta(), begun, done()] }, ends: "answered" },
  "done before its response": { does: { answer: [done(), ...answer] }, ends: "answered" },
  "done twice": { does: { answer: [...answer, done(), done()] }, ends: "answered" },
  "created twice, and created for ever": { does: { greet: [created, created, ...Array.from({ length: 100 }, () => created)] }, ends: "answered" },
  "updated before it was asked": { does: { greet: [updated, created] }, ends: "answered" },
  "updated twice": { does: { configure: [updated, updated] }, ends: "answered" },
  "a response of another id": { does: { answer: [begun, delta({ response_id: "resp_2" }), done()] }, ends: "answered" },
  "answers where nobody asked": { does: { configure: [updated, ...answer] }, ends: "answered" },
  "half an event and silence before the session": { does: { greet: [created.subarray(0, 20)] }, ends: "timeout", says: /session\.created/ },
  "silence in place of session.updated": { does: { configure: [] }, ends: "timeout", says: /session\.updated/ },
  "a response that never ends": { does: { answer: [begun, delta()] }, ends: "answered" },
  "a hundred thousand unknown events": {
    isFlood: true,
    does: {
      answer: pour(
        many(1_000, () => say({ type: "strange.event" })),
        100,
        ...answer,
      ),
    },
    ends: "answered",
  },
  "thirty thousand names of events": {
    isFlood: true,
    does: { answer: [many(30_000, (index) => say({ type: `strange.${index}` })), ...answer] },
    ends: "answered",
  },
  "an event name of a megabyte": goesOn(say({ type: "x".repeat(MIB) })),
  "twenty thousand responses": {
    isFlood: true,
    does: { answer: [many(20_000, (id) => say({ type: "response.created", response: { id: `r${id}` } })), ...answer] },
    ends: "answered",
  },
  "twenty thousand items": { isFlood: true, does: { answer: [many(20_000, (id) => item(`item_${id}`)), ...answer] }, ends: "answered" },
  "twenty thousand speech starts": {
    isFlood: true,
    does: { answer: [many(20_000, (id) => say({ type: "input_audio_buffer.speech_started", item_id: `u${id}` })), ...answer] },
    ends: "answered",
  },
  "twenty thousand transcripts": {
    isFlood: true,
    does: {
      answer: [begun, delta(), many(20_000, () => say({ type: "response.output_audio_transcript.done", response_id: "resp_1", transcript: "x" })), done()],
    },
    ends: "answered",
  },
  "five thousand function calls": {
    isFlood: true,
    does: {
      answer: [
        many(5_000, (id) => say({ type: "response.function_call_arguments.done", response_id: "resp_0", call_id: `c${id}`, name: "f", arguments: "{}" })),
        ...answer,
      ],
    },
    ends: "answered",
  },
  "errors by the thousand": { isFlood: true, ...goesOn(many(10_000, () => say({ type: "error", error: { code: "slow_down", message: "x".repeat(100) } }))) },
  "an error of a megabyte": { does: { configure: [say({ type: "error", error: { message: "x".repeat(MIB) } })] }, ends: "protocol" },
};

const audio: Readonly<Record<string, HostilityCase>> = {
  "odd base64": { does: { answer: [begun, delta({ delta: "A" }), delta({ delta: "%%%" }), delta({ delta: "====" }), ...answer.slice(1)] }, ends: "answered" },
  "an odd count of bytes": { does: { answer: [begun, delta({ delta: Buffer.alloc(4_801, 0x20).toString("base64") }), done()] }, ends: "answered" },
  "a delta that is no text": {
    does: { answer: [begun, delta({ delta: 5 }), delta({ delta: null }), delta({ delta: {} }), ...answer.slice(1)] },
    ends: "answered",
  },
  "audio of ten megabytes": {
    isFlood: true,
    does: { answer: [begun, delta({ delta: Buffer.alloc(10_000_000).toString("base64") }), delta(), done()] },
    ends: "unanswered",
  },
  "a rate beyond all bounds": { does: { answer: [begun, delta({ sample_rate_hz: 1e308 }), delta({ sample_rate_hz: 24_000 }), done()] }, ends: "answered" },
  "binary that is no audio": { does: { answer: [begun, frame(opcodes.binary, Buffer.alloc(7)), ...answer.slice(1)] }, ends: "answered" },
  "empty deltas by the thousand": { isFlood: true, does: { answer: [begun, many(20_000, () => delta({ delta: "" })), ...answer.slice(1)] }, ends: "answered" },
  "usage that is null": { does: { answer: [begun, delta(), done({ usage: null })] }, ends: "answered" },
  "usage below nothing": {
    does: { answer: [begun, delta(), done({ usage: { input_token_details: { text_tokens: -1_000_000 }, output_token_details: { audio_tokens: -5 } } })] },
    ends: "answered",
  },
  "usage of other kinds": { does: { answer: [begun, delta(), done({ usage: { input_token_details: "many", output_token_details: [1] } })] }, ends: "answered" },
  "numbers of usage beyond all bounds": {
    does: { answer: [begun, delta(), raw('{"type":"response.done","response":{"id":"resp_1","usage":{"input_token_details":{"text_tokens":1e999}}}}')] },
    ends: "answered",
  },
  "a rate below all bounds": { does: { answer: [begun, delta({ sample_rate_hz: 1 }), done()] }, ends: "answered" },
  "a session at a rate below all bounds": {
    does: { configure: [say({ type: "session.updated", session: { audio: { output: { format: { rate: 0.001 } } } } })] },
    ends: "answered",
  },
  "a response that is no object": { does: { answer: [begun, delta(), raw('{"type":"response.done","response":7}'), done()] }, ends: "answered" },
  "a failure that says nothing": { does: { answer: [begun, done({ status: "failed" })] }, ends: "server_error" },
  "a failure for a limit": {
    does: { answer: [begun, done({ status: "failed", status_details: { error: { code: "rate_limit_exceeded", message: "wait" } } })] },
    ends: "rate_limit",
  },
  "the session's time over, and a close": {
    does: { answer: [say({ type: "error", error: { code: "session_expired", message: "60 minutes" } }), close(1_000)] },
    ends: "expired",
  },
};

export const hostilities: Readonly<Record<string, HostilityCase>> = { ...handshakes, ...frames, ...codes, ...events, ...audio };
