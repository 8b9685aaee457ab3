// Turn detection as it is written to its final form: each kind with its own defaults.

import { defaults } from "./defaults.ts";
import { present } from "./present.ts";
import type { TurnDetection } from "./scenario.ts";

type Server = Omit<Extract<TurnDetection, { readonly type: "server" }>, "type">;

/** What is left out is undefined or not there: an axis over it is not filled in. */
export type WrittenTurnDetection = { readonly type?: TurnDetection["type"] } & { readonly [Field in keyof Server]?: Server[Field] | undefined };

export function resolveTurnDetection(written: WrittenTurnDetection): TurnDetection {
  if (written.type === "manual") return { type: "manual" };
  return { ...defaults.session.turnDetection, ...present(written), type: "server" };
}
