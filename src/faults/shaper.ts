// The impaired link itself: a Duplex that looks like the TCP socket it wraps, so that TLS, HTTP and WebSocket run over it
// unknowing and all of them feel the delay.
//
//   ws -- TLS -- [ outward: sender -> path ] -- socket ==TCP== peer
//                [ inward:  path <- sender ]
//
// Each lane simulates the TCP that would carry it (tcp-sender.ts), so packets are lost and bytes are not; order is kept.

import { Duplex } from "node:stream";
import type { Cancel, Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { IdleTimer } from "./idle-timer.ts";
import { createIdleTimer } from "./idle-timer.ts";
import type { ConnectionFault } from "./fault.ts";
import { faultsOf, type Faults } from "./fault-list.ts";
import type { Handshake } from "./handshake.ts";
import { connectionTimedOut } from "./handshake.ts";
import type { Direction } from "./impairment.ts";
import { Lane } from "./lane.ts";
import type { Links } from "./links.ts";
import { createLinks } from "./links.ts";
import { connectionReset } from "./reset.ts";
import { settled } from "./settled.ts";

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
  readonly network: Faults;
  /** The zero of timed faults. Absent: now, the dial. */
  readonly originUs?: number;
  /** Who owns the socket: the caller, which is the default, or the server that accepted it. Up is from caller to server on both. */
  readonly side?: "caller" | "server";
  readonly clock: Clock;
  /** One stream for each direction; asked for each once. */
  readonly random: (direction: Direction) => Random;
  /** How late each chunk was released, actual minus planned: the shaper's own error. */
  readonly onLateness?: (us: number) => void;
}

type Done = (error?: Error | null) => void;

/** The peer waits above this: the largest receive window of Linux (tcp_rmem), so that a black hole can't fill the memory. */
const RECEIVE_BUFFER_BYTES = 6 * 1024 * 1024;

/** Wraps a socket in the network. */
export function createShapedSocket(options: ShaperOptions): ShapedSocket {
  return new ShapedSocket(options);
}

/** A class because Node's streams are: TLS and http call these methods on whatever socket they are given. */
export class ShapedSocket extends Duplex {
  connecting: boolean;
  readonly #socket: CarrierSocket;
  readonly #clock: Clock;
  readonly #links: Links;
  readonly #out: Lane;
  readonly #in: Lane;
  readonly #idle: IdleTimer;
  readonly #faults: readonly ConnectionFault[];
  readonly #connectDelayUs: number;
  readonly #finDelayUs: number;
  #isSwallowed = false;
  /** What was written before the connection stood. */
  #beforeConnect: (() => void) | undefined;
  #cancelConnect: Cancel | undefined;
  readonly #cancelEnds: Cancel[] = [];
  /** The writer that waits for room in the send buffer. */
  #waitingWriter: Done | undefined;
  #readerIsFull = false;
  #peerHasEnded = false;

