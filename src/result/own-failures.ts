// Calls that failed because of this machine: they say nothing of the server, and neither do the figures beside them.

import { classMeanings, ownClasses } from "../core/failure-classes.ts";
import type { CallRow, Doubt } from "./run-result.ts";

/** A doubt for each class of our own that ended a call, named like the class. */
export function ownFailureDoubts(calls: readonly CallRow[]): readonly Doubt[] {
  return ownClasses.flatMap((name): readonly Doubt[] => {
    const ended = calls.filter(({ failureClass }) => failureClass === name);
    if (ended.length === 0) return [];
    const { meaning, remedy } = classMeanings[name];
    const example = ended.find(({ failure }) => failure !== undefined)?.failure;
    const message = `${ended.length} of ${calls.length} calls failed because ${meaning}${example === undefined ? "" : `, for example: ${example}`}`;
    return [{ code: name, severity: "invalid", message, remedy }];
  });
}
