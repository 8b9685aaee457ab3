// From an address to a stream of bytes that HTTP can be spoken on: TCP, the shaper where the network is impaired, a proxy's
// tunnel where one stands between, TLS for wss and https.

import * as net from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { Direction } from "../faults/impairment.ts";
import { barringFault, networkAtDial } from "../faults/at-dial.ts";
import { isImpaired, type Network } from "../faults/profile.ts";
import { createShapedSocket } from "../faults/shaper.ts";
import { createBarredSocket } from "./barred-socket.ts";
import type { ConnectPhase } from "./connect-failure.ts";
import type { ProxyAddress } from "./proxy-address.ts";
import { causeOfLookup } from "./descriptors.ts";
import { secureContextOf, type Trust } from "./trust.ts";
import { openTunnel } from "./tunnel.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Of a ws, wss, http or https URL, with the brackets of an IPv6 host taken off. */
export function addressOf(url: URL): Address {
  const secure = url.protocol === "wss:" || url.protocol === "https:";
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || (secure ? 443 : 80)), secure };
}

export interface DialOptions extends Address {
  readonly clock: Clock;
  readonly network: Network;
  /** When the time of the network's events began: with the first dial of the call that this one is part of. Absent: now. */
  readonly networkStartUs?: number;
  readonly random: (direction: Direction) => Random;
  /** Whom to trust beside the usual authorities, and who we are. */
  readonly trust?: Trust;
  readonly proxy?: ProxyAddress;
  readonly onShaperLateness?: (us: number) => void;
  /** A phase was entered. The one it starts in, dns or tcp, is announced too. */
  readonly onPhase: (phase: ConnectPhase) => void;
  /** What HTTP is spoken on. Without a proxy it comes at once, before it is connected. */
  readonly onStream: (stream: Duplex) => void;
  readonly onError: (error: Error) => void;
}

export interface Line {
  /** Cuts it, down to TCP. */
  destroy(): void;
}

export function dial(options: DialOptions): Line {
  const { secure, clock, random, onShaperLateness, onPhase, onStream, proxy } = options;
  const onError = (error: Error): void => options.onError(causeOfLookup(error));
  const { host, port } = proxy ?? options;
  const dialledUs = clock.nowUs();
  const time = { originUs: options.networkStartUs ?? dialledUs, dialledUs };
  const network = networkAtDial(options.network, time);
  const by = barringFault(network, time);
  onPhase(by === "dns" || !net.isIP(host) ? "dns" : "tcp");
  const tcp = by === undefined ? net.connect({ host, port, noDelay: true }) : createBarredSocket({ by, host, port });
  tcp.once("lookup", (error: Error | null) => {
    if (!error) onPhase("tcp");
  });
  const link = isImpaired(network)
    ? createShapedSocket({ socket: tcp, network, clock, originUs: time.originUs, random, ...(onShaperLateness && { onLateness: onShaperLateness }) })
    : tcp;
  link.on("error", onError);
  const next = secure ? "tls" : "upgrade";
  let secured: tls.TLSSocket | undefined;

  function handOver(): void {
    if (!secure) return onStream(link);
    secured = startTls(link, options);
    onStream(secured);
  }

  if (proxy) {
    link.once("connect", () => {
      onPhase("proxy");
      const onOpen = (): void => {
        link.removeListener("end", onEnd);
        onPhase(next);
        handOver();
      };
      const onEnd = (): void => onError(new Error("the proxy cut the line"));
      link.once("end", onEnd);
      openTunnel({ line: link, proxy, host: options.host, port: options.port, onOpen, onRefused: onError });
    });
  } else {
    link.once("connect", () => onPhase(next));
    handOver();
  }
  const destroy = (): void => {
    secured?.destroy();
    link.destroy();
  };
  return { destroy };
}

function startTls(link: Duplex, { host, onError, onPhase, trust }: DialOptions): tls.TLSSocket {
  // Named hosts only: RFC 6066 allows no address in SNI.
  const servername = net.isIP(host) ? "" : host;
  const secured = tls.connect({ socket: link, host, servername, ALPNProtocols: ["http/1.1"], ...(trust && { secureContext: secureContextOf(trust) }) });
  secured.on("error", onError);
  secured.once("secureConnect", () => onPhase("upgrade"));
  link.on("error", (error) => secured.destroy(error));
  return secured;
}
