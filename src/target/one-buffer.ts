// Reads a connection into memory that all connections of the thread share. Node's usual way takes 64 KB from the system for
// every read and gives most of it back, and every caller sends a frame fifty times a second.

import * as net from "node:net";
import type { Duplex } from "node:stream";

/** One read of any connection; used up before the next one. */
const shared = Buffer.allocUnsafeSlow(64 * 1_024);

/** What Node keeps below a socket. It has no public name for it: where it is not there, sockets are read as usual. */
interface WithHandle {
  _handle?: object | null;
}

/**
 * Another socket in the place of `tcp`, which nobody reads from yet. What it emits as "data" is good until the listener
 * returns: whoever wants it longer copies it. Where that can't be had, such as for TLS, `tcp` itself.
 */
export function readIntoOneBuffer(tcp: Duplex): Duplex {
  const handle = tcp.constructor === net.Socket ? (tcp as WithHandle)._handle : undefined;
  if (!handle) return tcp;
  (tcp as WithHandle)._handle = null;
  const emitData = (bytes: number): boolean => {
    inPlace.emit("data", shared.subarray(0, bytes));
    return true;
  };
  const options: object = { handle, allowHalfOpen: true, onread: { buffer: shared, callback: emitData } };
  const inPlace: net.Socket = new net.Socket(options);
  // The server counts its connections by the sockets that it made.
  inPlace.once("close", () => tcp.destroy());
  return inPlace;
}
