// The kernel's own netem: a pair of namespaces with one veth pair a session, since a queueing discipline has one loss chain and
// one queue, and every session is to have a network of its own.

import type { Link } from "./link.ts";
import { netemArguments } from "./link.ts";
import { command, createNamespaces, inside, pinTcp } from "./namespaces.ts";
import type { Road } from "./road.ts";

/** Why netem can't be had here; undefined where it can. Tried, in a namespace that is thrown away, since modules load by being used. */
export function netemMissing(): string | undefined {
  const { callers, remove } = createNamespaces();
  try {
    command("tc", "-n", callers, "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms");
    return undefined;
  } catch (error) {
    return `no netem (${(error as Error).message})`;
  } finally {
    remove();
  }
}

/** Both ends of one link. Fixed hardware addresses, because asking for them would cost the first packet a round trip. */
function createPair(index: number, { callers, servers }: { readonly callers: string; readonly servers: string }): void {
  const hex = index.toString(16).padStart(2, "0");
  const near = { namespace: callers, device: `c${index}`, address: `10.86.${index}.1`, mac: `02:00:00:00:01:${hex}` };
  const far = { namespace: servers, device: `s${index}`, address: `10.86.${index}.2`, mac: `02:00:00:00:02:${hex}` };
  const peer = ["peer", "name", far.device, "address", far.mac, "netns", far.namespace];
  command("ip", "link", "add", near.device, "address", near.mac, "netns", near.namespace, "type", "veth", ...peer);
  for (const [own, other] of [
    [near, far],
    [far, near],
  ] as const) {
    // Several segments in one packet would share one delay and one fate.
    command("ip", "-n", own.namespace, "link", "set", own.device, "gso_max_segs", "1", "up");
    command("ip", "-n", own.namespace, "address", "add", `${own.address}/30`, "dev", own.device);
    command("ip", "-n", own.namespace, "neighbour", "add", other.address, "lladdr", other.mac, "dev", own.device, "nud", "permanent");
  }
}

export function openNetemRoad(link: Link, sessions: number): Promise<Road> {
  const namespaces = createNamespaces();
  const { callers, servers, remove } = namespaces;
  pinTcp(callers);
  pinTcp(servers);
  for (let index = 0; index < sessions; index++) {
    createPair(index, namespaces);
    command("tc", "-n", callers, "qdisc", "add", "dev", `c${index}`, "root", "netem", ...netemArguments(link));
    command("tc", "-n", servers, "qdisc", "add", "dev", `s${index}`, "root", "netem", ...netemArguments(link));
  }
  return Promise.resolve({
    hosts: Array.from({ length: sessions }, (_, index) => `10.86.${index}.2`),
    listenOn: "0.0.0.0",
    callers: inside(callers),
    server: inside(servers),
    close() {
      remove();
      return Promise.resolve(undefined);
    },
  });
}
