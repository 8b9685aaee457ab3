// A network of its own on this machine, with its own ports, routes and rules: for what can't be tried on the one that others use.

import { execFileSync } from "node:child_process";

export interface NetworkPlace {
  /** Words that run a program there. */
  readonly within: readonly string[];
  /** Runs a line of shell there. */
  run(line: string): void;
  remove(): void;
}

/** Why there can be none here, or undefined where there can. EARSHOT_REQUIRE=netns makes the lack of one a failure. */
export function noNetworkPlace(): string | undefined {
  try {
    createNetworkPlace("earshot-probe").remove();
    return undefined;
  } catch (error) {
    if ((process.env["EARSHOT_REQUIRE"] ?? "").split(",").includes("netns")) throw error;
    return "no right or no program to make a network namespace with (ip netns, as root)";
  }
}

/** With a loopback and nothing else. */
export function createNetworkPlace(name: string): NetworkPlace {
  const place = `${name}-${process.pid}`;
  const ip = (...words: readonly string[]): void => void execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });
  ip("netns", "add", place);
  const within = ["ip", "netns", "exec", place];
  const run = (line: string): void => ip("netns", "exec", place, "sh", "-c", line);
  run("ip link set lo up");
  return { within, run, remove: () => ip("netns", "del", place) };
}
