// A latency profile in words: every figure, whether it was measured, where it comes from, and the voice-to-voice it adds up
// to. What `earshot target --explain` prints.

import { reasoningEfforts } from "../protocol/session-config.ts";
import type { Distribution, Lognormal } from "../target/distribution.ts";
import { expectedVoiceToVoiceMs } from "../target/latency-model.ts";
import type { Profile, Sourced, SourcedDelay, SourcedNumber } from "../target/profile.ts";

const SILENCE_MS = 500;

const lognormal = ({ shiftMs, medianMs, sigma }: Lognormal): string => `${shiftMs} + ${medianMs} exp(${sigma} N)`;

function delayText(delay: Distribution): string {
  if ("fixedMs" in delay) return `${delay.fixedMs} ms`;
  if ("uniformMs" in delay) return `${delay.uniformMs[0]} to ${delay.uniformMs[1]} ms`;
  if ("lognormal" in delay) return `${lognormal(delay.lognormal)} ms`;
  return `${delay.mixture.map((part) => `${Math.round(part.share * 1_000) / 10} %: ${lognormal(part)}`).join(", ")} ms`;
}

const isDelay = (part: object): part is SourcedDelay => "delay" in part;
const isNumber = (part: object): part is SourcedNumber => "value" in part && "origin" in part;

/** Every sourced figure below `part`, with its path. */
function figures(part: unknown, path: string): readonly { readonly path: string; readonly text: string; readonly from: Sourced }[] {
  if (typeof part !== "object" || part === null) return [];
  if (isDelay(part)) return [{ path, text: delayText(part.delay), from: part }];
  if (isNumber(part)) return [{ path, text: String(part.value), from: part }];
  return Object.entries(part).flatMap(([key, value]) => figures(value, path === "" ? key : `${path}.${key}`));
}

function ladder(profile: Profile): readonly string[] {
  const cell = (text: string): string => text.padStart(8);
  const rows = reasoningEfforts.map((effort) => {
    const quantiles = [0.5, 0.9, 0.99].map((p) => cell(expectedVoiceToVoiceMs(profile, effort, SILENCE_MS, p).toFixed(0)));
    return `  ${effort.padEnd(8)}${quantiles.join("")}  ${profile.efforts[effort].thinkMs.origin}`;
  });
  return [`  ${"effort".padEnd(8)}${["p50", "p90", "p99"].map(cell).join("")}  think time`, ...rows];
}

/** Each figure on a line, its origin and source below it. */
export const figureLines = (profile: Profile): readonly string[] =>
  figures(profile, "").map(({ path, text, from }) => `  ${path}  ${text}\n    ${from.origin}: ${from.source}`);

/** Lines for people; `N` stands for a draw of the standard normal distribution. */
export function explainProfile(profile: Profile): string {
  const caveats = [
    "  Another silence_duration_ms moves all of them by the difference; a manual turn takes 500 ms and the jitter less.",
    ...(profile.growth ? ["  They hold at the start of a session: think times grow with it."] : []),
    ...(profile.queue ? ["  They hold while no more answers are thought about than there are places."] : []),
  ];
  const title = `voice to voice, ms, answered turns, server VAD with silence_duration_ms ${SILENCE_MS}`;
  return [`${profile.name}, ${profile.date}`, profile.about, "", title, ...ladder(profile), ...caveats, "", "figures", ...figureLines(profile)].join("\n");
}
