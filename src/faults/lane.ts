// One direction of a shaped socket: the bytes on their way, the sender that knows when each arrives, and one deadline of
// the clock for both. What arrives together is handed over together.

import type { Cancel, Clock } from "../core/clock.ts";
import { ByteRing } from "./byte-ring.ts";
import { Queue } from "./queue.ts";
import type { TcpSender } from "./tcp-sender.ts";

export interface LaneOptions {
  readonly clock: Clock;
  /** Given the function it must tell arrivals to. Undefined: nothing impairs this link, and bytes arrive as they are sent. */
  readonly createSender: (onArrival: (sizeBytes: number, atUs: number) => void) => TcpSender | undefined;
  readonly onBytes: (bytes: Buffer) => void;
  /** The sender gave the connection up. */
  readonly onDead: () => void;
  /** How late each arrival was handed over: actual minus planned, microseconds, never negative. */
  readonly onLateness: (us: number) => void;
}

/** The send buffer Linux gives a TCP socket at first (tcp_wmem), doubled as it accounts for it. It grows with the window. */
const BUFFER_BYTES = 87_040;

/** Bytes that are known to arrive together; an end has none. */
interface Arrival {
  sizeBytes: number;
  readonly atUs: number;
}

export class Lane {
  readonly #options: LaneOptions;
  readonly #sender: TcpSender | undefined;
  readonly #bytes = new ByteRing();
  readonly #ends = new Queue<() => void>();
  readonly #arrivals = new Queue<Arrival>();
  #cancel: Cancel | undefined;
  #armedUs = Infinity;
  #isRunning = false;
  #isClosed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#sender = options.createSender((sizeBytes, atUs) => this.#expect(sizeBytes, atUs));
  }

  /** The bytes are copied. */
  write(bytes: Buffer): void {
    if (this.#isClosed || bytes.length === 0) return;
    this.#bytes.push(bytes);
    this.#send(bytes.length);
  }

  /** Calls back behind everything written so far. Only ends may follow. */
  end(onArrival: () => void): void {
    if (this.#isClosed) return;
    this.#ends.push(onArrival);
    this.#send(0);
  }

  /** On their way: written and not handed over. */
  get heldBytes(): number {
    return this.#bytes.sizeBytes;
  }

  /** What a writer may have on its way. */
  get bufferBytes(): number {
    return Math.max(BUFFER_BYTES, this.#sender?.bufferBytes ?? 0);
  }

  learnRoundTrip(us: number): void {
    this.#sender?.learnRoundTrip(us);
  }

  /** Drops everything; nothing is handed over any more. */
  close(): void {
    this.#isClosed = true;
    this.#arm();
    this.#bytes.clear();
    this.#arrivals.clear();
    this.#ends.clear();
  }

  #send(sizeBytes: number): void {
    const nowUs = this.#options.clock.nowUs();
    if (this.#sender) this.#sender.write(sizeBytes, nowUs);
    else this.#expect(sizeBytes, nowUs);
    this.#run();
  }

  #expect(sizeBytes: number, atUs: number): void {
    const last = this.#arrivals.last;
    if (last && last.atUs === atUs && sizeBytes > 0 && last.sizeBytes > 0) last.sizeBytes += sizeBytes;
    else this.#arrivals.push({ sizeBytes, atUs });
  }

  /** Whatever is due, in order; then waits for the next thing. */
  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { clock, onBytes, onLateness, onDead } = this.#options;
    for (;;) {
      const nowUs = clock.nowUs();
      this.#sender?.advance(nowUs);
      const arrival = this.#arrivals.first;
      if (!arrival || arrival.atUs > nowUs) break;
      this.#arrivals.shift();
      onLateness(nowUs - arrival.atUs);
      if (arrival.sizeBytes > 0) onBytes(this.#bytes.take(arrival.sizeBytes));
      else this.#ends.shift()?.();
    }
    this.#isRunning = false;
    this.#arm();
    if (this.#sender?.isDead && this.#arrivals.length === 0 && !this.#isClosed) onDead();
  }

  #arm(): void {
    const wakeUs = this.#isClosed ? Infinity : Math.min(this.#arrivals.first?.atUs ?? Infinity, this.#sender?.wakeUs ?? Infinity);
    if (wakeUs === this.#armedUs) return;
    this.#cancel?.();
    this.#armedUs = wakeUs;
    this.#cancel = wakeUs === Infinity ? undefined : this.#options.clock.at(wakeUs, this.#wake);
  }

  readonly #wake = (): void => {
    this.#cancel = undefined;
    this.#armedUs = Infinity;
    this.#run();
  };
}
