// Which segments are under way, which the sender knows to have arrived and which it takes for lost. Losses are told by time
// (RACK, RFC 8985): a segment is lost when one sent after it was answered and its own answer is a quarter of a round trip
// overdue, or at once when three later ones were answered.

import { Queue } from "./queue.ts";

export interface Segment {
  readonly number: number;
  /** Of the application; 0 for the end of the stream. */
  readonly sizeBytes: number;
  /** Nothing was waiting behind it. */
  readonly isPushed: boolean;
  /** The last time, if it went more than once. */
  sentUs: number;
  state: "flying" | "lost" | "acked";
  /** It went more than once. */
  isResent: boolean;
  /** What only the network knows: a copy of it was not lost. */
  isOnItsWay: boolean;
  /** What only the receiver knows. */
  isReceived: boolean;
}

/** The last-sent segment that was answered, and how long its answer took. */
export interface Latest {
  readonly sentUs: number;
  readonly number: number;
  readonly roundTripUs: number;
}

export class Scoreboard {
  readonly #segments = new Queue<Segment>();
  #nextNumber = 0;
  #acked = 0;
  #lost = 0;
  #highestAcked = -1;
  #bytes = 0;

  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Sent, and not answered up to. */
  get bytes(): number {
    return this.#bytes;
  }

  get flying(): number {
    return this.#segments.length - this.#acked - this.#lost;
  }

  /** Answered although an earlier one was not. */
  get ackedAhead(): number {
    return this.#acked;
  }

  /** The oldest not yet answered. */
  get first(): Segment | undefined {
    return this.#segments.first;
  }

  get firstNumber(): number {
    return this.#nextNumber - this.#segments.length;
  }

  get last(): Segment | undefined {
    return this.#segments.last;
  }

  /** The oldest that is taken for lost. */
  firstLost(): Segment | undefined {
    if (this.#lost === 0) return undefined;
    for (let index = 0; index < this.#segments.length; index++) {
      const segment = this.#segments.at(index) as Segment;
      if (segment.state === "lost") return segment;
    }
    return undefined;
  }

  byNumber(number: number): Segment | undefined {
    return number < this.firstNumber ? undefined : this.#segments.at(number - this.firstNumber);
  }

  /** How many separate runs the receiver has beyond a gap, at most `most`. */
  runsReceived(firstMissing: number, most: number): number {
    let runs = 0;
    for (let number = firstMissing; number < this.#nextNumber && runs < most; number++) {
      if (this.byNumber(number)?.isReceived && !this.byNumber(number - 1)?.isReceived) runs++;
    }
    return runs;
  }

  add(sizeBytes: number, isPushed: boolean): Segment {
    const segment: Segment = {
      number: this.#nextNumber++,
      sizeBytes,
      isPushed,
      sentUs: -Infinity,
      state: "flying",
      isResent: false,
      isOnItsWay: false,
      isReceived: false,
    };
    this.#segments.push(segment);
    this.#bytes += sizeBytes;
    return segment;
  }

  markSent(segment: Segment, atUs: number): void {
    if (segment.state === "lost") this.#lost--;
    segment.isResent = segment.sentUs !== -Infinity;
    segment.sentUs = atUs;
    segment.state = "flying";
  }

  /** False when that was known. */
  markAcked(segment: Segment): boolean {
    if (segment.state === "acked") return false;
    if (segment.state === "lost") this.#lost--;
    segment.state = "acked";
    this.#acked++;
    this.#highestAcked = Math.max(this.#highestAcked, segment.number);
    return true;
  }

  /** The latest that was ever answered. */
  get highestAcked(): number {
    return this.#highestAcked;
  }

  /** How many of the oldest are through and forgotten. */
  dropAcked(): number {
    let dropped = 0;
    for (let { first } = this.#segments; first?.state === "acked"; first = this.#segments.first) {
      this.#segments.shift();
      this.#bytes -= first.sizeBytes;
      this.#acked--;
      dropped++;
    }
    return dropped;
  }

  /** No answer came for too long: lost is the oldest, and what was sent before `sinceUs`. */
  markAllLost(sinceUs: number): void {
    for (let index = 0; index < this.#segments.length; index++) {
      const segment = this.#segments.at(index) as Segment;
      if (segment.state === "flying" && (index === 0 || segment.sentUs <= sinceUs)) this.#markLost(segment);
    }
  }

  /** None of it was lost after all. */
  unmarkLost(): void {
    for (let index = 0; this.#lost > 0 && index < this.#segments.length; index++) {
      const segment = this.#segments.at(index) as Segment;
      if (segment.state !== "lost") continue;
      segment.state = "flying";
      this.#lost--;
    }
  }

  /** Marks what is lost at `atUs`; `againUs` is when the next one would be, if nothing is heard until then. */
  findLost(atUs: number, latest: Latest, toleranceUs: number): { readonly found: number; readonly againUs: number } {
    let found = 0;
    let againUs = Infinity;
    for (let index = 0; index < this.#segments.length; index++) {
      const segment = this.#segments.at(index) as Segment;
      const isEarlier = segment.sentUs < latest.sentUs || (segment.sentUs === latest.sentUs && segment.number < latest.number);
      if (segment.state !== "flying" || !isEarlier) continue;
      const dueUs = segment.sentUs + latest.roundTripUs + toleranceUs;
      if (dueUs > atUs) againUs = Math.min(againUs, dueUs);
      else {
        this.#markLost(segment);
        found++;
      }
    }
    return { found, againUs };
  }

  #markLost(segment: Segment): void {
    segment.state = "lost";
    this.#lost++;
  }
}
