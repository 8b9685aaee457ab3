// OpenAI's models on Azure: today's address, and that of its preview, which has an api-version and speaks the beta.

import { allFormats, effortsOfModel, turnDetectionKinds } from "../capabilities.ts";
import { accessOf } from "./access-headers.ts";
import type { Provider } from "./provider.ts";

const paths = { today: "/openai/v1/realtime", preview: "/openai/realtime" } as const;

export const azure: Provider = {
  id: "azure",
  knowsTruth: false,
  charges: true,
  capabilities: ({ model, apiVersion }) => ({
    kinds: ["conversation", "transcription"],
    turnDetection: turnDetectionKinds,
    formats: allFormats,
    efforts: apiVersion === undefined ? effortsOfModel(model) : [],
    usage: true,
    errors: "http",
    events: apiVersion === undefined ? "ga" : "beta",
  }),
  endpoint: (question) => {
    const { baseUrl, model, deployment = model, apiVersion } = question;
    const url = new URL(baseUrl);
    if (url.pathname === "/") url.pathname = apiVersion === undefined ? paths.today : paths.preview;
    if (apiVersion === undefined) url.searchParams.set("model", deployment);
    else {
      url.searchParams.set("api-version", apiVersion);
      url.searchParams.set("deployment", deployment);
    }
    return { url: url.href, ...accessOf(question) };
  },
};
