// The emulator of our own where the kernel has no netem: compiled here, one TUN device in each of two namespaces.

import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { undoAtEnd } from "./clean-up.ts";
import type { EmulatorUse, Link } from "./link.ts";
import { emulatorArguments } from "./link.ts";
import { command, createNamespaces, inside, pinTcp } from "./namespaces.ts";
import type { Account, Road } from "./road.ts";

const READY_LIMIT_MS = 5_000;
const COMPILE_LIMIT_MS = 60_000;
const DEVICE = "oracle0";
const [NEAR, FAR] = ["10.86.0.1", "10.86.0.2"];

export type Emulator = { readonly type: "compiled"; readonly program: string } | { readonly type: "missing"; readonly reason: string };

/** In a temporary folder, which goes when this process does. */
export function compileEmulator(): Emulator {
  const folder = mkdtempSync(join(tmpdir(), "earshot-oracle-"));
  undoAtEnd(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "emulator");
  const words = ["-O2", "-std=gnu11", "-o", program, join(import.meta.dirname, "emulator.c"), "-lm"];
  const { status, stderr, error } = spawnSync("cc", words, { encoding: "utf8", timeout: COMPILE_LIMIT_MS });
  if (status === 0) return { type: "compiled", program };
  return { type: "missing", reason: error ? `no C compiler (${error.message})` : `emulator.c does not compile here: ${stderr.trim().split("\n")[0]}` };
}

/** Why there can be no TUN devices; undefined where there can. */
export async function tunMissing(program: string): Promise<string | undefined> {
  if (!existsSync("/dev/net/tun")) return "no /dev/net/tun";
  try {
    await (await openTunRoad(program, { delayMs: 0 }, 1)).close();
    return undefined;
  } catch (error) {
    return `no TUN devices (${(error as Error).message})`;
  }
}

async function untilReady(child: ChildProcess): Promise<void> {
  const { stdout } = child;
  if (!stdout) throw new Error("the emulator has no output");
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("the emulator did not start")), READY_LIMIT_MS);
    child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}`)));
    child.once("error", reject);
    stdout.once("readable", () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

export async function openTunRoad(program: string, link: Link, seed: number, use: EmulatorUse = {}): Promise<Road> {
  const { callers, servers, remove } = createNamespaces();
  pinTcp(callers);
  pinTcp(servers);
  const words = [`/var/run/netns/${callers}`, `/var/run/netns/${servers}`, DEVICE, ...emulatorArguments(link, seed, use)];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  const kill = undoAtEnd(() => void child.kill("SIGKILL"));
  await untilReady(child);
  const said = text(child.stdout);
  for (const [namespace, own, other] of [
    [callers, NEAR, FAR],
    [servers, FAR, NEAR],
  ] as const) {
    command("ip", "-n", namespace, "address", "add", own, "peer", other, "dev", DEVICE);
    command("ip", "-n", namespace, "link", "set", DEVICE, "up");
  }
  return {
    hosts: [FAR],
    listenOn: FAR,
    callers: inside(callers),
    server: inside(servers),
    async close() {
      child.kill("SIGTERM");
      const account = (await said).split("\n")[1] ?? "";
      kill();
      remove();
      return JSON.parse(account) as Account;
    },
  };
}
