// What happens when a conversation outgrows what the model reads: which items are left out of its input, from the front.
// They stay in the conversation and can be retrieved; the instructions are never left out. Left out items change the
// beginning of the input, so what was cached behind the instructions is cached no more.

import type { Truncation } from "../protocol/session-config.ts";
import type { ContextWindow } from "./context-window.ts";
import { windowOf } from "./context-window.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Check } from "./field-checks.ts";
import { isObject, numberFrom, oneOf } from "./field-checks.ts";
import type { Stretch } from "./usage-meter.ts";
import { stretchTokens } from "./usage-meter.ts";

export type Fitting = { readonly type: "fits"; readonly leftOut: readonly string[] } | { readonly type: "too_long"; readonly tokens: number };

export interface Reading {
  /** Instructions and tools: always read. */
  readonly front: readonly Stretch[];
  /** The items that are still read, oldest first. */
  readonly items: readonly Stretch[];
  readonly truncation: Truncation;
  readonly window: ContextWindow;
}

const sum = (stretches: readonly Stretch[]): number => stretches.reduce((total, stretch) => total + stretchTokens(stretch), 0);

/**
 * Which items must go so that the rest fits. Nothing goes while all fit; then the oldest go until no more than the retention
 * ratio of the limit is left (`auto`: all of it), but never the newest item, without which there is nothing to answer.
 */
export function fitContext({ front, items, truncation, window }: Reading): Fitting {
  const retention = typeof truncation === "object" ? truncation : { retention_ratio: 1, token_limits: undefined };
  const room = window.inputTokens - sum(front);
  const limit = Math.min(room, retention.token_limits?.post_instructions ?? Infinity);
  let left = sum(items);
  if (left <= limit) return { type: "fits", leftOut: [] };
  if (truncation === "disabled") return { type: "too_long", tokens: left + sum(front) };
  const wanted = limit * retention.retention_ratio;
  let count = 0;
  while (count < items.length - 1 && left > wanted) left -= stretchTokens(items[count++] as Stretch);
  return left <= room ? { type: "fits", leftOut: items.slice(0, count).map(({ key }) => key) } : { type: "too_long", tokens: left + sum(front) };
}

/** The documentation promises an error and does not show it; code and text are assumed. */
export const tooLong = (model: string, tokens: number): Fault =>
  fault("context_length_exceeded", null, `The conversation has ${tokens} tokens, but this model reads at most ${windowOf(model).inputTokens} input tokens.`);

/** `auto`, `disabled` or a retention ratio, as session.update takes it. */
export const truncation: Check = (value, path) => {
  if (value === "auto" || value === "disabled") return { keep: value };
  if (!isObject(value)) return oneOf("auto", "disabled", "retention_ratio")(value, path, undefined);
  const { type, retention_ratio, token_limits, ...rest } = value;
  const strange = Object.keys(rest)[0];
  if (strange !== undefined) return { wrong: fault("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`) };
  const checks = [oneOf("retention_ratio")(type, `${path}.type`, undefined), ratio(retention_ratio, `${path}.retention_ratio`, undefined)];
  if (token_limits !== undefined) checks.push(tokenLimits(token_limits, `${path}.token_limits`, undefined));
  return checks.find((checked) => "wrong" in checked) ?? { keep: value };
};

const ratio: Check = (value, path, current) =>
  value === undefined
    ? { wrong: fault("missing_required_parameter", path, `Missing required parameter: '${path}'.`) }
    : numberFrom(0, 1, "decimal")(value, path, current);

const tokenLimits: Check = (value, path, current) => {
  if (!isObject(value)) return { wrong: fault("invalid_type", path, `Invalid type for '${path}': expected an object.`) };
  const strange = Object.keys(value).find((key) => key !== "post_instructions");
  if (strange !== undefined) return { wrong: fault("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`) };
  const { post_instructions } = value;
  return post_instructions === undefined ? { keep: value } : limitWithin(Number.MAX_SAFE_INTEGER)(post_instructions, `${path}.post_instructions`, current);
};

const limitWithin = (most: number): Check => numberFrom(0, most, "integer");

/** A limit above the context of the session's own model; `path` is that of the truncation. */
export function limitFault(value: Truncation, model: string, path: string): Fault | undefined {
  const limit = typeof value === "object" ? value.token_limits?.post_instructions : undefined;
  if (limit === undefined) return undefined;
  const checked = limitWithin(windowOf(model).contextTokens)(limit, `${path}.token_limits.post_instructions`, undefined);
  return "wrong" in checked ? checked.wrong : undefined;
}
