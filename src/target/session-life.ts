// How long a session may last, and what is said at its end.

import { limits } from "../core/limits.ts";
import { MS_PER_S } from "../core/units.ts";

const MS_PER_MINUTE = 60 * MS_PER_S;

/** `openedAtS` and the result in seconds since 1970. */
export const expiresAtS = (openedAtS: number, sessionMs: number = limits.sessionMs): number => Math.floor(openedAtS + sessionMs / MS_PER_S);

/** The error's message, and the reason of the close that follows it. */
export function expiryText(sessionMs: number = limits.sessionMs): string {
  const minutes = Number((sessionMs / MS_PER_MINUTE).toFixed(2));
  return `Your session hit the maximum duration of ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
}
