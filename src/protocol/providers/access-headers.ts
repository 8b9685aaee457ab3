// Who asks, in headers or in subprotocols: key, organisation and project in the API's own forms.

import type { Endpoint, EndpointQuestion } from "./provider.ts";

type Access = Pick<Endpoint, "headers" | "protocols">;

/** The user's own headers win over the ones made here. */
export function accessOf({ key, organization, project, headers = {} }: EndpointQuestion): Access {
  if (key?.as === "subprotocol") {
    const accounts = [
      ...(organization === undefined ? [] : [`openai-organization.${organization}`]),
      ...(project === undefined ? [] : [`openai-project.${project}`]),
    ];
    return { headers, protocols: ["realtime", `openai-insecure-api-key.${key.value}`, ...accounts] };
  }
  const shown: Record<string, string> = key === undefined ? {} : key.as === "apiKey" ? { "api-key": key.value } : { authorization: `Bearer ${key.value}` };
  const accounts = {
    ...(organization === undefined ? {} : { "openai-organization": organization }),
    ...(project === undefined ? {} : { "openai-project": project }),
  };
  return { headers: { ...shown, ...accounts, ...headers } };
}
