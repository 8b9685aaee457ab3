// OpenAI's API as it is documented; what its live service was captured to do is in docs/target.md.

import { allFormats, effortsOfModel, sessionKinds, turnDetectionKinds } from "../capabilities.ts";
import { accessOf } from "./access-headers.ts";
import type { Provider } from "./provider.ts";

export const openaiUrl = "wss://api.openai.com/v1/realtime";

export const openai: Provider = {
  id: "openai",
  knowsTruth: false,
  charges: true,
  capabilities: ({ model }) => ({
    kinds: sessionKinds,
    turnDetection: turnDetectionKinds,
    formats: allFormats,
    efforts: effortsOfModel(model),
    usage: true,
    errors: "event",
    events: "ga",
  }),
  endpoint: (question) => {
    const url = new URL(question.baseUrl);
    url.searchParams.set("model", question.model);
    return { url: url.href, ...accessOf(question) };
  },
};
