// A network as data, and the words for it: `none`, or impairments after one another such as `delay:80ms,jitter:20ms`.
// Reading is pure; path.ts and shaper.ts make the network happen.

import type { Issue, Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import type { Blackhole } from "./blackhole.ts";
import type { Term } from "./impairment-text.ts";
import { durationText, parseTerm } from "./impairment-text.ts";
import type { Jitter } from "./jitter.ts";
import type { Latency } from "./latency.ts";
import type { Reset } from "./reset.ts";

/** What is absent, or an empty list, does not happen. */
export interface Network {
  readonly latency?: Latency;
  readonly jitter?: Jitter;
  /** By the time they begin. */
  readonly blackholes: readonly Blackhole[];
  readonly reset?: Reset;
}

export const noNetwork: Network = { blackholes: [] };

/** Whether a socket must be shaped at all. */
export const isImpaired = (network: Network): boolean => formatNetwork(network) !== "none";

/** Reads one network. Every fault of the text is an issue with `source` "network"; the messages say what may be written. */
export function parseNetwork(text: string): Result<Network> {
  const pieces = text.split(",").map((piece) => piece.trim());
  if (pieces.length === 1 && pieces[0] === "none") return ok(noNetwork);

  const parsed = pieces.map((piece) => (piece === "none" ? failed(issue("none stands alone: it is the network without impairments")) : parseTerm(piece)));
  const terms = parsed.flatMap((result) => (result.ok ? [result.value] : []));
  const issues = [...parsed.flatMap((result) => (result.ok ? [] : result.issues)), ...clashes(terms)];
  if (issues.length > 0) return failed(...issues);

  const network = assemble(terms);
  const { latency = { upMs: 0, downMs: 0 }, jitter } = network;
  const leastMs = Math.min(latency.upMs, latency.downMs);
  if (jitter && jitter.plusMinusMs > leastMs) {
    const room = `jitter:${durationText(jitter.plusMinusMs)} is more than the delay of ${durationText(leastMs)} it varies around, in one direction at least`;
    return failed(issue(`${room}; bytes can't arrive before they are sent: write, for example, delay:${durationText(jitter.plusMinusMs)} with it`));
  }
  return ok(network);
}

/** The canonical text of a network: equal networks, equal text. parseNetwork reads it back. */
export function formatNetwork({ latency, jitter, blackholes, reset }: Network): string {
  const terms: string[] = [];
  if (latency && latency.upMs === latency.downMs) terms.push(`delay:${durationText(latency.upMs)}`);
  else {
    if (latency?.upMs) terms.push(`delay-up:${durationText(latency.upMs)}`);
    if (latency?.downMs) terms.push(`delay-down:${durationText(latency.downMs)}`);
  }
  if (jitter) terms.push(`jitter:${durationText(jitter.plusMinusMs)}`);
  for (const { atMs, forMs } of blackholes) terms.push(`blackhole@${durationText(atMs)}${forMs === undefined ? "" : `+${durationText(forMs)}`}`);
  if (reset) terms.push(`reset@${durationText(reset.atMs)}`);
  return terms.length === 0 ? "none" : terms.join(",");
}

/**
 * The networks of a list: names stand alone, neighbouring impairments belong together, so that `none,delay:80ms,jitter:20ms`
 * is "none" and "delay:80ms,jitter:20ms". Splits only; parseNetwork judges each.
 */
export function splitNetworks(text: string): string[] {
  const networks: string[] = [];
  let impairments: string[] = [];
  const flush = (): void => {
    if (impairments.length > 0) networks.push(impairments.join(","));
    impairments = [];
  };
  for (const piece of text.split(",").map((part) => part.trim())) {
    if (/[:@]/.test(piece)) impairments.push(piece);
    else {
      flush();
      networks.push(piece);
    }
  }
  flush();
  return networks;
}

const issue = (message: string): Issue => ({ source: "network", message });

/** Words given twice, or that say the same thing twice. Several black holes are fine. */
function clashes(terms: readonly Term[]): Issue[] {
  const counts = Map.groupBy(terms, (term) => term.word);
  const repeated = [...counts]
    .filter(([word, same]) => word !== "blackhole" && same.length > 1)
    .map(([word]) => issue(`${word} is given twice: one network takes one; several networks to compare are a list in the scenario's matrix`));
  const both = counts.has("delay") && (counts.has("delay-up") || counts.has("delay-down"));
  return both ? [...repeated, issue("delay is both directions: leave it out beside delay-up and delay-down")] : repeated;
}

function assemble(terms: readonly Term[]): Network {
  let latency: Latency | undefined;
  let jitter: Jitter | undefined;
  let reset: Reset | undefined;
  const blackholes: Blackhole[] = [];
  for (const term of terms) {
    switch (term.word) {
      case "delay":
        latency = { upMs: term.ms, downMs: term.ms };
        break;
      case "delay-up":
        latency = { upMs: term.ms, downMs: latency?.downMs ?? 0 };
        break;
      case "delay-down":
        latency = { upMs: latency?.upMs ?? 0, downMs: term.ms };
        break;
      case "jitter":
        jitter = { plusMinusMs: term.ms };
        break;
      case "blackhole":
        blackholes.push({ atMs: term.atMs, ...(term.forMs !== undefined && { forMs: term.forMs }) });
        break;
      case "reset":
        reset = { atMs: term.atMs };
        break;
    }
  }
  blackholes.sort((a, b) => a.atMs - b.atMs);
  return { ...(latency && { latency }), ...(jitter && { jitter }), blackholes, ...(reset && { reset }) };
}
