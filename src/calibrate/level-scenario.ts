// What the callers of a level do, as a scenario. Each call has all that is checked in it: a turn that needs a function, a
// plain one that is spoken over, and the one that speaks over it.

export interface LevelQuestion {
  readonly callers: number;
  readonly frameMs: number;
  /** Between callers and target. */
  readonly network: string;
  /** About how long the level should take. */
  readonly seconds: number;
}

/** What a call takes with the answers of the script, s: 13 to 14, measured. */
const CALL_S = 14;
/** As a plan spreads the starts of its callers when it is not told otherwise. */
const STARTS_PER_S = 200;
/** The function's own time, ms. Both clocks wait for it, so it is no part of the error. */
const TOOL_MS = 50;

/** Calls each caller makes, one at least, so that the level lasts about as long as was asked. */
export function callsEach({ callers, seconds }: Pick<LevelQuestion, "callers" | "seconds">): number {
  const startsOverS = Math.max(1, callers / STARTS_PER_S);
  return Math.max(1, Math.floor((seconds - startsOverS) / CALL_S));
}

/** The level's scenario, as YAML. */
export function levelScenario(question: LevelQuestion): string {
  const { callers, frameMs, network } = question;
  return `version: 1
name: callers-${callers}
target: { provider: embedded, profile: exact, script: crm }
session:
  frameMs: ${frameMs}
  turnDetection: { type: server, silenceMs: 500, prefixMs: 300, threshold: 0.5 }
  tools:
    - name: lookup_order
      description: Find an order by its number
      parameters: { type: object, properties: { id: { type: string } }, required: [id] }
      answers: { value: { status: shipped }, delayMs: ${TOOL_MS} }
caller:
  thinkMs: { uniform: [300, 900] }
  turns:
    - say: "yes"
    - say: "no"
      interrupt: { say: "yes", atAnswerMs: 500 }
network: "${network}"
load: { sessions: ${callers}, calls: ${callsEach(question)} }
`;
}
