// One direction of a TCP connection over an impaired path, as Linux would run it: when each byte that is written reaches
// the reader, given what the packets meet. A simulation of events, the answers and time-outs of the sender, moved only by
// its caller's clock instants: it holds no bytes, sets no timers, and its schedule is a pure function of writes and draws.
//
//   write --> unsent --window--> [ path ] --> receiver: in order --> onArrival
//               ^                                 |
//               +---- scoreboard <-- [ ackPath ] <+
//
// Not modelled: delayed acknowledgements, the receive window, acknowledgements that ride on data, F-RTO.

import type { Random } from "../core/random.ts";
import { CongestionWindow } from "./congestion-window.ts";
import type { Path } from "./path.ts";
import { createQueue } from "./queue.ts";
import { backedOffUs, createRoundTrip } from "./round-trip.ts";
import type { Latest, Segment } from "./scoreboard.ts";
import { Scoreboard } from "./scoreboard.ts";

/** Payload of a full segment on Ethernet with timestamps, and what travels around it (IPv4 20, TCP 20, timestamps 12). */
export const SEGMENT_BYTES = 1_448;
export const HEADER_BYTES = 52;

/** Linux waits two jiffies of 4 ms more than it computes, and fires on the jiffy. */
const JIFFY_US = 4_000;
/** What a lone segment's answer may be held back by a receiver. */
const DELAYED_ACK_US = 200_000;
/** Answers to later segments at which an earlier one is lost without further waiting. */
const REORDER_MAX = 3;
/** tcp_retries2: time-outs in a row after which the connection is given up. */
const TIMEOUTS_MAX = 15;

export interface TcpSenderOptions {
  readonly path: Path;
  /** What the acknowledgements travel on: the other direction. */
  readonly ackPath: Path;
  readonly random: Random;
  /** So many bytes are the reader's next ones at `atUs`, which never goes back; 0 for an end. Told as soon as it is known. */
  readonly onArrival: (sizeBytes: number, atUs: number) => void;
}

/** An acknowledgement on its way: what it is of, and whether the receiver had it already. */
interface Answer {
  readonly segment: Segment;
  readonly sentUs: number;
  readonly isDuplicate: boolean;
  /** Infinity while its acknowledgement is lost; the next one then says it too. */
  atUs: number;
  isRepeated: boolean;
}

type State = "open" | "recovery" | "timed out";

export class TcpSender {
  readonly #options: TcpSenderOptions;
  readonly #board = new Scoreboard();
  readonly #window = new CongestionWindow();
  readonly #roundTrip = createRoundTrip();
  readonly #answers = createQueue<Answer>();
  #unsentBytes = 0;
  #unsentEnds = 0;
  #receivedUpTo = 0;
  #state: State = "open";
  /** The recovery is over when everything sent before it began is answered. */
  #recoverUpTo = 0;
  #latest: Latest = { sentUs: -Infinity, number: -1, roundTripUs: 0 };
  #recheckUs = Infinity;
  /** When nothing was heard for too long. */
  #timeoutUs = Infinity;
  /** The tail of what was sent was sent once more, to provoke an answer. */
  #probe: { readonly number: number; readonly sentUs: number; readonly isRepeat: boolean } | undefined;
  #timeouts = 0;
  #lastSentUs = -Infinity;
  /** Sent again since the last loss was found, and not yet known to have been sent in vain. */
  #resent = 0;

  constructor(options: TcpSenderOptions) {
    this.#options = options;
  }

