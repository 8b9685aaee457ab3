// What a dial meets: the network as it is at that time of the call, and what keeps the dial from reaching the server.

import type { BarredBy, DialTime } from "./fault.ts";
import { faultsOf } from "./fault-list.ts";
import type { Network } from "./profile.ts";
import { shippedNetworks } from "./shipped-networks.ts";
import { afterSwitch } from "./switch-over.ts";

/** The network that a connection dialled now has, all along. */
export function networkAtDial(network: Network, { originUs, dialledUs }: DialTime): Network {
  const after = network.switch && afterSwitch(network.switch, originUs, dialledUs);
  if (!after) return network;
  const next = shippedNetworks().get(after.to);
  if (!next) throw new Error(`a network that switches to "${after.to}", which there is not, was let through`);
  return { ...next.network, name: next.name, ...(after.waitUs > 0 && { slowConnect: { ms: after.waitUs / 1_000 } }) };
}

/** Undefined where nothing does. */
export function barringFault(network: Network, time: DialTime): BarredBy | undefined {
  for (const { fault, setting } of faultsOf(network)) {
    const by = fault.dial?.(setting, time);
    if (by !== undefined) return by;
  }
  return undefined;
}
