// When each step of opening a connection was done, on the scale of clock.nowUs. A step that was not reached is absent.

export interface Timings {
  readonly startedUs: number;
  /** Name resolved and TCP connected, the shaper's round trip included. */
  readonly tcpUs?: number;
  /** TLS handshake finished; absent on ws://. */
  readonly tlsUs?: number;
  /** HTTP upgrade answered: messages may flow. */
  readonly openUs?: number;
}
