// What a plan's estimate may expect of the servers. The embedded target's answers are known: its script says which clip answers
// which turn, its profile how much silence and reasoning goes with it. Of any other server it is assumed, and said.

import type { ClipStore } from "../audio/clip-store.ts";
import { orThrow } from "../core/issues.ts";
import type { ExpectedResponse } from "../plan/estimate-usage.ts";
import type { Expectations } from "../plan/estimate.ts";
import type { Cell } from "../plan/matrix.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import { expectedVoiceToVoiceMs } from "../target/latency-model.ts";
import { readProfile, type Profile } from "../target/profile.ts";
import { expectedSemanticWaitMs } from "../target/semantic-vad.ts";
import { readScript, replyTo, type Script } from "../target/script.ts";
import { callTokens, textTokens } from "../target/usage-meter.ts";
import { quantileOf } from "../target/distribution.ts";

/** Of servers that nobody knows: an answer of 5 s in 13 words that begins 1.5 s after the caller stopped, no functions called, no reasoning. */
const ASSUMED: ExpectedResponse = { audioMs: 5_000, spokenTextTokens: 17, callTokens: [], outputTokens: [], reasoningTokens: 0 };
const ASSUMED_AFTER_MS = 1_500;

/** What was assumed, for people; empty where all was known. */
export const assumptionsOf = (cells: readonly Cell[]): readonly string[] =>
  cells.every(({ settings }) => settings.target.provider === "embedded")
    ? []
    : [
        `answers of ${ASSUMED.audioMs / 1_000} s in ${ASSUMED.spokenTextTokens} tokens of text, ${ASSUMED_AFTER_MS / 1_000} s after the caller stops`,
        "no function calls and no reasoning tokens",
        "all of a call's history is cached from its second response on, as offline; real caches miss",
        "1.3 tokens of text a word",
      ];

interface KnownTarget {
  readonly script: Script;
  readonly profile: Profile;
}

/** `documents`: what conversations begin with, by the cell's id. */
export function expectationsOf(clips: ClipStore, documents: ReadonlyMap<string, readonly string[]> = new Map()): Expectations {
  const targets = new Map<string, KnownTarget>();
  function known({ settings: { target } }: Cell): KnownTarget | undefined {
    if (target.provider !== "embedded") return undefined;
    const key = `${target.profile}/${target.script}`;
    const found = targets.get(key) ?? { script: orThrow(readScript(target.script)), profile: orThrow(readProfile(target.profile)) };
    targets.set(key, found);
    return found;
  }
  return {
    textTokens,
    frontTokens({ id, settings: { session } }) {
      const tools = session.tools?.map(({ name, description, parameters }) => ({
        type: "function",
        name,
        ...(description === undefined ? {} : { description }),
        parameters,
      }));
      const read = (documents.get(id) ?? []).reduce((sum, document) => sum + textTokens(document), 0);
      return read + textTokens(session.instructions) + (tools ? textTokens(JSON.stringify(tools, null, 1)) : 0);
    },
    responsesTo(cell, turn) {
      const target = known(cell);
      return target ? answersTo(target, cell, turn, clips) : [ASSUMED];
    },
    endSilenceMs: (cell) => endSilenceOf(cell).mean,
    unansweredShare: (cell, turn) => known(cell)?.profile.efforts[turn.effort ?? "low"].unansweredShare.value ?? 0,
    answerAfterMs(cell, turn) {
      const target = known(cell);
      return target ? medianMs(target.profile, turn, endSilenceOf(cell).median) : ASSUMED_AFTER_MS;
    },
  };
}

/** Of the silence that ends a turn, ms. For semantic turn detection what the embedded target draws stands for all servers. */
function endSilenceOf({ settings: { session } }: Cell): { readonly median: number; readonly mean: number } {
  const { turnDetection } = session;
  if (turnDetection.type === "semantic") return expectedSemanticWaitMs(turnDetection.eagerness);
  const silenceMs = turnDetection.type === "server" ? turnDetection.silenceMs : 0;
  return { median: silenceMs, mean: silenceMs };
}

const medians = new Map<string, number>();
function medianMs(profile: Profile, { effort = "low" }: PlannedTurn, silenceMs: number): number {
  const key = `${profile.name} ${effort} ${silenceMs}`;
  const median = medians.get(key) ?? expectedVoiceToVoiceMs(profile, effort, silenceMs, 0.5);
  medians.set(key, median);
  return median;
}

/** A response that calls functions, if the script has one for the turn, and the one that speaks. */
function answersTo({ script, profile }: KnownTarget, { settings: { session } }: Cell, turn: PlannedTurn, clips: ClipStore): readonly ExpectedResponse[] {
  const tools = session.tools ?? [];
  const heard = turn.clip === undefined ? { text: turn.text ?? "" } : { clip: turn.clip, text: clips.find(turn.clip)?.text ?? "" };
  const reply = replyTo(script, { turn: turn.turn, heard, tools: tools.map(({ name }) => name) });
  const reasoningTokens = profile.efforts[turn.effort ?? "low"].reasoningTokens.value;
  const spoken = (id: string | undefined): Pick<ExpectedResponse, "audioMs" | "spokenTextTokens"> => {
    const clip = id === undefined ? undefined : clips.find(id);
    if (!clip) return { audioMs: 0, spokenTextTokens: 0 };
    const silenceMs = quantileOf(profile.leadingSilenceMs.delay, 0.5) + profile.trailingSilenceMs.value;
    return { audioMs: clip.durationMs + silenceMs, spokenTextTokens: textTokens(clip.text) };
  };
  const answer: ExpectedResponse = { ...spoken(reply.say), callTokens: [], outputTokens: [], reasoningTokens };
  if (reply.calls.length === 0) return [answer];
  const outputs = reply.calls.map(({ name }) => {
    const answers = tools.find((tool) => tool.name === name)?.answers;
    const value = answers?.value ?? answers?.template;
    return textTokens(typeof value === "string" ? value : JSON.stringify(value ?? null));
  });
  const calls = reply.calls.map((call) => callTokens(JSON.stringify(call.arguments)));
  return [{ ...spoken(reply.preamble), callTokens: calls, outputTokens: outputs, reasoningTokens }, answer];
}
