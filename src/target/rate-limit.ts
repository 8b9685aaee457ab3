// Rate limits that limit: requests and tokens a minute, in buckets that fill up continuously and are shared by all sessions
// of a target, as those of one organisation are. A response takes its request and its input tokens when it starts and its
// output tokens when it ends, which may leave a bucket overdrawn.

import { US_PER_S } from "../core/units.ts";
import type { RateLimit } from "../protocol/server-event.ts";

export interface RateLimitOptions {
  readonly tokensPerMinute?: number;
  readonly requestsPerMinute?: number;
}

export interface RateLimiter {
  /** Takes a request and its tokens, or says what there was too little of and takes nothing. */
  reserve(atUs: number, inputTokens: number): string | undefined;
  spend(atUs: number, outputTokens: number): void;
  /** As rate_limits.updated tells them: only what is limited, and when the bucket is full again. */
  rows(atUs: number): readonly RateLimit[];
}

interface Bucket {
  readonly name: RateLimit["name"];
  readonly limit: number;
  left: number;
  filledAtUs: number;
}

/** Undefined when nothing is limited. */
export function createRateLimiter(options: RateLimitOptions): RateLimiter | undefined {
  const buckets = [bucket("requests", options.requestsPerMinute), bucket("tokens", options.tokensPerMinute)].filter((made) => made !== undefined);
  if (buckets.length === 0) return undefined;
  const take = (atUs: number, amounts: Readonly<Record<RateLimit["name"], number>>): void => {
    for (const each of buckets) {
      each.left = leftAt(each, atUs) - amounts[each.name];
      each.filledAtUs = Math.max(each.filledAtUs, atUs);
    }
  };
  return {
    reserve(atUs, inputTokens) {
      const wanted = { requests: 1, tokens: inputTokens };
      const short = buckets.find((each) => leftAt(each, atUs) < wanted[each.name]);
      if (short) {
        const waitS = ((wanted[short.name] - leftAt(short, atUs)) * 60) / short.limit;
        const { name, limit } = short;
        return `Rate limit reached on ${name} per min: Limit ${limit}, Requested ${wanted[name]}. Please try again in ${waitS.toFixed(3)}s.`;
      }
      take(atUs, wanted);
      return undefined;
    },
    spend: (atUs, outputTokens) => take(atUs, { requests: 0, tokens: outputTokens }),
    rows: (atUs) =>
      buckets.map((each) => {
        const left = leftAt(each, atUs);
        return { name: each.name, limit: each.limit, remaining: Math.max(0, Math.floor(left)), reset_seconds: ((each.limit - left) * 60) / each.limit };
      }),
  };
}

const bucket = (name: RateLimit["name"], limit: number | undefined): Bucket | undefined =>
  limit === undefined ? undefined : { name, limit, left: limit, filledAtUs: -Infinity };

const leftAt = ({ limit, left, filledAtUs }: Bucket, atUs: number): number =>
  filledAtUs === -Infinity ? limit : Math.min(limit, left + (Math.max(0, atUs - filledAtUs) / (60 * US_PER_S)) * limit);

/** What a target without limits names. */
const UNLIMITED_TOKENS_PER_MINUTE = 40_000_000;

export function unlimitedRows(usedTokens: number): readonly RateLimit[] {
  const limit = UNLIMITED_TOKENS_PER_MINUTE;
  const remaining = Math.max(0, limit - usedTokens);
  return [{ name: "tokens", limit, remaining, reset_seconds: ((limit - remaining) / limit) * 60 }];
}
