// What the emulator wrote down: a line for each TCP packet that came to it. Pure.

export type Way = "up" | "down";

/** A packet as it left its sender. Offsets count the bytes of a direction's stream, from its first. */
export interface Passage {
  /** µs of CLOCK_MONOTONIC. */
  readonly atUs: number;
  readonly way: Way;
  readonly connection: number;
  readonly offset: number;
  /** Of data. */
  readonly sizeBytes: number;
  /** Of the other direction: all before it was received, and something up to here. */
  readonly acks: number;
  readonly highest: number;
  readonly isLost: boolean;
}

/** By connection, without what only opens or closes it. */
export function readPacketLog(text: string): readonly (readonly Passage[])[] {
  const connections: Passage[][] = [];
  for (const line of text.split("\n")) {
    const [atUs, way, connection, offset, sizeBytes, acks, highest, flags, isLost] = line.split(" ");
    if (isLost === undefined || (way !== "up" && way !== "down")) continue;
    const isControl = (Number(flags) & CONTROL) !== 0 || (sizeBytes === "0" && acks === "0");
    const passage = {
      atUs: Number(atUs),
      way,
      connection: Number(connection),
      offset: Number(offset),
      sizeBytes: Number(sizeBytes),
      acks: Number(acks),
      highest: Number(highest),
      isLost: isLost === "1",
    } as const;
    if (!isControl) (connections[passage.connection] ??= []).push(passage);
  }
  return connections;
}

/** FIN, SYN and RST. */
const CONTROL = 7;
