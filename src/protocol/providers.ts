// Every provider once. To add one, write its file in providers/ and its line here.

import type { Capabilities } from "./capabilities.ts";
import { azure } from "./providers/azure.ts";
import { compatible } from "./providers/compatible.ts";
import { embedded } from "./providers/embedded.ts";
import { openai } from "./providers/openai.ts";
import type { Provider } from "./providers/provider.ts";

export const providers = { embedded, openai, azure, compatible } as const satisfies Readonly<Record<string, Provider>>;
export type ProviderId = keyof typeof providers;

/** As much of a scenario's target as decides what may be asked of it. */
export interface CapableTarget {
  readonly provider: ProviderId;
  readonly model: string;
  readonly apiVersion?: string;
  readonly capabilities?: Capabilities;
}

export function capabilitiesOf({ provider, model, apiVersion, capabilities }: CapableTarget): Capabilities {
  return providers[provider].capabilities({
    model,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(capabilities === undefined ? {} : { declared: capabilities }),
  });
}
