// A target without what lets us in. Keys and headers never leave the process, wherever they came from; nor does what an
// address may hold besides its host and path, nor the words that follow the name of a program.

import type { Auth } from "./remote-target.ts";
import type { Scenario } from "./scenario.ts";

export const redacted = "(redacted)";

/** `redactUrl` takes user, password and queries out of an address. */
export function redactTarget(target: Scenario["target"], redactUrl: (url: string) => string): Scenario["target"] {
  if (target.provider === "embedded") return target;
  const { auth, headers, proxy } = target;
  return {
    ...target,
    url: redactUrl(target.url),
    ...(auth && { auth: redactAuth(auth, redactUrl) }),
    ...(headers && { headers: Object.fromEntries(Object.keys(headers).map((name) => [name, redacted])) }),
    ...(proxy !== undefined && { proxy: proxy === "none" ? proxy : redactUrl(proxy) }),
  };
}

function redactAuth({ bearer, apiKey, command, mint, ...rest }: Auth, redactUrl: (url: string) => string): Auth {
  return {
    ...(bearer !== undefined && { bearer: redacted }),
    ...(apiKey !== undefined && { apiKey: redacted }),
    ...(command !== undefined && { command: redactCommand(command) }),
    ...rest,
    ...(mint !== undefined && { mint: redactUrl(mint) }),
  };
}

/** A line for the shell may begin with anything; of a list, the program is no secret. */
const redactCommand = (command: string | readonly string[]): string | readonly string[] =>
  typeof command === "string" ? redacted : [command[0] ?? "", ...(command.length > 1 ? [redacted] : [])];
