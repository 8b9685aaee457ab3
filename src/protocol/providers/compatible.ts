// Any server that speaks the conversation protocol, by its address. What it can do is for its user to say.

import type { Capabilities } from "../capabilities.ts";
import { accessOf } from "./access-headers.ts";
import type { Provider } from "./provider.ts";

/** Of a server of which nothing is known: the least that a caller needs. */
export const leastCapabilities: Capabilities = {
  kinds: ["conversation"],
  turnDetection: ["server", "manual"],
  formats: ["pcm24k"],
  efforts: [],
  usage: true,
  errors: "either",
  events: "ga",
};

export const compatible: Provider = {
  id: "compatible",
  knowsTruth: false,
  charges: true,
  capabilities: ({ declared }) => declared ?? leastCapabilities,
  endpoint: (question) => {
    const url = new URL(question.baseUrl);
    if (!url.searchParams.has("model")) url.searchParams.set("model", question.model);
    const { headers, ...access } = accessOf(question);
    // Servers that speak both tell by this header which one is meant; the API itself refuses it.
    return { url: url.href, headers: { ...(question.dialect === "beta" ? { "openai-beta": "realtime=v1" } : {}), ...headers }, ...access };
  },
};
