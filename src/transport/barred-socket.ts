// In place of a socket where the network lets no dial through: it fails as a real one would, or never says anything.

import { Duplex } from "node:stream";
import type { BarredBy } from "../faults/fault.ts";
import type { CarrierSocket } from "../faults/shaper.ts";

export interface BarredDial {
  readonly by: BarredBy;
  readonly host: string;
  readonly port: number;
}

export const createBarredSocket = (dial: BarredDial): CarrierSocket => new BarredSocket(dial);

/** The error that Node gives a dial that failed so, that callers can't tell the fault from the real thing. */
function errorOf({ by, host, port }: BarredDial): Error | undefined {
  if (by === "dns")
    return Object.assign(new Error(`getaddrinfo EAI_AGAIN ${host}`), { code: "EAI_AGAIN", errno: -3001, syscall: "getaddrinfo", hostname: host });
  if (by === "refused")
    return Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: "ECONNREFUSED", errno: -111, syscall: "connect", address: host, port });
  return undefined;
}

class BarredSocket extends Duplex implements CarrierSocket {
  readonly connecting = true;

  constructor(dial: BarredDial) {
    super();
    const error = errorOf(dial);
    // In the next turn, when somebody listens.
    if (error) this.destroy(error);
  }

  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
  resetAndDestroy(): this {
    return this.destroy();
  }
  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}
