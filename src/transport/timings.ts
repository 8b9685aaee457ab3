// When each step of opening a connection was done, on the scale of clock.nowUs. A step that was not reached is absent.

export interface Timings {
  readonly startedUs: number;
  /** The ephemeral key is there; absent where none is asked for. */
  readonly mintedUs?: number;
  /** Name resolved; absent where the address needs no name server. */
  readonly dnsUs?: number;
  /** TCP connected, to the proxy where there is one, the shaper's round trip included. */
  readonly tcpUs?: number;
  /** The proxy's tunnel reaches the server; absent without a proxy. */
  readonly proxyUs?: number;
  /** TLS handshake finished; absent on ws://. */
  readonly tlsUs?: number;
  /** HTTP upgrade answered: messages may flow. */
  readonly openUs?: number;
}