  constructor({ socket, network, side = "caller", clock, originUs = clock.nowUs(), random, onLateness = () => {} }: ShaperOptions) {
    super({ allowHalfOpen: false });
    // What we write goes up from a caller and down from a server.
    const [outward, inward] = side === "caller" ? (["up", "down"] as const) : (["down", "up"] as const);
    this.#socket = socket;
    this.#clock = clock;
    const draws = { up: random("up"), down: random("down") };
    const own = settled(network, draws.up);
    const links = createLinks({ network: own, originUs, random: (direction) => draws[direction], isSwallowed: () => this.#isSwallowed });
    this.#links = links;
    const lane = (direction: Direction, onBytes: (bytes: Buffer) => void, onDead: () => void): Lane =>
      new Lane({ clock, onLateness, onBytes, onDead, createSender: (onArrival) => this.#links.createSender(direction, onArrival) });
    // Who sends outward is this machine, which then says so; who sends inward is the peer, whose giving up is not heard of.
    this.#out = lane(
      outward,
      (bytes) => this.#onOutArrival(bytes),
      () => this.destroy(connectionTimedOut("read")),
    );
    this.#in = lane(
      inward,
      (bytes) => this.#onInArrival(bytes),
      () => {},
    );
    this.#idle = createIdleTimer(clock, () => this.emit("timeout"));
    this.connecting = socket.connecting;

    // The socket must not answer the peer's FIN by itself: bytes of ours may still be on their way up.
    socket.allowHalfOpen = true;
    if (this.connecting) socket.once("connect", () => this.#onCarrierConnect());
    else this.#learnRoundTrip(links.shakeHands(clock.nowUs()));
    socket.on("data", (chunk: Buffer) => this.#onCarrierData(chunk));
    socket.on("end", () => this.#onCarrierEnd());
    socket.on("drain", () => this.#letWriterGoOn());
    socket.on("error", (error: NodeJS.ErrnoException) => this.#onCarrierError(error));
    socket.on("close", () => this.#onCarrierClose());
    const hold = { reset: () => void this.resetAndDestroy(), end: () => this.#endBothWays(), swallow: () => void (this.#isSwallowed = true) };
    this.#faults = faultsOf(own).flatMap(({ fault, setting }) => fault.connection?.(setting, { clock, originUs, ...hold }) ?? []);
    this.#connectDelayUs = Math.max(0, ...this.#faults.map(({ connectDelayUs = 0 }) => connectDelayUs));
    this.#finDelayUs = Math.max(0, ...this.#faults.map(({ finDelayUs = 0 }) => finDelayUs));
  }

  // ---- outward: what our side writes

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#writeOut(chunk, done);
  }

  /** One chunk of what was corked together, or a frame's header and payload would be delayed apart. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this.#writeOut(bytes, done);
  }

  #writeOut(bytes: Buffer, done: Done): void {
    if (this.connecting) {
      this.#beforeConnect = () => this.#writeOut(bytes, done);
      return;
    }
    this.#idle.touch();
    this.#waitingWriter = done;
    this.#out.write(bytes);
    this.#letWriterGoOn();
  }

  #onOutArrival(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
    this.#letWriterGoOn();
    this.#countBytes(bytes);
  }

  #letWriterGoOn(): void {
    if (!this.#waitingWriter || this.#out.heldBytes + this.#socket.writableLength > this.#out.bufferBytes) return;
    const done = this.#waitingWriter;
    this.#waitingWriter = undefined;
    done();
  }

  override _final(done: Done): void {
    if (this.connecting) this.#beforeConnect = () => this._final(done);
    // A socket that is gone already has nobody left to tell.
    else this.#out.end(() => this.#later(this.#finDelayUs, () => (this.#socket.writable ? this.#socket.end(() => done()) : done())));
  }

  // ---- inward: what the peer sends

  #onCarrierConnect(): void {
    const handshake = this.#links.shakeHands(this.#clock.nowUs());
    const { isOpen, atUs } = handshake;
    this.#learnRoundTrip(handshake);
    this.#cancelConnect = this.#clock.at(atUs + this.#connectDelayUs, () => (isOpen ? this.#open() : this.destroy(connectionTimedOut("connect"))));
  }

  /** What TCP knows of the line when the first byte is sent. */
  #learnRoundTrip({ roundTripUs }: Handshake): void {
    this.#out.learnRoundTrip(roundTripUs);
    this.#in.learnRoundTrip(roundTripUs);
  }

  #open(): void {
    this.#cancelConnect = undefined;
    this.connecting = false;
    const write = this.#beforeConnect;
    this.#beforeConnect = undefined;
    write?.();
    this.emit("connect");
    this.emit("ready");
  }

  #onCarrierData(chunk: Buffer): void {
    if (this.#peerHasEnded) return;
    this.#in.write(chunk);
    this.#pauseOrResume();
  }

  #onInArrival(bytes: Buffer): void {
    this.#idle.touch();
    if (!this.push(bytes)) this.#readerIsFull = true;
    this.#pauseOrResume();
    this.#countBytes(bytes);
  }

  #countBytes(bytes: Buffer): void {
    for (const fault of this.#faults) fault.onBytes?.(bytes.length);
  }

  override _read(): void {
    this.#readerIsFull = false;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    const mustPause = this.#readerIsFull || this.#in.heldBytes > RECEIVE_BUFFER_BYTES;
    if (mustPause !== this.#socket.isPaused()) this.#socket[mustPause ? "pause" : "resume"]();
  }

  // ---- ends

  #onCarrierEnd(): void {
    if (this.#peerHasEnded) return;
    this.#peerHasEnded = true;
    this.#in.end(() => this.#later(this.#finDelayUs, () => this.push(null)));
  }

  /** As a proxy between the two does it: what either still sends finds nobody. */
  #endBothWays(): void {
    if (this.#socket.writable) this.#socket.end();
    this.#onCarrierEnd();
  }

  #later(delayUs: number, act: () => void): void {
    if (delayUs === 0) act();
    else this.#cancelEnds.push(this.#clock.at(this.#clock.nowUs() + delayUs, act));
  }

  /** After a FIN each way this stream closes by itself once it has been read; only a connection that broke off is cut. */
  #onCarrierClose(): void {
    if (!this.#peerHasEnded && !this.#cancelConnect) this.#in.end(() => this.destroy());
  }

  /** The peer's refusal and reset travel like bytes; what the own machine says (no such name, no descriptors) is known at once. */
  #onCarrierError(error: NodeJS.ErrnoException): void {
    const fail = (): void => void this.destroy(error);
    if (!this.connecting) this.#in.end(fail);
    else if (error.code === "ECONNREFUSED") {
      this.#cancelConnect = this.#clock.at(this.#links.shakeHands(this.#clock.nowUs()).atUs, fail);
    } else fail();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#out.close();
    this.#in.close();
    this.#idle.set(0);
    this.#cancelConnect?.();
    for (const cancel of this.#cancelEnds) cancel();
    for (const fault of this.#faults) fault.close?.();
    this.connecting = false;
    this.#socket.destroy();
    done(error);
  }

  /** RST to the peer, ECONNRESET here. */
  resetAndDestroy(): this {
    this.#socket.resetAndDestroy();
    return this.destroy(connectionReset());
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