  /** Everything due by `nowUs`, then these bytes; 0 is an end of the stream, which nothing but ends may follow. */
  write(sizeBytes: number, nowUs: number): void {
    this.advance(nowUs);
    if (!this.#board.first) this.#window.restart(nowUs - this.#lastSentUs, this.#roundTrip.timeoutUs);
    if (sizeBytes === 0) this.#unsentEnds++;
    else this.#unsentBytes += sizeBytes;
    this.#sendAllowed(nowUs);
    this.advance(nowUs);
  }

  /** When to call advance; Infinity while nothing that would happen could bring bytes to the reader. */
  get wakeUs(): number {
    const isIdle = this.#unsentBytes === 0 && this.#unsentEnds === 0 && this.#receivedUpTo === this.#board.nextNumber;
    return isIdle || this.isDead ? Infinity : this.#nextUs();
  }

  /** How many bytes a writer may have under way: twice the window, as the kernel sizes its buffer. */
  get bufferBytes(): number {
    return 2 * this.#window.segments * SEGMENT_BYTES;
  }

  /** Given up after fifteen time-outs in a row. */
  get isDead(): boolean {
    return this.#timeouts > TIMEOUTS_MAX;
  }

  /** A round trip known before the first byte, from the handshake. */
  learnRoundTrip(us: number): void {
    this.#roundTrip.sample(us);
  }

  #nextUs(): number {
    return Math.min(this.#answers.at(0)?.atUs ?? Infinity, this.#recheckUs, this.#timeoutUs);
  }

  #transmit(segment: Segment, atUs: number): void {
    this.#board.markSent(segment, atUs);
    if (this.#state === "recovery") this.#window.countSent();
    this.#lastSentUs = atUs;
    const arrivesUs = this.#options.path.arrivesAtUs(atUs, segment.sizeBytes + HEADER_BYTES);
    if (arrivesUs === Infinity) return;
    const answer: Answer = {
      segment,
      sentUs: atUs,
      isDuplicate: segment.isReceived,
      isRepeated: false,
      atUs: this.#options.ackPath.arrivesAtUs(arrivesUs, HEADER_BYTES),
    };
    this.#receive(segment, arrivesUs);
    if (answer.atUs !== Infinity) this.#repeatLostAnswers(answer.atUs);
    this.#answers.push(answer);
  }

  #repeatLostAnswers(atUs: number): void {
    for (let index = -1; ; index--) {
      const answer = this.#answers.at(index);
      if (answer?.atUs !== Infinity) return;
      answer.atUs = atUs;
      answer.isRepeated = true;
    }
  }

