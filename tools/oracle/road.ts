// A way from callers to a server: where their processes run and by which addresses they meet.

export interface Road {
  /** The server's addresses. */
  readonly hosts: readonly string[];
  readonly listenOn: string;
  /** What is put before the command of each process. */
  readonly callers: readonly string[];
  readonly server: readonly string[];
  /** Takes it down and says what passed over it, where that is counted. */
  close(): Promise<Account | undefined>;
}

/** Of one direction: packets, how many were lost in how many bursts, and how late the emulator itself was. */
interface Passed {
  readonly packets: number;
  readonly lost: number;
  readonly bursts: number;
  /** Found the queue full. */
  readonly overflowed: number;
  /** Not taken by the kernel. */
  readonly refused: number;
  readonly lateP50Us: number;
  readonly lateP99Us: number;
  readonly lateMaxUs: number;
}

export interface Account {
  readonly up: Passed;
  readonly down: Passed;
}

/** Where earshot's own shaper is the network. */
export const loopback: Road = {
  hosts: ["127.0.0.1"],
  listenOn: "127.0.0.1",
  callers: [],
  server: [],
  close: () => Promise.resolve(undefined),
};
