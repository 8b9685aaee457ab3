// One direction of a TCP connection over an impaired path, as Linux would run it: when each byte that is written reaches
// the reader, given what the packets meet. A simulation of events, the answers and time-outs of the sender, moved only by
// its caller's clock instants: it holds no bytes, sets no timers, and its schedule is a pure function of writes and draws.
//
//   write --> unsent --window--> [ path ] --> receiver: in order --> onArrival
//               ^                                 |
//               +---- scoreboard <-- [ backPath ] <+   alone, or on data of the other sender
//
// Not modelled: the send buffer's own size, and F-RTO.

import type { Random } from "../core/random.ts";
import { Answering } from "./answering.ts";
import { CongestionWindow } from "./congestion-window.ts";
import type { Path } from "./path.ts";
import { Queue } from "./queue.ts";
import { backedOffUs, RoundTrip } from "./round-trip.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { ReorderTolerance } from "./reorder-tolerance.ts";
import type { Latest, Segment } from "./scoreboard.ts";
import { Scoreboard } from "./scoreboard.ts";
import { firesAtUs, JIFFY_US } from "./timer-wheel.ts";

/** Payload of a full segment on Ethernet with timestamps, and what travels around it (IPv4 20, TCP 20, timestamps 12). */
export const SEGMENT_BYTES = 1_448;
export const HEADER_BYTES = 52;

/** The option that tells gaps, and each of its blocks; beside timestamps there is room for three. */
const SACK_BYTES = 4;
const SACK_BLOCK_BYTES = 8;
const SACK_BLOCKS_MAX = 3;

/** How long a sender fears that a receiver might wait for a second segment before it acknowledges the first. */
const ACK_DELAY_US_MAX = 200_000;
/** Answers to later segments at which an earlier one is lost without further waiting. */
const REORDER_MAX = 3;
/** tcp_retries2: time-outs in a row after which the connection is given up. */
const TIMEOUTS_MAX = 15;

export interface TcpSenderOptions {
  readonly path: Path;
  /** What the acknowledgements travel on: the path of the other direction's sender. */
  readonly backPath: Path;
  readonly random: Random;
  /** So many bytes are the reader's next ones at `atUs`, which never goes back; 0 for an end. Told as soon as it is known. */
  readonly onArrival: (sizeBytes: number, atUs: number) => void;
}

/** A segment on its way. */
interface Flight {
  readonly segment: Segment;
  readonly sentUs: number;
  readonly arrivesUs: number;
}

/** An acknowledgement: what it is of, and whether the receiver had that already. */
interface Answer {
  readonly segment: Segment;
  readonly sentUs: number;
  readonly isDuplicate: boolean;
  /** When it reaches the sender. Infinity while it is held back, or lost: the next one then says it too. */
  atUs: number;
  /** Which acknowledgement says it: one may answer several segments. */
  by: number;
}

type State = "open" | "recovery" | "timed out";

