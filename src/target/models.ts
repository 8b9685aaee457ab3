// Which names the target takes for a model. A real API knows its own and refuses others; a test may want either.

import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";

/** any: every name. likely: a known one, or one that has `realtime` in it. known: only those of the API. */
export const modelRules = ["any", "likely", "known"] as const;
export type ModelRule = (typeof modelRules)[number];

const conversationModels = ["gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5", "gpt-realtime", "gpt-realtime-mini"];
const translationModels = ["gpt-realtime-translate"];
const snapshot = /-\d{4}-\d{2}-\d{2}$/;
const retired = /^gpt-4o(-mini)?-realtime-preview/;

/** Why a session of the kind can't have the model; undefined when it can. */
export function modelFault(model: string, kind: "conversation" | "translation", rule: ModelRule): Fault | undefined {
  if (rule === "any") return undefined;
  if (retired.test(model)) return fault("model_not_found", null, `The model '${model}' does not exist or you do not have access to it.`);
  const isKnown = (kind === "translation" ? translationModels : conversationModels).includes(model.replace(snapshot, ""));
  const isOfOtherKind = (kind === "translation" ? conversationModels : translationModels).includes(model.replace(snapshot, ""));
  if (isKnown || (rule === "likely" && model.includes("realtime") && !isOfOtherKind)) return undefined;
  return fault("invalid_model", "model", `Invalid model '${model}' for a ${kind} session.`);
}
