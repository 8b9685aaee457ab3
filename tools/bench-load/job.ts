// What a sender is asked to do and what it answers: the same question to all of them.

/** Who sends what where, and which part of it counts. */
export interface Job {
  readonly port: number;
  readonly sessions: number;
  /** From the first frame to the measured window, in which code gets compiled and sockets find their pace. */
  readonly warmUpSeconds: number;
  readonly windowSeconds: number;
}

/** What a sender's process did within the window; the CPU is user and system time of the whole process. */
export interface Measured {
  readonly frames: number;
  readonly cpuUs: number;
  readonly wallUs: number;
  /** From the intended send to the frame being handed to the socket. */
  readonly latenessUs: { readonly p50: number; readonly p99: number; readonly max: number };
}

export const FRAME_US = 20_000;
/** 20 ms of 24 kHz, 16 bit, mono. */
export const FRAME_BYTES = 960;

/** Where in its frame a caller begins, the way a plan spreads callers: golden ratio, so that any number of them is even. */
export const phaseUs = (session: number): number => Math.round(((session * 0.618_033_988_749_895) % 1) * FRAME_US);

export const urlOf = ({ port }: Job): string => `ws://127.0.0.1:${port}/v1/realtime`;
