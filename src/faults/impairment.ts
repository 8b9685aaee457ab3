// What every impairment of a link is: a stage that says when a packet leaves it, given when it entered, or that it never
// does. Stages hold no bytes and wait for nothing; path.ts chains them, tcp-sender.ts sends again what they lose, and lane.ts
// does the waiting. So a schedule is a pure function of the arrivals and the seed, and one more fault is one more file.

/** up: from the side that owns the shaped socket to its peer. down: from the peer to it. */
export type Direction = "up" | "down";

export interface Impairment {
  /**
   * When a packet of `sizeBytes`, headers included, that enters at `atUs` leaves; Infinity: it is lost. Called once a packet,
   * in sending order. An answer earlier than the packet before is fine: path.ts keeps the order.
   */
  leavesAtUs(atUs: number, sizeBytes: number): number;
}
