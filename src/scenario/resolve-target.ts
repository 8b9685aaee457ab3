// The target in its final form: addresses, the form of the key and the declared capabilities written out.

import { openaiUrl } from "../protocol/providers/openai.ts";
import { defaults } from "./defaults.ts";
import { present } from "./present.ts";
import type { Auth } from "./remote-target.ts";
import type { Scenario } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";

type Written = WrittenScenario["target"];

const resolveAuth = (auth: NonNullable<Written["auth"]>): Auth => ({ ...present(auth), as: auth.as ?? (auth.apiKey === undefined ? "bearer" : "apiKey") });

export function resolveTarget(target: Written): Scenario["target"] {
  const { provider, model, profile, script, sessionMinutes, tokensPerMinute, requestsPerMinute, models, faults, url, auth, capabilities, ...rest } = target;
  if (provider === "embedded")
    return {
      provider,
      model,
      profile: profile ?? defaults.target.profile,
      script: script ?? defaults.target.script,
      ...present({ sessionMinutes, tokensPerMinute, requestsPerMinute, models, faults }),
    };
  return {
    provider,
    model,
    url: url ?? (provider === "openai" ? openaiUrl : ""),
    ...(auth && { auth: resolveAuth(auth) }),
    ...present(rest),
    ...(provider === "compatible" && { capabilities: capabilities ?? defaults.capabilities }),
  };
}
