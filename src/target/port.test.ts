// The port through real sockets, under a bare HTTP server.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { parseNetwork } from "../faults/profile.ts";
import { createPort, type Port } from "./port.ts";

interface Opened {
  readonly port: Port;
  readonly number: number;
  readonly connections: () => number;
}

async function open(t: TestContext, network = "none"): Promise<Opened> {
  const http = createServer((_, response) => response.end("here"));
  let connections = 0;
  const options = { http, clock: createSystemClock(), seed: 1, host: "127.0.0.1", network: orThrow(parseNetwork(network)) };
  const port = createPort({ ...options, onConnection: () => connections++ });
  const number = orThrow(await port.open(0));
  t.after(() => {
    port.shut();
    port.cutAll();
  });
  return { port, number, connections: () => connections };
}

/** What a request gets, and after how many milliseconds at the earliest. */
async function ask(number: number): Promise<{ readonly body: string; readonly tookMs: number }> {
  const began = process.hrtime.bigint();
  const body = await (await fetch(`http://127.0.0.1:${number}/`)).text();
  return { body, tookMs: Number(process.hrtime.bigint() - began) / 1e6 };
}

const codeOf = async (socket: Socket): Promise<unknown> => ((await once(socket, "error")) as [NodeJS.ErrnoException])[0].code;

test("without a network connections are taken as they come", async (t) => {
  const { number, connections } = await open(t);
  assert.equal((await ask(number)).body, "here");
  assert.equal(connections(), 1);
});

test("a network lies between, each way once", async (t) => {
  const { number } = await open(t, "delay-up:40ms,delay-down:160ms");
  const { body, tookMs } = await ask(number);
  assert.equal(body, "here");
  assert.ok(tookMs >= 199, `${tookMs} ms`);
});

for (const network of ["none", "delay:10ms"]) {
  test(`cut by RST, shut, refused, and back under the same number, on the network ${network}`, async (t) => {
    const { port, number } = await open(t, network);
    const sockets = [connect(number, "127.0.0.1"), connect(number, "127.0.0.1")];
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    // The kernel says connected before the server was told.
    await ask(number);
    const codes = sockets.map(codeOf);
    assert.ok(port.cutAll() >= 2);
    assert.deepEqual(await Promise.all(codes), ["ECONNRESET", "ECONNRESET"]);
    port.shut();
    assert.equal(await codeOf(connect(number, "127.0.0.1")), "ECONNREFUSED");
    assert.equal(orThrow(await port.open(number)), number);
    assert.equal((await ask(number)).body, "here");
  });
}

test("shutting leaves those inside alone", async (t) => {
  const { port, number } = await open(t);
  const inside = connect(number, "127.0.0.1");
  await once(inside, "connect");
  inside.write("GET / HTTP/1.1\r\n");
  await ask(number);
  port.shut();
  inside.write("Host: x\r\n\r\n");
  assert.match(String((await once(inside, "data"))[0]), /^HTTP\/1.1 200 OK/);
  inside.destroy();
});

test("a port that somebody else has is told", async (t) => {
  const { number } = await open(t);
  const port = createPort({ http: createServer(), clock: createSystemClock(), seed: 1, host: "127.0.0.1", onConnection: () => {} });
  const opened = await port.open(number);
  assert.match(opened.ok ? "" : (opened.issues[0]?.message ?? ""), /^the target cannot listen: .*EADDRINUSE/);
});
