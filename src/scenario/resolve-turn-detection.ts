// Turn detection as it is written to its final form: each kind with its own defaults.

import { defaults } from "./defaults.ts";
import { present } from "./present.ts";
import type { TurnDetection } from "./scenario.ts";

type FieldsOf<Type extends TurnDetection["type"]> = Omit<Extract<TurnDetection, { readonly type: Type }>, "type">;

/** What is left out is undefined or not there: an axis over it is not filled in. */
export type WrittenTurnDetection = { readonly type?: TurnDetection["type"] } & {
  readonly [Field in keyof FieldsOf<"server">]?: FieldsOf<"server">[Field] | undefined;
} & { readonly [Field in keyof FieldsOf<"semantic">]?: FieldsOf<"semantic">[Field] | undefined };

export function resolveTurnDetection({ type = defaults.session.turnDetection.type, ...written }: WrittenTurnDetection): TurnDetection {
  switch (type) {
    case "server":
      return { ...defaults.session.turnDetection, ...present(written), type };
    case "semantic":
      return { ...defaults.semanticTurnDetection, ...present(written), type };
    case "manual":
      return { type };
  }
}
