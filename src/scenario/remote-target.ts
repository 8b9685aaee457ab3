// A server that is not ours: where it is, how it lets us in, and what it can do.

import type { Capabilities } from "../protocol/capabilities.ts";
import type { KeyForm } from "../protocol/providers/provider.ts";

/** One source of the key, the form in which it is shown, and whether it first buys a short-lived one for each session. */
export interface Auth {
  readonly bearer?: string;
  readonly apiKey?: string;
  /** A program that prints the key: its words, or a line for the shell. */
  readonly command?: string | readonly string[];
  /** A file that holds the key and nothing else. */
  readonly file?: string;
  readonly as: KeyForm;
  /** http(s) address that gives an ephemeral key for the key; asked once a session. */
  readonly mint?: string;
}

export interface RemoteTarget {
  readonly provider: "openai" | "azure" | "compatible";
  readonly model: string;
  /** ws:// or wss:// address; the model is appended as a query. */
  readonly url: string;
  readonly auth?: Auth;
  readonly headers?: Readonly<Record<string, string>>;
  readonly organization?: string;
  readonly project?: string;
  /** http:// address of a proxy, or `none`; absent, the environment decides. */
  readonly proxy?: string;
  /** PEM file of an authority to trust beside the usual ones. */
  readonly ca?: string;
  /** PEM files of our own certificate and its key. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Azure only. */
  readonly apiVersion?: string;
  readonly deployment?: string;
  /** Of a compatible server, always there: what its user says it can do. */
  readonly capabilities?: Capabilities;
}
