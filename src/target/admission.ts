// Who is let in: the URL and headers of an upgrade. As with the live server most refusals come after the upgrade, as an
// error event and a close; only a wrong path fails as HTTP.

import type { IncomingHttpHeaders } from "node:http";
import type { KeyRule } from "./credentials.ts";
import { checkKey } from "./credentials.ts";
import type { Fault } from "./fault.ts";
import { fault, notOffered } from "./fault.ts";
import type { ModelRule } from "./models.ts";
import { modelFault } from "./models.ts";

/** Kinds that an address names, and that an ephemeral key can be for. */
export type MintedKind = "conversation" | "translation";
export type SessionKind = MintedKind | "transcription";

export type Admission =
  | {
      readonly type: "admitted";
      readonly kind: SessionKind;
      /** Empty for a transcription session, which has none of its own. */
      readonly model: string;
      readonly call?: CallName;
      /** The session that the client's secret was minted for. */
      readonly defaults?: unknown;
    }
  /** HTTP 404. */
  | { readonly type: "not_found" }
  /** 101, the error event, then this close. */
  | { readonly type: "refused"; readonly wrong: Fault; readonly closeCode: number; readonly closeReason: string };

/** `x-earshot-call: seed/cell/session/call`, by which a call keeps its luck whatever order callers arrive in. */
export interface CallName {
  readonly text: string;
  readonly seed: number;
  readonly session: number;
  readonly call: number;
}

export interface AdmissionRules extends KeyRule {
  readonly models: ModelRule;
}

const kinds: Readonly<Record<string, MintedKind>> = { "/v1/realtime": "conversation", "/v1/realtime/translations": "translation" };

/** The close's reason is the error's type and its code, if it has one. */
function refused(wrong: Fault, closeCode = 4000): Admission {
  return { type: "refused", wrong, closeCode, closeReason: wrong.code === null ? "invalid_request_error" : `invalid_request_error.${wrong.code}` };
}

export function admit(path: string, headers: IncomingHttpHeaders, rules: AdmissionRules): Admission {
  if (!URL.canParse(path, "http://target")) return { type: "not_found" };
  const url = new URL(path, "http://target");
  const kind = Object.hasOwn(kinds, url.pathname) ? kinds[url.pathname] : undefined;
  if (!kind) return { type: "not_found" };
  if (headers["openai-beta"] !== undefined) {
    return refused(fault("beta_api_shape_disabled", null, "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API."));
  }
  const key = checkKey(headers, rules);
  if ("wrong" in key) return refused(key.wrong, 3000);
  if (url.searchParams.has("call_id")) return refused(notOffered("call_id", "a second connection to a call"));
  const header = headers["x-earshot-call"];
  const call = typeof header === "string" ? readCallName(header) : undefined;
  const named = call ? { call } : {};
  const intent = url.searchParams.get("intent");
  if (intent !== null && (kind !== "conversation" || intent !== "transcription" || url.searchParams.has("model"))) {
    return refused(fault("invalid_value", "intent", "Invalid value: 'intent' may only be 'transcription', and then without a model."));
  }
  const { secret } = key;
  const wanted: SessionKind = intent === null ? kind : "transcription";
  if (secret && secret.kind !== wanted) return refused(fault("invalid_value", null, `The ephemeral key is for a ${secret.kind} session.`));
  const defaults = secret ? { defaults: secret.defaults } : {};
  if (wanted === "transcription") return { type: "admitted", kind: wanted, model: "", ...named, ...defaults };
  const model = url.searchParams.get("model") || secret?.model;
  if (!model) return refused(fault("missing_model", "model", "You must provide a model parameter."));
  const wrongModel = modelFault(model, kind, rules.models);
  if (wrongModel) return refused(wrongModel, wrongModel.code === "model_not_found" ? 4004 : 4000);
  return { type: "admitted", kind, model, ...named, ...defaults };
}

/** The cell's own name may hold slashes. */
export function readCallName(text: string): CallName | undefined {
  const parts = text.split("/");
  const [seed, session, call] = [parts[0], parts.at(-2), parts.at(-1)].map(Number);
  const isNamed = parts.length >= 4 && [seed, session, call].every((part) => Number.isSafeInteger(part));
  return isNamed ? { text, seed: seed as number, session: session as number, call: call as number } : undefined;
}