  #receive(segment: Segment, atUs: number): void {
    segment.isReceived = true;
    for (let next = this.#board.byNumber(this.#receivedUpTo); next?.isReceived; next = this.#board.byNumber(this.#receivedUpTo)) {
      this.#receivedUpTo++;
      this.#options.onArrival(next.sizeBytes, atUs);
    }
  }

  /** What the window lets go: first what was lost, then what is new. */
  #sendAllowed(atUs: number): void {
    let sent = 0;
    let sentNew = false;
    while (this.#board.flying < this.#window.segments) {
      const wasSilent = !this.#board.first;
      const segment = this.#board.firstLost() ?? this.#takeUnsent();
      if (!segment) break;
      if (segment.state === "lost") this.#resent++;
      else sentNew = true;
      this.#transmit(segment, atUs);
      sent++;
      if (wasSilent) this.#armTimeout(atUs);
    }
    if (sentNew && this.#mayProbe()) this.#armTimeout(atUs);
    const { flying, firstNumber, nextNumber } = this.#board;
    if (sent === 0 && flying < this.#window.segments) return;
    this.#window.noteUse({ atUs, timeoutUs: this.#roundTrip.timeoutUs, flying, firstNumber, nextNumber, isOpen: this.#state === "open" });
  }

  #takeUnsent(): Segment | undefined {
    const sizeBytes = Math.min(this.#unsentBytes, SEGMENT_BYTES);
    if (sizeBytes === 0 && this.#unsentEnds === 0) return undefined;
    this.#unsentBytes -= sizeBytes;
    if (sizeBytes === 0) this.#unsentEnds--;
    return this.#board.add(sizeBytes);
  }

  /** While nothing hints at a loss, the tail is probed before the time-out takes all for lost. */
  #mayProbe(): boolean {
    return this.#state === "open" && !this.#probe && this.#board.ackedAhead === 0 && this.#roundTrip.meanUs !== undefined;
  }

  #armTimeout(fromUs: number): void {
    const { first, flying } = this.#board;
    if (!first) {
      this.#timeoutUs = Infinity;
      return;
    }
    this.#timeoutUs = Math.ceil(fromUs + backedOffUs(this.#roundTrip.timeoutUs, this.#timeouts));
    if (!this.#mayProbe()) return;
    const probeUs = fromUs + 2 * (this.#roundTrip.meanUs ?? 0) + (flying === 1 ? DELAYED_ACK_US : 2 * JIFFY_US);
    this.#timeoutUs = Math.max(fromUs, Math.ceil(Math.min(first.sentUs + this.#roundTrip.timeoutUs, probeUs)));
  }

  #onAnswer(atUs: number): void {
    const { segment, sentUs, isDuplicate, isRepeated } = this.#answers.shift() as Answer;
    const delivered = this.#board.markAcked(segment) ? 1 : 0;
    if (isDuplicate) this.#onDuplicate(segment);
    else if (this.#probe?.sentUs === sentUs && this.#probe.isRepeat) this.#window.halve();
    if (!isRepeated) this.#roundTrip.sample(atUs - sentUs);
    if (sentUs > this.#latest.sentUs || (sentUs === this.#latest.sentUs && segment.number > this.#latest.number)) {
      this.#latest = { sentUs, number: segment.number, roundTripUs: atUs - sentUs };
    }
    const progressed = this.#board.dropAcked() > 0;
    if (progressed) this.#timeouts = 0;
    if (this.#probe && this.#board.firstNumber > this.#probe.number) this.#probe = undefined;
    if (this.#state !== "open" && this.#board.firstNumber >= this.#recoverUpTo) {
      if (this.#state === "recovery") this.#window.leaveRecovery();
      this.#state = "open";
    }
    const found = this.#detect(atUs);
    if (this.#state === "recovery") this.#window.reduce(delivered, this.#board.flying, progressed && found === 0);
    else if (progressed) this.#window.grow(delivered);
    if (delivered > 0) this.#armTimeout(atUs);
  }

  /** The receiver had it already. Once that is so for all that was sent again, nothing had been lost. */
  #onDuplicate(segment: Segment): void {
    if (segment.number === this.#probe?.number || this.#state === "open" || this.#resent === 0) return;
    this.#resent--;
    if (this.#resent > 0) return;
    this.#window.undo();
    this.#state = "open";
  }

  /** Looks for losses; how many were found. */
  #detect(atUs: number): number {
    this.#recheckUs = Infinity;
    if (this.#board.ackedAhead === 0 && this.#state === "open") return 0;
    const isTolerant = this.#state === "open" && this.#board.ackedAhead < REORDER_MAX;
    const { found, againUs } = this.#board.findLost(
      atUs,
      this.#latest,
      isTolerant ? Math.min(this.#roundTrip.leastUs / 4, this.#roundTrip.meanUs ?? Infinity) : 0,
    );
    if (againUs !== Infinity) this.#recheckUs = Math.round(againUs + JIFFY_US + this.#options.random.uniform() * JIFFY_US);
    if (found > 0 && this.#state === "open") {
      this.#state = "recovery";
      this.#recoverUpTo = this.#board.nextNumber;
      this.#resent = 0;
      this.#window.enterRecovery();
    }
    return found;
  }

  #onTimeout(atUs: number): void {
    const { last } = this.#board;
    if (this.#mayProbe() && last) {
      const fresh = this.#takeUnsent();
      const segment = fresh ?? last;
      this.#transmit(segment, atUs);
      this.#probe = { number: segment.number, sentUs: atUs, isRepeat: !fresh };
    } else {
      if (this.#state !== "timed out") this.#resent = 0;
      this.#board.markAllLost();
      this.#window.collapse({ isFirst: this.#state !== "timed out" });
      this.#state = "timed out";
      this.#recoverUpTo = this.#board.nextNumber;
      this.#probe = undefined;
      this.#recheckUs = Infinity;
      this.#timeouts++;
    }
    this.#armTimeout(atUs);
  }

  /** Lets everything happen that is due by `nowUs`. */
  advance(nowUs: number): void {
    for (;;) {
      const answerUs = this.#answers.at(0)?.atUs ?? Infinity;
      const atUs = this.#nextUs();
      if (atUs > nowUs || this.isDead) return;
      if (atUs === answerUs) this.#onAnswer(atUs);
      else if (atUs === this.#recheckUs) {
        if (this.#detect(atUs) > 0 && this.#state === "recovery") this.#window.reduce(0, this.#board.flying, false);
      } else this.#onTimeout(atUs);
      this.#sendAllowed(atUs);
    }
  }
}
