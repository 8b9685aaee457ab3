// Every provider once. To add one, write its file in providers/ and its line here.

import { compatible } from "./providers/compatible.ts";
import { embedded } from "./providers/embedded.ts";
import type { Provider } from "./providers/provider.ts";

export const providers = { embedded, compatible } as const satisfies Readonly<Record<string, Provider>>;
