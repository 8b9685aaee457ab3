// What a provider is: how a caller reaches it, and what earshot may expect of it.

import type { Capabilities } from "../capabilities.ts";

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sec-WebSocket-Protocol, in this order; none where it is left out. */
  readonly protocols?: readonly string[];
}

/** How a key is shown: `Authorization: Bearer`, `api-key`, or, as browsers must, among the subprotocols. */
export const keyForms = ["bearer", "apiKey", "subprotocol"] as const;
export type KeyForm = (typeof keyForms)[number];

/** What a provider needs to know to say where and how to connect. */
export interface EndpointQuestion {
  readonly baseUrl: string;
  readonly model: string;
  readonly key?: { readonly value: string; readonly as: KeyForm };
  readonly organization?: string;
  readonly project?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Azure: its preview's form of the address; absent for the form of today. */
  readonly apiVersion?: string;
  /** Azure: the name under which the model was deployed, where it is not the model's own. */
  readonly deployment?: string;
  readonly dialect?: Capabilities["events"];
  /** seed/cell/session/call: lets an embedded target draw the same delays whatever the arrival order. */
  readonly callKey: string;
}

export interface CapabilityQuestion {
  readonly model: string;
  readonly apiVersion?: string;
  /** What the user says of a server that only they know. */
  readonly declared?: Capabilities;
}

export interface Provider {
  readonly id: string;
  /** True where the target's own truth log is at hand. */
  readonly knowsTruth: boolean;
  /** False where money is only what it would have cost. */
  readonly charges: boolean;
  capabilities(question: CapabilityQuestion): Capabilities;
  endpoint(question: EndpointQuestion): Endpoint;
}
