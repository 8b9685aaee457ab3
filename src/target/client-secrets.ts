// POST .../client_secrets: from a parsed body to a secret and the session it opens, or to what is wrong with the body.

import type { MintedKind } from "./admission.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Check } from "./field-checks.ts";
import { isObject, numberFrom, oneOf } from "./field-checks.ts";
import type { Ids } from "./ids.ts";
import type { ModelRule } from "./models.ts";
import { modelFault } from "./models.ts";
import type { Secrets } from "./secrets.ts";
import { merge, newSession, updateSession } from "./session-update.ts";
import { newTranscriptionSession, updateTranscriptionSession } from "./transcription-session.ts";
import { newTranslationSession, updateTranslationSession } from "./translation-session.ts";

const DEFAULT_MODEL = "gpt-realtime-2";
const DEFAULT_SECONDS = 600;

const expiry = { anchor: oneOf("created_at"), seconds: numberFrom(10, 7_200, "integer") };
const anything: Check = (value) => ({ keep: value });

export interface MintingRules {
  readonly secrets: Secrets;
  readonly models: ModelRule;
  readonly ids: Ids;
}

export interface MintedSecret {
  readonly value: string;
  readonly expires_at: number;
  readonly session: object;
}

export function mintSecret(kind: MintedKind, body: unknown, rules: MintingRules): MintedSecret | { readonly wrong: Fault } {
  const request = merge({ expires_after: expiry, session: anything }, {}, body ?? {}, "body");
  if ("wrong" in request) return { wrong: unprefixed(request.wrong) };
  const { session: wanted, expires_after } = request.merged;
  const isTranscription = kind === "conversation" && isObject(wanted) && wanted["type"] === "transcription";
  const made = isTranscription ? transcriptionSession(wanted) : kind === "translation" ? translationSession(wanted) : conversationSession(wanted);
  if ("wrong" in made) return made;
  const wrongModel = made.model === undefined ? undefined : modelFault(made.model, kind, rules.models);
  if (wrongModel) return { wrong: wrongModel };
  const { seconds = DEFAULT_SECONDS } = (expires_after ?? {}) as { readonly seconds?: number };
  const { model, defaults } = made;
  const { value, expiresAtS } = rules.secrets.mint({ kind: isTranscription ? "transcription" : kind, model, defaults, seconds });
  const session = made.session(rules.ids.next("sess"), expiresAtS);
  return { value, expires_at: expiresAtS, session };
}

/** The body's own fields are named without a prefix. */
const unprefixed = ({ code, param, message }: Fault): Fault => fault(code, param?.replace(/^body\./, "") ?? null, message.replaceAll("'body.", "'"));

interface Wanted {
  readonly model: string | undefined;
  readonly defaults: unknown;
  session(id: string, expiresAtS: number): object;
}

function conversationSession(wanted: unknown): Wanted | { readonly wrong: Fault } {
  const model = modelOf(wanted);
  const begin = (id: string, expiresAtS: number) => newSession({ id, model: model ?? DEFAULT_MODEL, expiresAtS });
  if (wanted === undefined) return { model, defaults: undefined, session: begin };
  const checked = updateSession(begin("", 0), wanted, false);
  if ("wrong" in checked) return checked;
  return { model, defaults: wanted, session: (id, expiresAtS) => ({ ...checked.session, id, expires_at: expiresAtS }) };
}

/** It has no model of its own: that of its transcripts is one of its settings. */
function transcriptionSession(wanted: object): Wanted | { readonly wrong: Fault } {
  const fresh = newTranscriptionSession(newSession({ id: "", model: "", expiresAtS: 0 }));
  const checked = updateTranscriptionSession(fresh, wanted);
  if ("wrong" in checked) return checked;
  return { model: undefined, defaults: wanted, session: (id, expiresAtS) => ({ ...checked.config, id, expires_at: expiresAtS }) };
}

function translationSession(wanted: unknown): Wanted | { readonly wrong: Fault } {
  const model = modelOf(wanted);
  if (model === undefined) return { wrong: fault("missing_required_parameter", "session.model", "Missing required parameter: 'session.model'.") };
  const { model: _, ...defaults } = wanted as Readonly<Record<string, unknown>>;
  const checked = updateTranslationSession(newTranslationSession({ id: "", model, expiresAtS: 0 }), defaults);
  if ("wrong" in checked) return checked;
  return { model, defaults, session: (id, expiresAtS) => ({ ...checked.session, id, expires_at: expiresAtS }) };
}

const modelOf = (wanted: unknown): string | undefined =>
  isObject(wanted) && typeof wanted["model"] === "string" && wanted["model"] !== "" ? wanted["model"] : undefined;
