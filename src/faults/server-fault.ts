// What a server does wrong as a whole, at a time that was planned: the words for it, `restart@10s+2s`, and their meaning.
// Networks are profile.ts; carrying these out is target/planned-faults.ts.

import { failed, ok, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";

/** `atMs` counts from the server's first connection. */
export type ServerFault =
  /** Every connection is cut by RST; nothing else changes. */
  { readonly type: "drop-all"; readonly atMs: number } | { readonly type: Lasting; readonly atMs: number; readonly forMs: number };

/**
 * restart: every connection is cut by RST and the port is closed for so long. refuse: the port is closed and what is open goes
 * on. freeze: nothing is read or said. rate-limit, unavailable: upgrades and requests are answered 429 or 503.
 */
type Lasting = "restart" | "refuse" | "freeze" | "rate-limit" | "unavailable";

const words = {
  restart: { example: "restart@10s+2s", meaning: "every connection is cut and the port closed for 2 s" },
  "drop-all": { example: "drop-all@20s", meaning: "every connection is cut at once" },
  freeze: { example: "freeze@30s+2s", meaning: "nothing is read or said for 2 s" },
  refuse: { example: "refuse@40s+3s", meaning: "nobody can connect for 3 s, open connections go on" },
  "rate-limit": { example: "rate-limit@50s+3s", meaning: "new connections get HTTP 429 with Retry-After for 3 s" },
  unavailable: { example: "unavailable@60s+3s", meaning: "the same with HTTP 503" },
} as const satisfies Record<ServerFault["type"], { readonly example: string; readonly meaning: string }>;

export const serverFaultGrammar = Object.values(words)
  .map(({ example, meaning }) => `${example} (${meaning})`)
  .join(", ");

const unitMs = { ms: 1, s: 1_000, m: 60_000 } as const;

function durationMs(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text ?? "") ?? [];
  return unit === undefined ? undefined : Math.round(Number(number) * unitMs[unit as keyof typeof unitMs]);
}

/** Reads one fault. The issue of a wrong one has `source` "fault" and says what may be written. */
export function parseServerFault(text: string): Result<ServerFault> {
  const wrong = (why: string): Result<never> => failed({ source: "fault", message: `"${text}" ${why}` });
  const [, word = "", rest = ""] = /^([^@]*)@?(.*)$/s.exec(text.trim()) ?? [];
  if (!Object.hasOwn(words, word)) return wrong(`is no fault of a server: write ${serverFaultGrammar}`);
  const type = word as ServerFault["type"];
  const { example } = words[type];
  const [at, length, ...more] = rest.split("+");
  const [atMs, forMs] = [durationMs(at), durationMs(length)];
  const isLasting = type !== "drop-all";
  if (atMs === undefined || more.length > 0 || (length !== undefined) !== isLasting || (isLasting && !forMs))
    return wrong(`is not how ${type} is written: write, for example, ${example}, with units ms, s or m`);
  if (atMs > limits.sessionMs || (forMs ?? 0) > limits.sessionMs) return wrong("lies beyond an hour");
  return ok(type === "drop-all" ? { type, atMs } : { type, atMs, forMs: forMs ?? 0 });
}
