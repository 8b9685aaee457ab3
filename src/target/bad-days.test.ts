// The target behind a network and with faults of its own, through real sockets: what clients get to see. What each fault does
// to the port is in port.test.ts, when in planned-faults.test.ts.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { parseNetwork } from "../faults/profile.ts";
import { parseServerFault } from "../faults/server-fault.ts";
import { openRawClient, startTestTarget, type RawClient, type TestTarget } from "../testing/target-server.ts";

const call = (target: TestTarget): RawClient => openRawClient(`${target.url}?model=gpt-realtime-2`, { ca: target.ca });
const faultRows = ({ notes }: TestTarget) => notes.filter((note) => note.type === "fault");
const othersFirst = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const faultsOf = (...texts: readonly string[]) => texts.map((text) => orThrow(parseServerFault(text)));

async function struck(target: TestTarget, count: number): Promise<void> {
  while (faultRows(target).length < count) await othersFirst();
}

test("over TLS a network delays both ways and resets each connection at its own time", async () => {
  const target = await startTestTarget({ tls: true, network: orThrow(parseNetwork("delay-up:40ms,delay-down:160ms,reset@2s")) });
  for (const _ of ["first", "second"]) {
    const client = call(target);
    await client.next("session.created");
    const began = process.hrtime.bigint();
    client.socket.ping();
    await once(client.socket, "pong");
    // A round trip can't be faster than the two ways together, whatever the machine does.
    const tookMs = Number(process.hrtime.bigint() - began) / 1e6;
    assert.ok(tookMs >= 199, `${tookMs} ms`);
    assert.equal((await client.closed).code, 1006);
  }
  await target.close();
});

test("over TLS a restart cuts everybody, refuses for a while and is back on the same port", async () => {
  const target = await startTestTarget({ tls: true, faults: faultsOf("restart@500ms+400ms") });
  const client = call(target);
  await client.next("session.created");
  assert.equal((await client.closed).code, 1006);
  await struck(target, 1);
  const codes: unknown[] = [];
  for (let isBack = false; !isBack;) {
    const next = call(target);
    const created = next.next("session.created").then(() => true);
    const refused = once(next.socket, "error").then(([error]) => void codes.push((error as NodeJS.ErrnoException).code));
    isBack = (await Promise.race([created, refused])) === true;
    if (isBack) next.socket.close();
  }
  assert.ok(codes.length > 0 && codes.every((code) => code === "ECONNREFUSED"), codes.join());
  await target.close();
});

test("whoever comes while the target turns people away is told when to come again", async () => {
  const target = await startTestTarget({ faults: faultsOf("rate-limit@0s+20s", "unavailable@0s+10s") });
  const inside = call(target);
  // The strike comes after the first connection; whether that still got in is a matter of microseconds.
  inside.socket.on("error", () => {});
  await struck(target, 2);
  const socket = call(target).socket;
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number; headers: Record<string, string> }];
  assert.equal(response.statusCode, 503);
  assert.match(response.headers["retry-after"] ?? "", /^([89]|10)$/);
  socket.on("error", () => {});
  socket.terminate();
  const minted = await fetch(`http://127.0.0.1:${target.port}/v1/realtime/client_secrets`, { method: "POST" });
  assert.equal(minted.status, 503);
  inside.socket.terminate();
  await target.close();
});

test("a freeze holds everything back for as long, and nothing is lost", async () => {
  const target = await startTestTarget({ faults: faultsOf("freeze@0s+1500ms") });
  connect(target.port, "127.0.0.1").end();
  await struck(target, 1);
  const [row] = faultRows(target);
  const client = call(target);
  client.socket.once("open", () => client.send({ type: "response.create", response: { output_modalities: ["text"] } }));
  await client.next("session.created");
  assert.ok(Number(process.hrtime.bigint() / 1_000n) >= (row?.untilUs ?? Infinity), "it spoke while it was frozen");
  await client.next("response.done");
  client.socket.close();
  await target.close();
});
