// How long each part of a turn takes. Each part is drawn from a stream named after the call and the turn, not after the
// cell or the effort: the same quantile is looked up in every effort's distribution, so that two efforts are compared on
// the same luck, and a seed injects the same delays whatever order callers arrive in.

import { stream } from "../core/random.ts";
import type { ReasoningEffort } from "../protocol/session-config.ts";
import { quantileOf } from "./distribution.ts";
import type { Profile, SourcedDelay } from "./profile.ts";

/** Whose turn it is. `turn` counts from 0 within the call; what is no turn of the caller's has a name instead, to disturb no turn's luck. */
export interface TurnKey {
  readonly seed: number;
  readonly session: number;
  readonly call: number;
  readonly turn: number | string;
}

export interface TurnDelays {
  readonly jitterMs: number;
  readonly pathMs: number;
  readonly leadingSilenceMs: number;
  /** From the end of the turn to the first audio delta, at an effort. */
  thinkMs(effort: ReasoningEffort): number;
  isAnswered(effort: ReasoningEffort): boolean;
  /** Whether the model understands what it should do. What is wrong at one share is wrong at every larger one. */
  isRight(effort: ReasoningEffort): boolean;
}

type Part = "jitter" | "path" | "leading" | "think" | "answer" | "right";
/** How lucky a turn is in each of its parts, 0 to 1. */
type Luck = Readonly<Record<Part, number>>;

const drawEach = (draw: (part: Part) => number): Luck => ({
  jitter: draw("jitter"),
  path: draw("path"),
  leading: draw("leading"),
  think: draw("think"),
  answer: draw("answer"),
  right: draw("right"),
});

function delaysOf(profile: Profile, luck: Luck): TurnDelays {
  return {
    jitterMs: quantileOf(profile.endOfUtteranceJitterMs.delay, luck.jitter),
    pathMs: quantileOf(profile.pathMs.delay, luck.path),
    leadingSilenceMs: quantileOf(profile.leadingSilenceMs.delay, luck.leading),
    thinkMs: (effort) => quantileOf(profile.efforts[effort].thinkMs.delay, luck.think),
    isAnswered: (effort) => luck.answer >= profile.efforts[effort].unansweredShare.value,
    isRight: (effort) => luck.right >= (profile.efforts[effort].wrongShare?.value ?? 0),
  };
}

export const drawTurn = (profile: Profile, key: TurnKey): TurnDelays =>
  delaysOf(
    profile,
    drawEach((part) => stream(key.seed, "target", key.session, key.call, key.turn, part).uniform()),
  );

/**
 * Of the answer that follows a tool's output in the same turn. `round` counts such answers of the turn from 1. It has luck
 * of its own, and whether the turn is answered at all, and rightly, was decided before.
 */
export function drawFollowUp(profile: Profile, key: TurnKey, round: number): TurnDelays {
  const name = round === 1 ? "tool" : `tool ${round}`;
  const draw = (part: string): number => stream(key.seed, "target", key.session, key.call, key.turn, part).uniform();
  const delays = delaysOf(
    profile,
    drawEach((part) => draw(`${name} ${part}`)),
  );
  const luck = draw(name);
  const thinkOf = (effort: ReasoningEffort): SourcedDelay => profile.efforts[effort].toolThinkMs ?? profile.efforts[effort].thinkMs;
  return { ...delays, isAnswered: () => true, isRight: () => true, thinkMs: (effort) => quantileOf(thinkOf(effort).delay, luck) };
}

const expectationDraws = 20_000;

/**
 * The p-quantile of voice_to_voice that the profile stands for among answered turns, ms, when VAD waits `silenceMs` (0 for
 * manual turns). Counted over 20,000 turns with a fixed seed, good to about 1 % at p90. A client measures on top of it what
 * framing, VAD hops and its own network add.
 */
export function expectedVoiceToVoiceMs(profile: Profile, effort: ReasoningEffort, silenceMs: number, p: number): number {
  const random = stream(1, "expected voice to voice");
  const sums = Float64Array.from({ length: expectationDraws }, () => {
    const delays = delaysOf(
      profile,
      drawEach(() => random.uniform()),
    );
    return silenceMs + delays.jitterMs + delays.pathMs + delays.thinkMs(effort) + delays.leadingSilenceMs;
  }).sort();
  return sums[Math.max(0, Math.ceil(p * sums.length) - 1)] as number;
}
