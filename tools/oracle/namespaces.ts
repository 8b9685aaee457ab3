// Two private network namespaces, one for callers and one for the server, with TCP set as every oracle run has it.

import { spawnSync } from "node:child_process";
import { undoAtEnd } from "./clean-up.ts";

const STEP_LIMIT_MS = 5_000;

/** Throws with what the program said. */
export function command(...[program = "", ...words]: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout: STEP_LIMIT_MS });
  if (status === 0) return stdout.trim();
  throw new Error(`${[program, ...words].join(" ")}: ${error?.message ?? (stderr.trim() || `exit ${status}`)}`);
}

export const inside = (namespace: string, ...words: readonly string[]): readonly string[] => ["ip", "netns", "exec", namespace, ...words];

export interface Namespaces {
  readonly callers: string;
  readonly servers: string;
  remove(): void;
}

let made = 0;

/** Named after this process, so that nobody else's are ever touched. */
export function createNamespaces(): Namespaces {
  made++;
  const [callers, servers] = [`earshot-oracle-${process.pid}-${made}-callers`, `earshot-oracle-${process.pid}-${made}-servers`] as const;
  const removals = [callers, servers].map((name) => {
    command("ip", "netns", "add", name);
    const remove = undoAtEnd(() => void spawnSync("ip", ["netns", "del", name], { timeout: STEP_LIMIT_MS }));
    command("ip", "-n", name, "link", "set", "lo", "up");
    return remove;
  });
  return { callers, servers, remove: () => removals.forEach((remove) => remove()) };
}

/**
 * BBR makes spikes of its own at a fixed delay (it probes every ten seconds with four packets in flight), and what one
 * connection learnt must not start the next one with a larger or smaller window.
 */
const pinned = { tcp_congestion_control: "reno", tcp_no_metrics_save: "1" };
const told = ["tcp_congestion_control", "tcp_no_metrics_save", "tcp_slow_start_after_idle", "tcp_sack", "tcp_recovery", "tcp_early_retrans"] as const;

/** What TCP is set to in a namespace, after it was pinned and read back. Throws where the kernel keeps something else. */
export function pinTcp(namespace: string): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(pinned)) command(...inside(namespace, "sysctl", "-q", "-w", `net.ipv4.${key}=${value}`));
  const settings = Object.fromEntries(told.map((key) => [key, command(...inside(namespace, "cat", `/proc/sys/net/ipv4/${key}`))]));
  for (const [key, value] of Object.entries(pinned)) {
    if (settings[key] !== value) throw new Error(`net.ipv4.${key} stays ${settings[key]} in a new namespace; the oracle needs ${value}`);
  }
  return settings;
}
