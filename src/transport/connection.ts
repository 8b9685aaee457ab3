// What a session sees of its connection: whole messages out and in, and exactly one end.

import type { ConnectFailure } from "./connect-failure.ts";
import type { ReadyMessage } from "./ready-message.ts";
import type { Timings } from "./timings.ts";

export interface ConnectionClose {
  /** The peer's close code; 1005 for a close frame without one, 1006 where none came. */
  readonly code: number;
  readonly reason: string;
  readonly atUs: number;
  /** Why the connection did not come about or broke. Absent after a close frame, and when this side closed. */
  readonly failure?: ConnectFailure;
}

export interface ConnectionHandlers {
  /** The headers with which the upgrade was answered, just before onOpen; for who wants to know the server's clock. */
  onUpgrade?(headers: Readonly<Record<string, string | readonly string[] | undefined>>): void;
  onOpen(): void;
  /**
   * A whole message. `receivedAtUs` is when its last bytes came out of the socket, before anything was parsed: of several
   * messages in one TCP segment, none is charged with the handling of those before it. The protocol's own are text.
   */
  onMessage(data: Buffer, receivedAtUs: number, isBinary?: boolean): void;
  /** The last call of a connection, and it always comes, whether it ever opened or not. Never called from within openConnection. */
  onClose(close: ConnectionClose): void;
  /** The peer answered a ping. */
  onPong?(): void;
}

export interface Connection {
  /** Sends one text message. A Buffer is UTF-8 and must not change any more. Before onOpen a bug that throws; after the end it goes nowhere. */
  send(message: Buffer | string): void;
  /** The same for bytes that were made ready before. */
  sendReady(message: ReadyMessage): void;
  /** Bytes handed over and not yet taken by the kernel (or the shaper in its place). */
  readonly bufferedBytes: number;
  readonly timings: Timings;
  /** Asks the peer for a sign of life. Once the connection is open; after the end it goes nowhere. */
  ping(): void;
  /** Closing handshake, cut after limits.closeMs. Before the upgrade it gives the connection up. */
  close(code: number, reason: string): void;
  /** Cuts at once. */
  terminate(): void;
}
