// What every impairment of a link is: a stage that says when bytes leave it, given when they entered. Stages hold no bytes
// and wait for nothing; path.ts chains them and shaper.ts does the waiting. So a schedule is a pure function of the
// arrivals and the seed, and one more fault is one more file.

/** up: from the side that owns the shaped socket to its peer. down: from the peer to it. */
export type Direction = "up" | "down";

export interface Impairment {
  /**
   * When a chunk of `sizeBytes` that enters at `atUs` leaves; Infinity for never. Called once a chunk, in sending order.
   * An answer earlier than the chunk before is fine: TCP delivers in order, and path.ts sees to that.
   */
  leavesAtUs(atUs: number, sizeBytes: number): number;
}
