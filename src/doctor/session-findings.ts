// Whether the server opens a session for this key and this model, and by whose clock it lives.

import { usToMs } from "../core/units.ts";
import { describeClose } from "../protocol/close-codes.ts";
import { errorOf, recordField } from "../session/server-fields.ts";
import { bad, leftOut, ok, type Finding } from "./finding.ts";
import type { ServerSaid, Talk } from "./talk.ts";

const SESSION_LIMIT_MS = 15_000;

const keyCodes = ["invalid_api_key", "invalid_request_error.invalid_api_key", "insufficient_quota", "credit_balance_exhausted"];
const modelCodes = ["invalid_model", "model_not_found", "missing_model"];

export interface Refusal {
  readonly about: "key" | "model" | "session";
  readonly what: string;
}

/** What the server has against us, from its error event, its close or the answer to the upgrade. */
export function refusalOf({ close, openUs }: Pick<Talk, "close" | "openUs">, error: ServerSaid | undefined): Refusal {
  const said = error && errorOf(recordField(error, "error") ?? { message: error["error"], ...error });
  const text = said && (said.code === undefined ? said.message : `${said.code}: ${said.message}`);
  const closed = close && !close.failure ? describeClose(close.code, close.reason) : undefined;
  const what = [text, closed, close?.failure?.message].filter((part) => part !== undefined).join("; ") || "nothing came";
  const code = said?.code ?? "";
  const status = close?.failure?.status;
  const isModel = modelCodes.includes(code) || close?.code === 4004 || modelCodes.some((name) => close?.reason.includes(name));
  const isKey =
    keyCodes.includes(code) ||
    close?.code === 3000 ||
    close?.code === 1008 ||
    status === 401 ||
    status === 403 ||
    /authentication|api key/i.test(said?.message ?? "");
  return { about: isModel ? "model" : isKey ? "key" : "session", what: openUs === undefined ? what : `after the upgrade: ${what}` };
}

const remedies = {
  key: "check that the key is the right one, is not expired, and has money left; target.auth says where it comes from",
  model: "check the name of the model and that the key's project may use it: --model NAME",
  session: "check the URL, and that the server speaks the Realtime protocol there",
} as const;

/** How the key was shown, in words; nothing of the key. */
export interface Shown {
  readonly key: string | undefined;
  readonly model: string;
}

/** Waits for the session; the findings, and whether there is one. */
export async function sessionFindings(
  talk: Talk,
  clock: { readonly nowUs: () => number },
  { key, model }: Shown,
): Promise<{ readonly findings: readonly Finding[]; readonly isOpen: boolean }> {
  const startedUs = clock.nowUs();
  const first = await talk.next(["session.created", "conversation.created", "error"], SESSION_LIMIT_MS);
  const tookMs = usToMs(clock.nowUs() - startedUs).toFixed(0);
  if (first === undefined || first.type === "error") {
    // The close says more than the error alone, and follows at once where there is one.
    if (first) await talk.next(["(close)"], CLOSE_LIMIT_MS);
    const { about, what } = refusalOf(talk, first);
    const isModel = about === "model";
    const own = bad(about, what, remedies[about]);
    return { findings: [...(isModel ? [keyFinding(key)] : []), own], isOpen: false };
  }
  return {
    findings: [keyFinding(key), ok("model", `${model} is open to us`), ok("session", `${first.type} came ${tookMs} ms after the call began`)],
    isOpen: true,
  };
}

const CLOSE_LIMIT_MS = 500;

const keyFinding = (key: string | undefined): Finding =>
  key === undefined ? leftOut("key", "none was shown, and the server asked for none") : ok("key", `taken (${key})`);

const MOST_SKEW_S = 30;

/** From the Date of the answered upgrade, which has the grain of a second. */
export function clockFinding(talk: Talk, nowMs: number): Finding {
  const date = talk.upgrade?.["date"];
  const serverMs = typeof date === "string" ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(serverMs)) return leftOut("clock", "the server's answer to the upgrade has no Date");
  const skewS = Math.round((nowMs - serverMs) / 1_000);
  const detail = `ours is ${Math.abs(skewS)} s ${skewS < 0 ? "behind" : "ahead of"} the server's`;
  return Math.abs(skewS) <= MOST_SKEW_S
    ? ok("clock", detail)
    : bad("clock", detail, "set this machine's clock (NTP): keys that expire and certificates go by it");
}
