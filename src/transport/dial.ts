// From an address to a stream of bytes that HTTP can be spoken on: TCP, the shaper where the network is impaired, TLS for wss.

import * as net from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { Direction } from "../faults/impairment.ts";
import type { Network } from "../faults/profile.ts";
import { isImpaired } from "../faults/profile.ts";
import { createShapedSocket } from "../faults/shaper.ts";
import type { ConnectPhase } from "./connect-failure.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Of a ws:// or wss:// URL, with the brackets of an IPv6 host taken off. */
export function addressOf(url: URL): Address {
  const secure = url.protocol === "wss:";
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || (secure ? 443 : 80)), secure };
}

export interface DialOptions extends Address {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: (direction: Direction) => Random;
  /** PEM of certificate authorities to trust instead of the built-in ones. */
  readonly ca?: string | Buffer;
  readonly onShaperLateness?: (us: number) => void;
  /** A phase was entered. The one it starts in, dns or tcp, is announced too. */
  readonly onPhase: (phase: ConnectPhase) => void;
  readonly onError: (error: Error) => void;
}

export interface Line {
  /** What HTTP is spoken on. */
  readonly stream: Duplex;
  /** Cuts it, down to TCP. */
  destroy(): void;
}

export function dial(options: DialOptions): Line {
  const { host, port, secure, clock, network, random, onShaperLateness, onPhase, onError, ca } = options;
  onPhase(net.isIP(host) ? "tcp" : "dns");
  const tcp = net.connect({ host, port, noDelay: true });
  tcp.once("lookup", (error: Error | null) => {
    if (!error) onPhase("tcp");
  });
  const link = isImpaired(network)
    ? createShapedSocket({ socket: tcp, network, clock, random, ...(onShaperLateness && { onLateness: onShaperLateness }) })
    : tcp;
  link.on("error", onError);
  link.once("connect", () => onPhase(secure ? "tls" : "upgrade"));
  if (!secure) return { stream: link, destroy: () => void link.destroy() };

  // Named hosts only: RFC 6066 allows no address in SNI.
  const servername = net.isIP(host) ? "" : host;
  const secured = tls.connect({ socket: link, host, servername, ALPNProtocols: ["http/1.1"], ...(ca !== undefined && { ca }) });
  secured.on("error", onError);
  secured.once("secureConnect", () => onPhase("upgrade"));
  link.on("error", (error) => secured.destroy(error));
  const destroy = (): void => {
    secured.destroy();
    link.destroy();
  };
  return { stream: secured, destroy };
}
