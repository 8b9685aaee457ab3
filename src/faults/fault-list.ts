// Every fault there is. To add one, write its file and put it here: it can then be written, read back, named in messages
// and met by packets. The order is that of the canonical text; packets meet the stages from the last to the first, so that
// what is lost is lost before it is queued and what is queued is queued before it is delayed.

import { blackhole } from "./blackhole.ts";
import { burstLoss } from "./burst-loss.ts";
import { connect } from "./connect.ts";
import { delay } from "./delay.ts";
import { dns } from "./dns.ts";
import type { Fault } from "./fault.ts";
import { idle } from "./idle.ts";
import { jitter } from "./jitter.ts";
import { loss } from "./loss.ts";
import { rate } from "./rate.ts";
import { resetAfter } from "./reset-after.ts";
import { reset } from "./reset.ts";
import { share } from "./share.ts";
import { slowClose } from "./slow-close.ts";
import { slowConnect } from "./slow-connect.ts";
import { switchOver } from "./switch-over.ts";

const list = [delay, jitter, rate, loss, burstLoss, blackhole, reset, resetAfter, dns, connect, slowConnect, slowClose, idle, switchOver, share] as const;

type Listed = (typeof list)[number];

/** What befalls a network, as data. What is absent does not happen. */
export type Faults = { readonly [F in Listed as F["key"]]?: F extends Fault<string, infer Setting> ? Setting : never };

/** The list for those who treat all faults alike; each is only ever given settings that it made. */
export const faults = list as readonly Fault<keyof Faults, unknown>[] as readonly Fault<keyof Faults, never>[];

/** The faults that a network has, each with its setting. */
export function faultsOf(network: Faults): { readonly fault: Fault<keyof Faults, never>; readonly setting: never }[] {
  return faults.flatMap((fault) => (network[fault.key] === undefined ? [] : [{ fault, setting: network[fault.key] as never }]));
}
