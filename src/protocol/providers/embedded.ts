// The reference target that earshot starts itself, in a process of its own.

import type { Provider } from "./provider.ts";

export const embedded: Provider = {
  id: "embedded",
  knowsTruth: true,
  charges: false,
  endpoint: ({ baseUrl, model, callKey }) => {
    const url = new URL(baseUrl);
    url.searchParams.set("model", model);
    return { url: url.href, headers: { "x-earshot-call": callKey } };
  },
};
