// Who is let in: the URL and headers of an upgrade. As with the live server most refusals come after the upgrade, as an
// error event and a close; only a wrong path fails as HTTP.

import type { IncomingHttpHeaders } from "node:http";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";

export type Admission =
  | { readonly type: "admitted"; readonly model: string; readonly call?: CallName }
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

const refused = (wrong: Fault): Admission => ({ type: "refused", wrong, closeCode: 4000, closeReason: `invalid_request_error.${String(wrong.code)}` });

/** Any key, or none, is accepted, and any model. */
export function admit(path: string, headers: IncomingHttpHeaders): Admission {
  if (!URL.canParse(path, "http://target")) return { type: "not_found" };
  const url = new URL(path, "http://target");
  if (url.pathname !== "/v1/realtime") return { type: "not_found" };
  if (headers["openai-beta"] !== undefined) {
    return refused(fault("beta_api_shape_disabled", null, "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API."));
  }
  for (const [name, what] of [
    ["intent", "a transcription session"],
    ["call_id", "a second connection to a call"],
  ] as const) {
    if (url.searchParams.has(name)) return refused(fault("invalid_value", name, `Invalid value: '${name}': ${what} is not offered by this target.`));
  }
  const model = url.searchParams.get("model");
  if (!model) return refused(fault("missing_model", "model", "You must provide a model parameter."));
  const header = headers["x-earshot-call"];
  const call = typeof header === "string" ? readCallName(header) : undefined;
  return call ? { type: "admitted", model, call } : { type: "admitted", model };
}

/** The cell's own name may hold slashes. */
export function readCallName(text: string): CallName | undefined {
  const parts = text.split("/");
  const [seed, session, call] = [parts[0], parts.at(-2), parts.at(-1)].map(Number);
  const isNamed = parts.length >= 4 && [seed, session, call].every((part) => Number.isSafeInteger(part));
  return isNamed ? { text, seed: seed as number, session: session as number, call: call as number } : undefined;
}
