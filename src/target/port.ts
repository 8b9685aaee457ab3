// The target's port and the lines that come in by it. Each line is put on the network, if there is one, below TLS; all of them
// can be cut at once, and the port can close and come back under the same number.

import type * as net from "node:net";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { isImpaired } from "../faults/profile.ts";
import type { Network } from "../faults/profile.ts";
import { createShapedSocket } from "../faults/shaper.ts";
import type { HttpServer } from "./http-server.ts";

/** A connection, as far as cutting it goes; what replaces the accepted socket is one too. */
type Line = Duplex & { resetAndDestroy(): unknown };

export interface PortOptions {
  readonly http: HttpServer;
  readonly clock: Clock;
  readonly seed: number;
  readonly host: string;
  /** Between every client and this port. Its times count from when a connection is accepted. */
  readonly network?: Network;
  /** Told of every connection, before anything is read from it. */
  readonly onConnection: () => void;
}

export interface Port {
  /** Resolves to the port's number, or says why it can't be had. */
  open(number: number): Promise<Result<number>>;
  /** Nobody can connect any more; who is connected stays. */
  shut(): void;
  /** RST to everybody; how many they were. */
  cutAll(): number;
  /** `line` has taken the place of a connection that came in here. */
  replace(accepted: Duplex, line: Duplex): void;
}

export function createPort({ http, clock, seed, host, network, onConnection }: PortOptions): Port {
  const lines = new Set<Line>();
  let taken = 0;

  function keep<T extends Line>(line: T): T {
    lines.add(line);
    line.once("close", () => lines.delete(line));
    return line;
  }

  if (network && isImpaired(network)) {
    // The server takes any stream for a connection; its own sockets are wrapped before it sees them.
    const takers = http.listeners("connection") as ((this: HttpServer, line: Duplex) => void)[];
    http.removeAllListeners("connection");
    http.on("connection", (tcp: net.Socket) => {
      const number = taken++;
      const line = createShapedSocket({ socket: tcp, network, side: "server", clock, random: (direction) => stream(seed, "network", number, direction) });
      // Until HTTP or TLS listen, nobody else does.
      line.on("error", () => line.destroy());
      onConnection();
      for (const take of takers) take.call(http, keep(line));
    });
  } else {
    http.prependListener("connection", (tcp: net.Socket) => {
      keep(tcp);
      onConnection();
    });
  }

  return {
    open: (number) =>
      new Promise((resolve) => {
        const onError = (error: NodeJS.ErrnoException): void => {
          http.removeListener("listening", onListening);
          resolve(failed({ source: `${host}:${number}`, message: `the target cannot listen: ${error.message}` }));
        };
        const onListening = (): void => {
          http.removeListener("error", onError);
          resolve(ok((http.address() as AddressInfo).port));
        };
        http.once("error", onError);
        http.once("listening", onListening);
        http.listen({ host, port: number, backlog: 2_048 });
      }),
    shut: () => void http.close(),
    cutAll() {
      const open = [...lines];
      for (const line of open) line.resetAndDestroy();
      return open.length;
    },
    replace(accepted, line) {
      lines.delete(accepted as Line);
      keep(line as Line);
    },
  };
}
