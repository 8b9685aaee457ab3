// Two ends of a TCP connection without a network: what one writes the other reads at once. Only what the shaper needs.

import { Duplex } from "node:stream";
import type { CarrierSocket } from "../faults/shaper.ts";

export class FakeSocket extends Duplex implements CarrierSocket {
  connecting = false;
  peer: FakeSocket | undefined;
  wasReset = false;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.peer?.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.peer?.push(null);
    done();
  }

  /** What the kernel says when the handshake is through. */
  connect(): void {
    this.connecting = false;
    this.emit("connect");
  }

  resetAndDestroy(): this {
    this.wasReset = true;
    return this.destroy();
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}

export function createFakeSocketPair(): { readonly near: FakeSocket; readonly far: FakeSocket } {
  const near = new FakeSocket();
  const far = new FakeSocket();
  near.peer = far;
  far.peer = near;
  return { near, far };
}
