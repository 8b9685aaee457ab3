// The most that a turn can be billed, in tokens: every response reads the whole context and writes as much as it may. What is
// not known before is taken at its upper bound; the money follows in cost/turn-bound.ts.

import { semanticLongestMs } from "../protocol/session-config.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { PlannedWords } from "./planned-turn.ts";

/** Of a session with maxOutputTokens: inf; the API's own most. */
export const MOST_OUTPUT_TOKENS = 4_096;

/** The API's rates (OpenAI's cost guide): a token is 100 ms of the caller's audio, or 50 ms of the answer's. */
const SPOKEN_MS_PER_TOKEN = 100;
const ANSWER_MS_PER_TOKEN = 50;
/** What a server puts in front on its own. Nothing is published; a session without instructions reports far less. */
const HIDDEN_TEXT_TOKENS = 500;

export interface Context {
  readonly text: number;
  readonly audio: number;
}

/** Sums over all responses; the caller's audio and the answers' together in audioMs. */
export interface TurnBound {
  readonly responses: number;
  readonly textIn: number;
  readonly audioIn: number;
  readonly out: number;
  readonly audioMs: number;
  /** What the turn adds to the context besides answers. */
  readonly spokenTokens: number;
  readonly spokenMs: number;
}

/** What its parts say: never more tokens than bytes, and a few around them. */
export const textTokensOf = (text: string): number => Buffer.byteLength(text) + 16;

/** The longest answer that any turn of the scenario may ask for. */
export function mostOutputOf({ session, caller }: Pick<Scenario, "session" | "caller">): number {
  const asked = [session, ...caller.turns, ...(caller.reactions ?? [])].flatMap(({ maxOutputTokens }) => maxOutputTokens ?? []);
  return Math.max(...asked.map((most) => (most === "inf" ? MOST_OUTPUT_TOKENS : most)));
}

type Session = Pick<Scenario["session"], "instructions" | "tools" | "maxOutputTokens" | "turnDetection">;

/** Instructions and tools: never more tokens than bytes. */
export const frontTokens = ({ instructions, tools }: Session): number =>
  HIDDEN_TEXT_TOKENS + Buffer.byteLength(instructions) + (tools ? Buffer.byteLength(JSON.stringify(tools)) : 0);

/**
 * How many responses a turn can cause. Push to talk asks for one. A server that listens makes one for every end of speech that it
 * hears: the clip's own, and each pause of at least half the silence it waits for; where words decide, any pause.
 */
function responsesTo({ pausesMs = [] }: PlannedWords, { turnDetection }: Session): number {
  if (turnDetection.type === "manual") return 1;
  const shortestMs = turnDetection.type === "server" ? turnDetection.silenceMs / 2 : 0;
  return 1 + pausesMs.filter((pauseMs) => pauseMs >= shortestMs).length;
}

/** What a server may take along before and behind the speech, ms. */
function aroundSpeechMs(detection: Session["turnDetection"]): number {
  const UNKNOWN_MS = 1_000;
  if (detection.type === "server") return detection.prefixMs + detection.silenceMs;
  return detection.type === "semantic" ? UNKNOWN_MS + semanticLongestMs[detection.eagerness] : UNKNOWN_MS;
}

/** What the server takes for the turn's audio: padding in front of it and the silence behind it included, for every response. */
function spokenTokensOf(turn: PlannedWords, session: Session): number {
  // Counted as sound, which costs more than text.
  if (turn.text !== undefined) return textTokensOf(turn.text);
  const { turnDetection } = session;
  const aroundMs = aroundSpeechMs(turnDetection);
  const responses = responsesTo(turn, session);
  return Math.ceil((turn.durationMs + responses * aroundMs) / SPOKEN_MS_PER_TOKEN) + responses;
}

export interface BoundQuestion {
  /** Without any, one response that follows what is there already. */
  readonly turns: readonly PlannedWords[];
  readonly settings: Pick<Scenario, "session" | "caller">;
  readonly context: Context;
}

export function boundOf({ turns, settings, context }: BoundQuestion): TurnBound {
  const { session } = settings;
  const out = mostOutputOf(settings);
  const responses = turns.length === 0 ? 1 : turns.reduce((sum, turn) => sum + responsesTo(turn, session), 0);
  const spokenTokens = turns.reduce((sum, turn) => sum + spokenTokensOf(turn, session), 0);
  const spokenMs = turns.reduce((sum, turn) => sum + turn.durationMs, 0);
  // The n-th response also reads what those before it wrote, as sound at worst.
  const written = (out * responses * (responses - 1)) / 2;
  return {
    responses,
    textIn: responses * context.text,
    audioIn: responses * (context.audio + spokenTokens) + written,
    out: responses * out,
    audioMs: spokenMs + responses * out * ANSWER_MS_PER_TOKEN,
    spokenTokens,
    spokenMs,
  };
}
