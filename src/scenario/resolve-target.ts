// The target in its final form: addresses, the form of the key and the declared capabilities written out.

import { openaiUrl } from "../protocol/providers/openai.ts";
import { defaults } from "./defaults.ts";
import type { Auth } from "./remote-target.ts";
import type { Scenario } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";

type Written = WrittenScenario["target"];

/** Only the fields that have a value. */
const present = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

const resolveAuth = (auth: NonNullable<Written["auth"]>): Auth => ({ ...present(auth), as: auth.as ?? (auth.apiKey === undefined ? "bearer" : "apiKey") });

export function resolveTarget(target: Written): Scenario["target"] {
  const { provider, model, profile, script, url, auth, capabilities, ...rest } = target;
  if (provider === "embedded") return { provider, model, profile: profile ?? defaults.target.profile, script: script ?? defaults.target.script };
  return {
    provider,
    model,
    url: url ?? (provider === "openai" ? openaiUrl : ""),
    ...(auth && { auth: resolveAuth(auth) }),
    ...present(rest),
    ...(provider === "compatible" && { capabilities: capabilities ?? defaults.capabilities }),
  };
}