export class TcpSender {
  readonly #options: TcpSenderOptions;
  readonly #board = new Scoreboard();
  readonly #window = new CongestionWindow();
  readonly #roundTrip = new RoundTrip();
  readonly #tolerance = new ReorderTolerance();
  readonly #receiveWindow = new ReceiveWindow();
  readonly #flights = new Queue<Flight>();
  readonly #answers = new Queue<Answer>();
  readonly #answering = new Answering();
  #acks = 0;
  /** Sent segments that nothing is on its way of: their last copy was lost. */
  #missing = 0;
  #other: TcpSender | undefined;
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
  /** How often the time-out was doubled: any measured round trip ends that, also one of a segment beyond a gap. */
  #doublings = 0;
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
    if (this.isDead) return Infinity;
    const needsAnswers = this.#unsentBytes > 0 || this.#unsentEnds > 0 || this.#missing > 0;
    return needsAnswers ? this.#nextUs() : (this.#flights.first?.arrivesUs ?? Infinity);
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
    this.#roundTrip.sample(us, this.#board);
  }

  /** The sender of the other direction, whose data takes acknowledgements along. */
  meet(other: TcpSender): void {
    this.#other = other;
  }

  #nextUs(): number {
    const arrivesUs = this.#flights.first?.arrivesUs ?? Infinity;
    return Math.min(arrivesUs, this.#answering.heldUntilUs, this.#answers.first?.atUs ?? Infinity, this.#recheckUs, this.#timeoutUs);
  }

  #transmit(segment: Segment, atUs: number): void {
    this.#board.markSent(segment, atUs);
    if (this.#state === "recovery") this.#window.countSent();
    this.#lastSentUs = atUs;
    // What the other receiver said alone before now went before this packet.
    this.#other?.receiveUntil(atUs);
    const arrivesUs = this.#options.path.arrivesAtUs(atUs, segment.sizeBytes + HEADER_BYTES, segment);
    this.#other?.answerAlong(atUs, arrivesUs);
    const isOnItsWay = segment.isOnItsWay || arrivesUs !== Infinity;
    if (isOnItsWay !== segment.isOnItsWay) this.#missing--;
    segment.isOnItsWay = isOnItsWay;
    if (arrivesUs !== Infinity) this.#flights.insert({ segment, sentUs: atUs, arrivesUs }, (other) => other.arrivesUs > arrivesUs);
  }

  /** A packet of the other direction left the receiver at `atUs`. Like every packet it says all that has come: what is held back, and what was lost on its way. */
  answerAlong(atUs: number, arrivesUs: number): void {
    this.#answering.talk(atUs);
    this.#answer(arrivesUs);
  }

  /** What telling the gaps of this direction takes of each packet of the other: an option of so many blocks. */
  get sackBytes(): number {
    if (!this.#answering.hasGap) return 0;
    return SACK_BYTES + SACK_BLOCK_BYTES * this.#board.runsReceived(this.#receivedUpTo, SACK_BLOCKS_MAX);
  }

  #receive({ segment, sentUs, arrivesUs }: Flight): void {
    if (this.#answering.isOutdated(segment.number, sentUs)) {
      this.#discard(segment, arrivesUs);
      return;
    }
    const isDuplicate = segment.isReceived;
    const from = this.#receivedUpTo;
    segment.isReceived = true;
    for (let next = this.#board.byNumber(this.#receivedUpTo); next?.isReceived; next = this.#board.byNumber(this.#receivedUpTo)) {
      this.#receivedUpTo++;
      this.#receiveWindow.note(next.sizeBytes, arrivesUs, { roundTripUs: this.#roundTrip.leastUs, segmentBytes: SEGMENT_BYTES });
      this.#options.onArrival(next.sizeBytes, arrivesUs);
    }
    this.#answers.push({ segment, sentUs, isDuplicate, atUs: Infinity, by: 0 });
    const { isPushed, sizeBytes } = segment;
    if (this.#answering.note({ atUs: arrivesUs, isPushed, sizeBytes, isDuplicate, inOrder: this.#receivedUpTo - from })) this.#answerAlone(arrivesUs);
  }

  /** Came in vain: said again is what had come before. */
  #discard(segment: Segment, arrivesUs: number): void {
    if (!segment.isReceived && !this.#flights.some((other) => other.segment === segment)) {
      segment.isOnItsWay = false;
      this.#missing++;
    }
    this.#answerAlone(arrivesUs);
  }

  /** The receiver's part of everything due. */
  receiveUntil(nowUs: number): void {
    for (;;) {
      const flight = this.#flights.first;
      if (Math.min(flight?.arrivesUs ?? Infinity, this.#answering.heldUntilUs) > nowUs) return;
      if (flight && flight.arrivesUs <= this.#answering.heldUntilUs) {
        this.#flights.shift();
        this.#receive(flight);
      } else {
        const atUs = this.#answering.heldUntilUs;
        this.#answering.giveUpWaiting();
        this.#answerAlone(atUs);
      }
    }
  }

  #answerAlone(atUs: number): void {
    this.#answer(this.#options.backPath.arrivesAtUs(atUs, HEADER_BYTES));
  }

  /** An acknowledgement left the receiver. What earlier ones said that were lost or are overtaken, it says too. */
  #answer(arrivesUs: number): void {
    this.#answering.said(this.#receivedUpTo);
    this.#acks++;
    for (let index = -1; ; index--) {
      const answer = this.#answers.at(index);
      if (!answer || answer.atUs <= arrivesUs) return;
      answer.atUs = arrivesUs;
      answer.by = this.#acks;
    }
  }

  /** What the window lets go: first what was lost, then what is new. */
  #sendAllowed(atUs: number): void {
    let hasNew = false;
    while (this.#board.flying < this.#window.segments) {
      const { first } = this.#board;
      const lost = this.#board.firstLost();
      const segment = lost ?? this.#takeUnsent();
      if (!segment) break;
      if (lost) this.#resent++;
      else hasNew = true;
      this.#transmit(segment, atUs);
      if (!first || (lost && lost === first)) this.#armTimeout(atUs);
    }
    if (hasNew && this.#mayProbe()) this.#armTimeout(atUs);
    // Whether a window is enough shows only when there is something that needs it.
    if (!hasNew && this.#unsentBytes === 0 && this.#unsentEnds === 0) return;
    const { flying, firstNumber, nextNumber } = this.#board;
    if (!hasNew && flying < this.#window.segments) return;
    this.#window.noteUse({ atUs, timeoutUs: this.#roundTrip.timeoutUs, flying, firstNumber, nextNumber, isOpen: this.#state === "open" });
  }

  #takeUnsent(): Segment | undefined {
    const sizeBytes = Math.min(this.#unsentBytes, SEGMENT_BYTES - (this.#other?.sackBytes ?? 0));
    if (sizeBytes === 0 && this.#unsentEnds === 0) return undefined;
    if (this.#board.bytes + sizeBytes > this.#receiveWindow.bytes) return undefined;
    this.#unsentBytes -= sizeBytes;
    if (sizeBytes === 0) this.#unsentEnds--;
    this.#missing++;
    return this.#board.add(sizeBytes, this.#unsentBytes === 0);
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
    const waitUs = backedOffUs(this.#roundTrip.timeoutUs, this.#doublings);
    const probeUs = 2 * (this.#roundTrip.meanUs ?? 0) + (flying === 1 ? ACK_DELAY_US_MAX : 2 * JIFFY_US);
    this.#timeoutUs = firesAtUs(fromUs, this.#mayProbe() ? Math.min(first.sentUs + this.#roundTrip.timeoutUs - fromUs, probeUs) : waitUs);
  }

  /** One acknowledgement, of all that it answers. */
  #onAnswers(atUs: number): void {
    const { highestAcked, first } = this.#board;
    let delivered = 0;
    let [earliestUs, latestUs, resentUs] = [Infinity, -Infinity, Infinity];
    const by = this.#answers.first?.by;
    for (let answer = this.#answers.first; answer?.atUs === atUs && answer.by === by; answer = this.#answers.first) {
      this.#answers.shift();
      const { segment, sentUs } = answer;
      latestUs = Math.max(latestUs, sentUs);
      if (answer.isDuplicate) this.#onDuplicate(segment);
      else if (this.#probe?.sentUs === sentUs && this.#probe.isRepeat) this.#window.halve();
      // What went twice and is answered sooner than a round trip can be was the copy before (RFC 8985, section 6.2).
      const isTooSoon = segment.isResent && atUs - segment.sentUs < this.#roundTrip.leastUs;
      if (!isTooSoon && (sentUs > this.#latest.sentUs || (sentUs === this.#latest.sentUs && segment.number > this.#latest.number))) {
        this.#latest = { sentUs, number: segment.number, roundTripUs: atUs - sentUs };
      }
      if (!this.#board.markAcked(segment)) continue;
      delivered++;
      if (segment.isResent) resentUs = Math.min(resentUs, segment.sentUs);
      else earliestUs = Math.min(earliestUs, sentUs);
      if (!segment.isResent && segment.number < highestAcked) this.#tolerance.noteReordering();
    }
    // It was the copy before: that it was sent again came too early, as in a queue that fills (RFC 4015).
    if (this.#state !== "open" && resentUs !== Infinity && latestUs < resentUs) this.#undo();
    const progressed = this.#board.dropAcked() > 0;
    if (progressed) this.#timeouts = 0;
    // What went twice is no measure but for the timestamp of the copy that is answered.
    if (delivered > 0 && (progressed || earliestUs !== Infinity)) {
      this.#roundTrip.sample(atUs - Math.min(earliestUs, latestUs), this.#board);
      this.#doublings = 0;
    }
    if (this.#probe && this.#board.firstNumber > this.#probe.number) this.#probe = undefined;
    if (this.#state !== "open" && this.#board.firstNumber >= this.#recoverUpTo) {
      if (this.#state === "recovery") this.#window.leaveRecovery();
      this.#state = "open";
      this.#tolerance.noteRecovery();
    }
    const found = this.#detect(atUs);
    if (this.#state === "recovery") this.#window.reduce(delivered, this.#board.flying, progressed && found === 0);
    else if (progressed) this.#window.grow(delivered);
    // Answers to what was sent after the oldest went again put nothing off, or its loss would never be noticed.
    if (progressed || (first && earliestUs < first.sentUs)) this.#armTimeout(atUs);
  }

  /** The receiver had it already. Once that is so for all that was sent again, nothing had been lost. */
  #onDuplicate(segment: Segment): void {
    if (segment.number === this.#probe?.number) return;
    this.#tolerance.noteDuplicate(segment.number, this.#board.nextNumber);
    if (this.#resent === 0) return;
    this.#resent--;
    if (this.#resent === 0) this.#undo();
  }

  #undo(): void {
    this.#window.undo();
    this.#board.unmarkLost();
    this.#resent = 0;
    this.#state = "open";
  }

  /** Looks for losses; how many were found. */
  #detect(atUs: number): number {
    this.#recheckUs = Infinity;
    if (this.#board.ackedAhead === 0 && this.#state === "open") return 0;
    const isHasty = this.#state !== "open" || this.#board.ackedAhead >= REORDER_MAX;
    const { found, againUs } = this.#board.findLost(atUs, this.#latest, this.#tolerance.us(this.#roundTrip, { isHasty }));
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
      const isFirst = this.#state === "open" || (this.#state === "timed out" && this.#timeouts === 0);
      if (this.#state !== "timed out") this.#resent = 0;
      this.#board.markAllLost(atUs - this.#latest.roundTripUs);
      this.#window.collapse({ isFirst, flying: this.#board.flying });
      this.#state = "timed out";
      this.#recoverUpTo = this.#board.nextNumber;
      this.#probe = undefined;
      this.#recheckUs = Infinity;
      this.#timeouts++;
      this.#doublings++;
    }
    this.#armTimeout(atUs);
  }

  /** Lets everything happen that is due by `nowUs`. */
  advance(nowUs: number): void {
    for (let atUs = this.#nextUs(); atUs <= nowUs && !this.isDead; atUs = this.#nextUs()) {
      if (Math.min(this.#flights.first?.arrivesUs ?? Infinity, this.#answering.heldUntilUs) === atUs) this.receiveUntil(atUs);
      else this.#react(atUs);
    }
  }

  /** What makes the sender do something: an answer, or the lack of one. */
  #react(atUs: number): void {
    if (this.#answers.first?.atUs === atUs) this.#onAnswers(atUs);
    else if (atUs === this.#timeoutUs) this.#onTimeout(atUs);
    else {
      const wasOpen = this.#state === "open";
      // The kernel counts one as delivered when it enters a recovery by the clock.
      if (this.#detect(atUs) > 0 && wasOpen) this.#window.reduce(1, this.#board.flying, false);
    }
    this.#sendAllowed(atUs);
  }
}
