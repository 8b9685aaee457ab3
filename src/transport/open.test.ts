import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import * as net from "node:net";
import * as tls from "node:tls";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Clock } from "../core/clock.ts";
import { orThrow } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { parseNetwork } from "../faults/profile.ts";
import { createTestCertificate, expired, type TestCertificate } from "../testing/test-certificate.ts";
import type { Connection, ConnectionClose } from "./connection.ts";
import type { OpenOptions } from "./open.ts";
import { openConnection } from "./open.ts";

const systemClock = createSystemClock();
const certificate = createTestCertificate();
const needsOpenssl = certificate ? {} : { skip: "no openssl to make a certificate with" };

async function listen(t: TestContext, server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A WebSocket server; `onSocket` is its whole behaviour, echo by default. */
function webSocketServer(
  t: TestContext,
  { secure = false, onSocket = echo }: { secure?: boolean; onSocket?: (socket: WebSocket) => void } = {},
): Promise<number> {
  const server = http.createServer();
  new WebSocketServer({ server }).on("connection", (socket: WebSocket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  return listen(t, secure && certificate ? tls.createServer({ ...certificate }, (socket) => void server.emit("connection", socket)) : server);
}

function echo(socket: WebSocket): void {
  socket.on("message", (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
}

interface Talk {
  readonly connection: Connection;
  readonly opened: Promise<void>;
  readonly closed: Promise<ConnectionClose>;
  readonly messages: { readonly text: string; readonly receivedAtUs: number }[];
  /** Resolves when so many messages are there. */
  readonly received: (count: number) => Promise<void>;
  readonly closes: ConnectionClose[];
}

interface TalkOptions extends Partial<Pick<OpenOptions, "limits" | "trust" | "clock" | "onShaperLateness">> {
  readonly network?: string;
}

function talk(url: string, { network = "none", clock = systemClock, ...rest }: TalkOptions = {}): Talk {
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<ConnectionClose>();
  const messages: Talk["messages"] = [];
  const closes: ConnectionClose[] = [];
  const waiting: (() => void)[] = [];
  const connection = openConnection({
    url,
    headers: { authorization: "Bearer x" },
    masking: "random",
    clock,
    network: orThrow(parseNetwork(network)),
    random: (direction) => stream(1, direction),
    ...rest,
    handlers: {
      onOpen: opened.resolve,
      onMessage: (data, receivedAtUs) => {
        messages.push({ text: String(data), receivedAtUs });
        for (const look of waiting) look();
      },
      onClose: (close) => {
        closes.push(close);
        closed.resolve(close);
      },
    },
  });
  const received = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (messages.length >= count && resolve());
      waiting.push(look);
      look();
    });
  return { connection, opened: opened.promise, closed: closed.promise, messages, closes, received };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const roads = [
  { name: "plain", secure: false, network: "none" },
  { name: "shaped", secure: false, network: "delay:3ms,jitter:2ms" },
  { name: "TLS", secure: true, network: "none" },
  { name: "TLS over the shaper", secure: true, network: "delay:3ms,jitter:2ms" },
] as const;

for (const { name, secure, network } of roads) {
  test(`over ${name} a connection opens, carries messages intact both ways and closes once`, secure ? needsOpenssl : {}, async (t) => {
    const port = await webSocketServer(t, { secure });
    const latenessUs: number[] = [];
    const url = `${secure ? "wss" : "ws"}://127.0.0.1:${port}/v1/realtime?model=m`;
    const { connection, opened, closed, messages, received, closes } = talk(url, {
      network,
      onShaperLateness: (us) => latenessUs.push(us),
      ...(certificate && { trust: { ca: certificate.cert } }),
    });
    await opened;
    const { startedUs, tcpUs = NaN, tlsUs, openUs = NaN } = connection.timings;
    assert.ok(startedUs <= tcpUs && tcpUs <= (tlsUs ?? tcpUs) && (tlsUs ?? tcpUs) <= openUs, JSON.stringify(connection.timings));
    assert.equal(tlsUs !== undefined, secure);

    const sent = ["ä", "x".repeat(200_000), ...Array.from({ length: 50 }, (_, index) => `message ${index}`)];
    for (const text of sent) connection.send(Buffer.from(text));
    await received(sent.length);
    assert.deepEqual(
      messages.map(({ text }) => text),
      sent,
    );
    const instants = messages.map(({ receivedAtUs }) => receivedAtUs);
    assert.ok((instants[0] as number) >= openUs);
    assert.deepEqual(
      instants,
      instants.toSorted((a, b) => a - b),
    );

    // A fixed part of the network is a bound from below: no clock is so fast as to beat it.
    if (network !== "none") assert.ok(tcpUs - startedUs >= 2_000, "the connect takes a round trip");
    assert.equal(latenessUs.length > 0, network !== "none");

    connection.close(1000, "done");
    const close = await closed;
    assert.deepEqual({ code: close.code, failure: close.failure }, { code: 1000, failure: undefined });
    await settled();
    assert.equal(closes.length, 1);
  });
}

test("messages that came in one piece share the instant they came at", async (t) => {
  const onSocket = (socket: WebSocket): void => {
    const { _socket: raw } = socket as unknown as { readonly _socket: Socket };
    raw.cork();
    for (const text of ["a", "b", "c"]) socket.send(text);
    raw.uncork();
  };
  const port = await webSocketServer(t, { onSocket });
  let ticks = systemClock.nowUs();
  const clock: Clock = { ...systemClock, nowUs: () => ++ticks };
  const { connection, messages, received } = talk(`ws://127.0.0.1:${port}`, { clock });
  await received(3);
  assert.equal(new Set(messages.map(({ receivedAtUs }) => receivedAtUs)).size, 1);
  connection.terminate();
});

test("a refused port fails in TCP, with or without TLS and shaper", async (t) => {
  const server = net.createServer();
  const port = await listen(t, server);
  server.close();
  for (const scheme of ["ws", "wss"]) {
    for (const network of ["none", "delay:2ms"]) {
      const { closed, closes, connection } = talk(`${scheme}://127.0.0.1:${port}`, { network });
      const { code, failure } = await closed;
      assert.equal(code, 1006);
      assert.deepEqual([failure?.phase, failure?.class], ["tcp", "network"], `${scheme} ${network}`);
      assert.match(failure?.message ?? "", /TCP connect to 127\.0\.0\.1:\d+ failed: nothing listens there \(ECONNREFUSED\); check the port/);
      assert.equal(connection.timings.tcpUs, undefined);
      await settled();
      assert.equal(closes.length, 1);
    }
  }
});

test("an HTTP refusal of the upgrade tells its status", async (t) => {
  for (const [status, expected] of [
    [401, "handshake"],
    [429, "rate_limit"],
    [503, "server_error"],
    [302, "handshake"],
  ] as const) {
    const server = http.createServer();
    server.on("upgrade", (_request, socket) =>
      socket.end(`HTTP/1.1 ${status} No\r\nLocation: ws://127.0.0.1:9/\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n`),
    );
    const port = await listen(t, server);
    const { closed } = talk(`ws://127.0.0.1:${port}`);
    const { failure } = await closed;
    assert.deepEqual([failure?.phase, failure?.class, failure?.status], ["upgrade", expected, status]);
    assert.equal(failure?.retryAfterMs, 7_000);
    assert.equal(failure.isRetryable === true, status === 429 || status === 503);
  }
});

test("an answer that is no HTTP fails the upgrade", async (t) => {
  const port = await listen(
    t,
    net.createServer((socket) => void socket.end("SSH-2.0-OpenSSH\r\n")),
  );
  const { failure } = await talk(`ws://127.0.0.1:${port}`).closed;
  assert.deepEqual([failure?.phase, failure?.class], ["upgrade", "handshake"]);
});

test("a handshake that never ends fails by the limit, in the phase it hung in", async (t) => {
  const silent = await listen(t, net.createServer());
  // One byte at a time keeps every inactivity timeout quiet; the limit is on the whole.
  const dripping = await listen(
    t,
    net.createServer((socket) => void socket.on("data", () => drip(socket))),
  );
  const short = { ...limits, handshakeMs: 300 };
  const hangs = [
    [`ws://127.0.0.1:${silent}`, "none", "upgrade"],
    [`ws://127.0.0.1:${dripping}`, "none", "upgrade"],
    [`wss://127.0.0.1:${silent}`, "none", "tls"],
    [`wss://127.0.0.1:${silent}`, "delay:2ms", "tls"],
    [`ws://127.0.0.1:${silent}`, "blackhole@0s", "tcp"],
  ] as const;
  const closes = await Promise.all(hangs.map(([url, network]) => talk(url, { network, limits: short }).closed));
  for (const [index, { failure }] of closes.entries()) {
    assert.deepEqual([failure?.phase, failure?.class], [hangs[index]?.[2], "timeout"], hangs[index]?.join(" ") ?? "");
    assert.match(failure?.message ?? "", /not open after 300 ms/);
  }
});

function drip(socket: Socket): void {
  const answer = "HTTP/1.1 101 Switching Protocols\r\n";
  let index = 0;
  const timer = setInterval(() => socket.write(answer[index++] ?? "x"), 10);
  socket.on("close", () => clearInterval(timer));
}

test("a certificate nobody vouches for fails TLS", needsOpenssl, async (t) => {
  const port = await webSocketServer(t, { secure: true });
  const { failure } = await talk(`wss://127.0.0.1:${port}`).closed;
  assert.deepEqual([failure?.phase, failure?.class], ["tls", "handshake"]);
  assert.match(failure?.message ?? "", /certificate/);
});

test("a certificate that has ended fails TLS and is said to have ended, though its maker is trusted", needsOpenssl, async (t) => {
  const ended = expired(certificate as TestCertificate);
  const server = tls.createServer({ ...ended });
  const port = await listen(t, server);
  const { failure } = await talk(`wss://127.0.0.1:${port}`, { trust: { ca: ended.cert } }).closed;
  assert.deepEqual([failure?.phase, failure?.class], ["tls", "handshake"]);
  assert.match(failure?.message ?? "", /CERT_HAS_EXPIRED.*check the certificate/);
});

test("a server that drops the connection is a network failure with 1006", async (t) => {
  const cuts: readonly ((socket: Socket) => void)[] = [
    (socket) => void socket.destroy(),
    (socket) => void socket.resetAndDestroy(),
    (socket) => void socket.end(),
  ];
  for (const cut of cuts) {
    for (const network of ["none", "delay:2ms"]) {
      const onSocket = (socket: WebSocket): void => void socket.on("message", () => cut((socket as unknown as { readonly _socket: Socket })._socket));
      const port = await webSocketServer(t, { onSocket });
      const { connection, opened, closed, closes } = talk(`ws://127.0.0.1:${port}`, { network });
      await opened;
      connection.send("cut me off");
      const { code, failure } = await closed;
      assert.deepEqual([code, failure?.phase, failure?.class], [1006, "open", "network"]);
      await settled();
      assert.equal(closes.length, 1);
    }
  }
});

test("a reset by the shaper looks like one by the network, on both sides", async (t) => {
  const farClose = Promise.withResolvers<number>();
  const port = await webSocketServer(t, { onSocket: (socket) => void socket.on("close", farClose.resolve) });
  const { code, failure } = await talk(`ws://127.0.0.1:${port}`, { network: "reset@300ms" }).closed;
  assert.deepEqual([code, failure?.phase, failure?.class], [1006, "open", "network"]);
  assert.match(failure?.message ?? "", /ECONNRESET/);
  assert.equal(await farClose.promise, 1006);
});

test("a close frame is an end, not a failure, and keeps its code and reason", async (t) => {
  const port = await webSocketServer(t, { onSocket: (socket) => socket.close(3000, "invalid_request_error.invalid_api_key") });
  const close = await talk(`ws://127.0.0.1:${port}`).closed;
  assert.deepEqual([close.code, close.reason, close.failure], [3000, "invalid_request_error.invalid_api_key", undefined]);
});

test("a message above the limit is a protocol failure", async (t) => {
  const port = await webSocketServer(t, { onSocket: (socket) => socket.send("x".repeat(2_000)) });
  const { failure } = await talk(`ws://127.0.0.1:${port}`, { limits: { ...limits, messageBytes: 1_000, closeMs: 50 } }).closed;
  assert.deepEqual([failure?.phase, failure?.class], ["open", "protocol"]);
});

test("leaving is no failure, before the connection stands and after, even where nobody answers", async (t) => {
  const port = await listen(t, net.createServer());
  const early = talk(`ws://127.0.0.1:${port}`);
  early.connection.close(1000, "");
  assert.deepEqual([(await early.closed).code, (await early.closed).failure], [1006, undefined]);

  const deaf = await webSocketServer(t, { onSocket: (socket) => socket.pause() });
  const late = talk(`ws://127.0.0.1:${deaf}`, { limits: { ...limits, closeMs: 50 } });
  await late.opened;
  late.connection.close(1000, "");
  assert.deepEqual([(await late.closed).code, (await late.closed).failure], [1006, undefined]);
});
