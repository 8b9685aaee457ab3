// What a turn is expected to come to, and what the model is to remember and to have read: the types of those sections.

import type { JsonSchema } from "../protocol/json-schema.ts";

export interface ExpectedCall {
  readonly name: string;
  /** These must be equal; others may be there. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** Of all arguments, instead. */
  readonly schema?: JsonSchema;
}

export interface Expectation {
  /** Of what the server writes down of the caller: the largest word error rate. */
  readonly transcript?: { readonly wer: number };
  /** The functions that the model must call in the turn. */
  readonly tool?: ExpectedCall | readonly ExpectedCall[];
  /** Of the answer's transcript: texts it must contain, whatever their case and punctuation; a regular expression. */
  readonly answer?: { readonly contains?: string | readonly string[]; readonly matches?: string };
  /** From the end of speech to the answer's first sound. */
  readonly answeredWithinMs?: number;
}

/** What the server does when a conversation outgrows what the model reads. */
export type TruncationWish = "auto" | "disabled" | { readonly retentionRatio: number; readonly tokenLimit?: number };

/** A text that the conversation holds before the first turn: a file's, the one written, or one made up. */
export interface ContextDocument {
  /** Relative to the folder that earshot runs in. */
  readonly file?: string;
  readonly text?: string;
  /** How long it is to be, by the estimate of plan/documents.ts: cut, or repeated. */
  readonly tokens?: number;
}
