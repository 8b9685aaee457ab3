// Which truth can be had on this machine: netem, else our emulator between TUN devices, else none and why.

import { spawnSync } from "node:child_process";
import { emulatorFaults } from "./emulator-check.ts";
import type { EmulatorUse, Link } from "./link.ts";
import { createNamespaces, pinTcp } from "./namespaces.ts";
import { netemMissing, openNetemRoad } from "./netem-road.ts";
import type { Road } from "./road.ts";
import { compileEmulator, openTunRoad, tunMissing } from "./tun-road.ts";

export interface OracleQuestion {
  readonly link: Link;
  readonly sessions: number;
  readonly seed: number;
  /** Of our emulator; netem knows no such thing. */
  readonly use?: EmulatorUse;
}

export type Ladder =
  | {
      readonly type: "netem" | "tun";
      readonly name: string;
      /** Why it is not the rung above. */
      readonly because?: string;
      /** As it was read back from a namespace. */
      readonly tcp: Readonly<Record<string, string>>;
      readonly open: (question: OracleQuestion) => Promise<Road>;
    }
  | { readonly type: "none"; readonly reason: string };

const none = (reason: string): Ladder => ({ type: "none", reason });

export async function climb(): Promise<Ladder> {
  if (process.platform !== "linux") return none(`network namespaces are Linux's, and this is ${process.platform}`);
  if (process.getuid?.() !== 0) return none("namespaces and devices need root");
  if (spawnSync("ip", ["-V"]).status !== 0) return none("no ip command (Debian: apt install iproute2)");
  let tcp: Readonly<Record<string, string>>;
  try {
    const { callers, remove } = createNamespaces();
    tcp = pinTcp(callers);
    remove();
  } catch (error) {
    return none((error as Error).message);
  }
  const because = netemMissing();
  if (because === undefined) return { type: "netem", name: "netem of the kernel", tcp, open: ({ link, sessions }) => openNetemRoad(link, sessions) };
  const emulator = compileEmulator();
  if (emulator.type === "missing") return none(`${because}; ${emulator.reason}`);
  const { program } = emulator;
  const missing = await tunMissing(program);
  if (missing !== undefined) return none(`${because}; ${missing}`);
  const faults = emulatorFaults(program);
  if (faults.length > 0) throw new Error(`the emulator's chance is not what was asked: ${faults.join("; ")}`);
  const name = "emulator between TUN devices, with netem's rules and kernel TCP at both ends";
  return { type: "tun", name, because, tcp, open: ({ link, seed, use }) => openTunRoad(program, link, seed, use) };
}
