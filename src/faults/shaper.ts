// The impaired link itself: a Duplex that looks like the TCP socket it wraps, so that TLS, HTTP and WebSocket run over it
// unknowing and all of them feel the delay.
//
//   ws -- TLS -- [ up:   path -> delay line ] -- socket ==TCP== peer
//                [ down: path <- delay line ]
//
// The connect takes the round trip of an empty segment each way. Order is kept, no byte is lost unless the connection is.

import { Duplex } from "node:stream";
import type { Cancel, Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { DelayLine } from "./delay-line.ts";
import { createDelayLine } from "./delay-line.ts";
import type { IdleTimer } from "./idle-timer.ts";
import { createIdleTimer } from "./idle-timer.ts";
import type { Direction } from "./impairment.ts";
import type { Path } from "./path.ts";
import { createPath } from "./path.ts";
import type { Network } from "./profile.ts";
import { connectionReset, resetAtUs } from "./reset.ts";

/** What is needed of the socket below; a net.Socket has it. */
export interface CarrierSocket extends Duplex {
  readonly connecting: boolean;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  setNoDelay(noDelay?: boolean): unknown;
  setKeepAlive(enable?: boolean, initialDelayMs?: number): unknown;
  ref(): unknown;
  unref(): unknown;
  resetAndDestroy(): unknown;
}

export interface ShaperOptions {
  /** Connected, or connecting: then `connect` is passed on a round trip later. The shaper owns it from here on. */
  readonly socket: CarrierSocket;
  readonly network: Network;
  /** Who owns the socket: the caller, which is the default, or the server that accepted it. Up is from caller to server on both. */
  readonly side?: "caller" | "server";
  readonly clock: Clock;
  /** One stream for each direction; asked for each once. */
  readonly random: (direction: Direction) => Random;
  /** How late each chunk was released, actual minus planned: the shaper's own error. */
  readonly onLateness?: (us: number) => void;
}

type Done = (error?: Error | null) => void;

/** A writer waits above this: the send buffer Linux gives a TCP socket at first (tcp_wmem), doubled as it accounts for it. */
const SEND_BUFFER_BYTES = 87_040;
/** The peer waits above this: the largest receive window of Linux (tcp_rmem), so that a black hole can't fill the memory. */
const RECEIVE_BUFFER_BYTES = 6 * 1024 * 1024;

/** Wraps a socket in the network. Dial time, the zero of timed faults, is now. */
export function createShapedSocket(options: ShaperOptions): ShapedSocket {
  return new ShapedSocket(options);
}

/** A class because Node's streams are: TLS and http call these methods on whatever socket they are given. */
export class ShapedSocket extends Duplex {
  connecting: boolean;
  readonly #socket: CarrierSocket;
  readonly #clock: Clock;
  readonly #upPath: Path;
  readonly #downPath: Path;
  readonly #up: DelayLine;
  readonly #down: DelayLine;
  readonly #idle: IdleTimer;
  #cancelReset: Cancel | undefined;
  /** What was written before the connection stood. */
  #beforeConnect: (() => void) | undefined;
  /** The writer that waits for room in the send buffer. */
  #waitingWriter: Done | undefined;
  #readerIsFull = false;
  #peerHasEnded = false;

  constructor({ socket, network, side = "caller", clock, random, onLateness = () => {} }: ShaperOptions) {
    super({ allowHalfOpen: false });
    const dialledUs = clock.nowUs();
    // What we write goes up from a caller and down from a server.
    const [outward, inward] = side === "caller" ? (["up", "down"] as const) : (["down", "up"] as const);
    this.#socket = socket;
    this.#clock = clock;
    this.#upPath = createPath({ network, direction: outward, random: random(outward), dialledUs });
    this.#downPath = createPath({ network, direction: inward, random: random(inward), dialledUs });
    this.#up = createDelayLine(clock, onLateness);
    this.#down = createDelayLine(clock, onLateness);
    this.#idle = createIdleTimer(clock, () => this.emit("timeout"));
    this.connecting = socket.connecting;

    // The socket must not answer the peer's FIN by itself: bytes of ours may still be on their way up.
    socket.allowHalfOpen = true;
    if (this.connecting) socket.once("connect", () => this.#onCarrierConnect());
    socket.on("data", (chunk: Buffer) => this.#onCarrierData(chunk));
    socket.on("end", () => this.#onCarrierEnd());
    socket.on("drain", () => this.#letWriterGoOn());
    socket.on("error", (error: NodeJS.ErrnoException) => this.#onCarrierError(error));
    socket.on("close", () => this.#onCarrierClose());
    if (network.reset) this.#cancelReset = clock.at(resetAtUs(network.reset, dialledUs), () => this.resetAndDestroy());
  }

  // ---- up: what our side writes

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    // `done` comes before the bytes are out, and then the writer may use its buffer again: hence a copy.
    this.#writeUp(Buffer.from(chunk), done);
  }

  /** One chunk of what was corked together, or a frame's header and payload would be delayed apart. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this.#writeUp(bytes, done);
  }

  #writeUp(bytes: Buffer, done: Done): void {
    if (this.connecting) {
      this.#beforeConnect = () => this.#writeUp(bytes, done);
      return;
    }
    this.#idle.touch();
    this.#waitingWriter = done;
    this.#sendUp(bytes.length, () => {
      if (this.#socket.writable) this.#socket.write(bytes);
      this.#letWriterGoOn();
    });
    this.#letWriterGoOn();
  }

  #letWriterGoOn(): void {
    if (!this.#waitingWriter || this.#up.heldBytes + this.#socket.writableLength > SEND_BUFFER_BYTES) return;
    const done = this.#waitingWriter;
    this.#waitingWriter = undefined;
    done();
  }

  override _final(done: Done): void {
    if (this.connecting) this.#beforeConnect = () => this._final(done);
    // A socket that is gone already has nobody left to tell.
    else this.#sendUp(0, () => (this.#socket.writable ? this.#socket.end(() => done()) : done()));
  }

  // ---- down: what the peer sends

  #onCarrierConnect(): void {
    const synArrivesUs = this.#upPath.arrivesAtUs(this.#clock.nowUs(), 0);
    const answeredUs = this.#downPath.arrivesAtUs(synArrivesUs, 0);
    this.#down.add({ sizeBytes: 0, release: () => this.#open() }, answeredUs);
  }

  #open(): void {
    this.connecting = false;
    const write = this.#beforeConnect;
    this.#beforeConnect = undefined;
    write?.();
    this.emit("connect");
    this.emit("ready");
  }

  #onCarrierData(chunk: Buffer): void {
    // A small chunk of a large slab would keep the whole slab alive while it waits.
    const bytes = chunk.length * 2 < chunk.buffer.byteLength ? Buffer.from(chunk) : chunk;
    this.#sendDown(bytes.length, () => {
      this.#idle.touch();
      if (!this.push(bytes)) this.#readerIsFull = true;
      this.#pauseOrResume();
    });
    this.#pauseOrResume();
  }

  override _read(): void {
    this.#readerIsFull = false;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    const mustPause = this.#readerIsFull || this.#down.heldBytes > RECEIVE_BUFFER_BYTES;
    if (mustPause !== this.#socket.isPaused()) this.#socket[mustPause ? "pause" : "resume"]();
  }

  // ---- ends

  #onCarrierEnd(): void {
    this.#peerHasEnded = true;
    this.#sendDown(0, () => this.push(null));
  }

  /** After a FIN each way this stream closes by itself once it has been read; only a connection that broke off is cut. */
  #onCarrierClose(): void {
    if (!this.#peerHasEnded) this.#sendDown(0, () => this.destroy());
  }

  /** The peer's refusal and reset travel like bytes; what the own machine says (no such name, no descriptors) is known at once. */
  #onCarrierError(error: NodeJS.ErrnoException): void {
    const fail = (): void => void this.destroy(error);
    if (!this.connecting) this.#sendDown(0, fail);
    else if (error.code === "ECONNREFUSED") {
      const synArrivesUs = this.#upPath.arrivesAtUs(this.#clock.nowUs(), 0);
      this.#down.add({ sizeBytes: 0, release: fail }, this.#downPath.arrivesAtUs(synArrivesUs, 0));
    } else fail();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#up.close();
    this.#down.close();
    this.#idle.set(0);
    this.#cancelReset?.();
    this.connecting = false;
    this.#socket.destroy();
    done(error);
  }

  /** RST to the peer, ECONNRESET here. */
  resetAndDestroy(): this {
    this.#socket.resetAndDestroy();
    return this.destroy(connectionReset());
  }

  #sendUp(sizeBytes: number, release: () => void): void {
    this.#up.add({ sizeBytes, release }, this.#upPath.arrivesAtUs(this.#clock.nowUs(), sizeBytes));
  }

  #sendDown(sizeBytes: number, release: () => void): void {
    this.#down.add({ sizeBytes, release }, this.#downPath.arrivesAtUs(this.#clock.nowUs(), sizeBytes));
  }

  // ---- the rest of a TCP socket

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  setTimeout(limitMs: number, onTimeout?: () => void): this {
    this.#idle.set(limitMs);
    if (onTimeout) {
      if (limitMs === 0) this.removeListener("timeout", onTimeout);
      else this.once("timeout", onTimeout);
    }
    return this;
  }

  setNoDelay(noDelay?: boolean): this {
    this.#socket.setNoDelay(noDelay);
    return this;
  }

  setKeepAlive(enable?: boolean, initialDelayMs?: number): this {
    this.#socket.setKeepAlive(enable, initialDelayMs);
    return this;
  }

  ref(): this {
    this.#socket.ref();
    return this;
  }

  unref(): this {
    this.#socket.unref();
    return this;
  }
}
