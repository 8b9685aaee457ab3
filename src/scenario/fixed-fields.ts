// Fields that can't vary within one run, and why not: an axis of one is refused by its name.

interface FixedFields {
  readonly paths: RegExp;
  readonly why: string;
}

const eachOnItsOwn = "write a scenario for each, with extends";

const fixed: readonly FixedFields[] = [
  { paths: /^(?:version|name|extends|matrix)\b/, why: `it is of the whole scenario; ${eachOnItsOwn}` },
  { paths: /^seed$/, why: "cells are compared on the same calls; load.repeat runs all of them again, with other draws" },
  { paths: /^(?:budget|prices|privacy|tags)\b/, why: `it is for the whole run, whose cells share it; ${eachOnItsOwn}` },
  { paths: /^(?:thresholds|abortOnFail)\b/, why: "a threshold says itself which cells it is about: voice_to_voice{effort=low} p95 < 2500ms" },
  { paths: /^load\.repeat$/, why: "it says how often all cells run" },
  { paths: /^load\.order$/, why: "it says how all cells follow each other" },
  { paths: /^load\.model$/, why: `a closed load and an open one have different fields; ${eachOnItsOwn}` },
  { paths: /^caller\.pool\b/, why: `all cells share caller.pool; ${eachOnItsOwn}` },
  // In its own order each cell may go through them.
  { paths: /^caller\.feeders\b(?!\[\d+\]\.order$)/, why: `all cells share caller.feeders; ${eachOnItsOwn}` },
  {
    paths: /^target\.(?!(?:model|profile|script|sessionMinutes|tokensPerMinute|requestsPerMinute|models|faults)\b)/,
    why: "what an axis holds stands in reports, where no address and no key may be; two servers are compared with earshot compare --interleave A.yaml B.yaml",
  },
];

/** Why no axis can be made of the field, as a sentence about it; undefined where one can. */
export function fixedBecause(path: string): string | undefined {
  const why = fixed.find(({ paths }) => paths.test(path))?.why;
  return why === undefined ? undefined : `can't vary in a matrix, because ${why}`;
}
