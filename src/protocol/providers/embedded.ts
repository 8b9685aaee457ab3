// The reference target that earshot starts itself, in a process of its own.

import { allFormats, sessionKinds, turnDetectionKinds } from "../capabilities.ts";
import { reasoningEfforts } from "../session-config.ts";
import type { Provider } from "./provider.ts";

export const embedded: Provider = {
  id: "embedded",
  knowsTruth: true,
  charges: false,
  capabilities: () => ({
    kinds: sessionKinds,
    turnDetection: turnDetectionKinds,
    formats: allFormats,
    efforts: reasoningEfforts,
    usage: true,
    errors: "event",
    events: "ga",
  }),
  endpoint: ({ baseUrl, model, callKey }) => {
    const url = new URL(baseUrl);
    url.searchParams.set("model", model);
    return { url: url.href, headers: { "x-earshot-call": callKey } };
  },
};
