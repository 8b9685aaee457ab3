// What a shaped session costs beside a plain one: memory and CPU of this process with many voice sessions over loopback,
// each side of the measurement in a process of its own. Prints; judges only the memory: at most 128 KiB a session.
// Use: node tools/shaper-cost.ts [sessions] [seconds] [network]

import { fork } from "node:child_process";
import { once } from "node:events";
import * as net from "node:net";
import { orThrow } from "../src/core/issues.ts";
import { stream } from "../src/core/random.ts";
import { createSystemClock } from "../src/core/system-clock.ts";
import { parseNetwork } from "../src/faults/profile.ts";
import { createShapedSocket } from "../src/faults/shaper.ts";

const [sessionsText = "200", secondsText = "5", network = "delay:50ms,jitter:10ms,loss:0.5%", role = "parent", portText = "0"] = process.argv.slice(2);
const sessions = Number(sessionsText);
const seconds = Number(secondsText);
const FRAME_BYTES = 1_350;
const FRAME_MS = 20;
const KIB = 1_024;
const KIB_MAX = 128;

interface Cost {
  readonly rssBytes: number;
  readonly cpuUs: number;
  readonly readBytes: number;
}

async function measure(name: string): Promise<Cost> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    const timer = setInterval(() => socket.write(Buffer.alloc(FRAME_BYTES)), FRAME_MS);
    socket.resume().on("close", () => clearInterval(timer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const child = fork(import.meta.filename, [sessionsText, secondsText, name, "callers", String(port)], { execArgv: ["--expose-gc"] });
  const [cost] = (await once(child, "message")) as [Cost];
  await once(child, "exit");
  server.close();
  return cost;
}

async function call(): Promise<Cost> {
  const clock = createSystemClock();
  const shape = network === "none" ? undefined : orThrow(parseNetwork(network));
  let readBytes = 0;
  const calls = Array.from({ length: sessions }, (_, session) => {
    const socket = net.connect({ port: Number(portText), host: "127.0.0.1", noDelay: true });
    const link = shape ? createShapedSocket({ socket, network: shape, clock, random: (direction) => stream(1, session, direction) }) : socket;
    link.on("data", (bytes: Buffer) => (readBytes += bytes.length));
    const frame = Buffer.alloc(FRAME_BYTES);
    link.once("connect", () => clock.repeat(clock.nowUs(), FRAME_MS * 1_000, () => void link.write(frame)));
    return link;
  });
  // Compiled, connected and in its stride.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  readBytes = 0;
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const { user, system } = process.cpuUsage(before);
  globalThis.gc?.();

  const cost = { rssBytes: process.memoryUsage().rss, cpuUs: user + system, readBytes };
  for (const link of calls) link.destroy();
  return cost;
}

if (role === "callers") {
  const cost = await call();
  process.send?.(cost, () => process.exit(0));
} else {
  const plain = await measure("none");
  const shaped = await measure(network);
  const kib = (shaped.rssBytes - plain.rssBytes) / sessions / KIB;
  const cpuMs = (cost: Cost): number => cost.cpuUs / 1_000 / sessions / seconds;
  console.log(`${sessions} sessions of 20 ms frames each way for ${seconds} s, ${network}`);
  console.log(
    `RSS     plain ${(plain.rssBytes / KIB / KIB).toFixed(0)} MiB, shaped ${(shaped.rssBytes / KIB / KIB).toFixed(0)} MiB: ${kib.toFixed(0)} KiB more a session`,
  );
  console.log(`CPU     plain ${cpuMs(plain).toFixed(2)} ms a session-second, shaped ${cpuMs(shaped).toFixed(2)}`);
  console.log(`read    plain ${plain.readBytes} bytes, shaped ${shaped.readBytes}`);
  if (kib > KIB_MAX) {
    console.log(`more than ${KIB_MAX} KiB a session`);
    process.exitCode = 1;
  }
}
