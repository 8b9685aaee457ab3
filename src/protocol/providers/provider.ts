// What a provider is: how a caller reaches it, and what earshot may expect of it.

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a provider needs to know to say where and how to connect. */
export interface EndpointQuestion {
  readonly baseUrl: string;
  readonly model: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** seed/cell/session/call: lets an embedded target draw the same delays whatever the arrival order. */
  readonly callKey: string;
}

export interface Provider {
  readonly id: string;
  /** True where the target's own truth log is at hand. */
  readonly knowsTruth: boolean;
  /** False where money is only what it would have cost. */
  readonly charges: boolean;
  endpoint(question: EndpointQuestion): Endpoint;
}
