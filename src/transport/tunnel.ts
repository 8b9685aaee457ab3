// Through an HTTP proxy: CONNECT on a line that reaches it, until the line reaches the server itself (RFC 9110, 9.3.6).

import type { Duplex } from "node:stream";
import type { ProxyAddress } from "./proxy-address.ts";

/** A proxy's answer is a few lines; more is no answer. */
const MOST_BYTES = 16 * 1024;

/** The proxy said no, with its status, or said something that is no HTTP (0). */
export class ProxyRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(status === 0 ? "the proxy's answer is not HTTP" : `the proxy answered HTTP ${status}`);
    this.status = status;
  }
}

export interface TunnelOptions {
  readonly line: Duplex;
  readonly proxy: ProxyAddress;
  readonly host: string;
  readonly port: number;
  onOpen(): void;
  onRefused(refusal: ProxyRefusal): void;
}

/** Asks at once; the line must be connected to the proxy, and must not be touched until one of the two is called. */
export function openTunnel({ line, proxy, host, port, onOpen, onRefused }: TunnelOptions): void {
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const credentials = proxy.credentials === undefined ? "" : `Proxy-Authorization: Basic ${Buffer.from(proxy.credentials).toString("base64")}\r\n`;
  let heard = Buffer.alloc(0);

  function onReadable(): void {
    for (let piece = line.read() as Buffer | null; piece !== null; piece = line.read() as Buffer | null) heard = Buffer.concat([heard, piece]);
    const end = heard.indexOf("\r\n\r\n");
    if (end < 0 && heard.length < MOST_BYTES) return;
    line.removeListener("readable", onReadable);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(heard.toString("latin1", 0, 16))?.[1] ?? 0);
    if (end < 0 || status < 200 || status >= 300) return onRefused(new ProxyRefusal(end < 0 ? 0 : status));
    const rest = heard.subarray(end + 4);
    if (rest.length > 0) line.unshift(rest);
    onOpen();
  }

  line.on("readable", onReadable);
  line.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${credentials}\r\n`);
}
