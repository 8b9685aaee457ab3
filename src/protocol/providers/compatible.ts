// Any server that speaks the GA conversation protocol, by its address.

import type { Provider } from "./provider.ts";

export const compatible: Provider = {
  id: "compatible",
  knowsTruth: false,
  charges: true,
  endpoint: ({ baseUrl, model, bearer, headers }) => {
    const url = new URL(baseUrl);
    if (!url.searchParams.has("model")) url.searchParams.set("model", model);
    return { url: url.href, headers: { ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...headers } };
  },
};
