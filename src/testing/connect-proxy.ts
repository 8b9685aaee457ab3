// A CONNECT proxy on loopback that tells what it was asked for.

import { once } from "node:events";
import * as http from "node:http";
import * as net from "node:net";

export interface ConnectProxy {
  readonly port: number;
  /** host:port and Proxy-Authorization of every CONNECT. */
  readonly asked: { readonly place: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** `authorization`: what it wants to see (407 without); `status`: what it answers instead of letting anyone through. */
export async function startConnectProxy({ authorization, status }: { readonly authorization?: string; readonly status?: number } = {}): Promise<ConnectProxy> {
  const asked: { readonly place: string; readonly authorization: string | undefined }[] = [];
  const sockets = new Set<net.Socket>();
  const server = http.createServer();
  server.on("connection", (socket) => void sockets.add(socket.on("error", () => undefined)));
  server.on("connect", (request, socket: net.Socket) => {
    const place = request.url ?? "";
    const shown = request.headers["proxy-authorization"];
    asked.push({ place, authorization: shown });
    if (status !== undefined || (authorization !== undefined && shown !== authorization)) {
      socket.end(`HTTP/1.1 ${status ?? 407} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [host, port] = [place.replace(/:\d+$/, ""), Number(/\d+$/.exec(place)?.[0])];
    const upstream = net.connect(port, host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
