// What run.json holds, as JSON Schema.

import { always, anyOf, count, flag, list, maybe, number, object, oneOf, record, text, type Shape } from "../core/json-shape.ts";
import type { Amount, Limits } from "../cost/amount.ts";
import { metricIds } from "../metrics/catalogue.ts";
import type { Summary } from "../metrics/quantile.ts";
import { outcomes } from "../metrics/turn-row.ts";
import type { ErrorSummary, RunCheck } from "./check-result.ts";
import type { MachineLoad } from "./machine-load.ts";
import type { Revision } from "./revision.ts";
import { at } from "./row-schemas.ts";
import { runResultVersion } from "./run-result.ts";
import type { BudgetFindings, CallRow, CellMoney, CellResult, Doubt, Instrument, RunResult, ThresholdResult } from "./run-result.ts";
import type { KeptSounds, TurnSound } from "./sound-files.ts";

const share = (description: string): Shape => ({ type: "number", minimum: 0, description });
const texts = (description: string): Shape => list({ type: "string" }, description);

const summary = (description: string): Shape =>
  object<Summary>(description, {
    count: count("samples"),
    censored: count("of them waited for in vain: longer than any that was seen"),
    min: maybe(number("the least")),
    max: maybe(number("the most; absent where any is censored")),
    mean: maybe(number("absent where any is censored")),
    p50: maybe(number("a quantile is absent where it falls among censored samples")),
    p75: maybe(number("likewise")),
    p90: maybe(number("likewise")),
    p95: maybe(number("likewise")),
    p99: maybe(number("likewise")),
    censoredAbove: maybe(number("the shortest wait among censored samples")),
  });
const metrics = (description: string): Shape => record(summary("in the metric's unit"), description, metricIds);

const cell = object<CellResult>("one point of the matrix", {
  id: text("stable within the scenario"),
  axes: record(anyOf([{ type: "string" }, { type: "number" }], "its value"), "the axes' values"),
  provider: text("whose API"),
  model: text("the model asked for"),
  profile: maybe(text("of the reference target")),
  effort: maybe(text("reasoning effort")),
  frameMs: number("length of the microphone frames, ms"),
  network: text("what the callers' connections suffered"),
  startBufferMs: number("what the modelled player collects first, ms"),
  sessions: count("callers"),
  turnsPlanned: count("turns"),
  warmUpTurns: maybe(count("turns before the measurement")),
  pooledCalls: maybe(count("calls whose connection was ready before they were wanted")),
  outcomes: record({ type: "integer", minimum: 0 }, "how the planned turns ended", outcomes),
  metrics: metrics("of turns without a function call, of beginnings of calls, and of lost connections"),
  toolMetrics: maybe(metrics("of turns with a function call")),
  money: object<CellMoney>("at list price", {
    priceList: text("which list"),
    unpricedTurns: count("above zero, the sums are incomplete"),
    usd: maybe(number("dollars")),
    usdPerTurn: maybe(number("dollars")),
    usdPerMinute: maybe(number("dollars a minute that callers were connected")),
    usdPerCall: maybe(number("dollars")),
    warmUpUsd: maybe(number("dollars, beside the others")),
    cachedInputShare: maybe(share("of the input tokens")),
    inputTokensPerTurn: maybe(number("tokens")),
    outputTokensPerTurn: maybe(number("tokens")),
  }),
  dataOrigin: maybe(oneOf(["measured", "assumed"], "what the target's figures rest on")),
});

const call = object<CallRow>("one call, one socket", {
  cell: text("the cell's id"),
  session: count("caller, from 0 in its cell"),
  call: count("calls this caller made before"),
  sessionId: maybe(text("the server's id")),
  plannedUs: number("when it was to begin, µs since the run's start"),
  startedUs: at("dialled"),
  mintedUs: at("its ephemeral key was there"),
  dnsUs: at("the name was known"),
  tcpUs: at("TCP stood"),
  proxyUs: at("the proxy's tunnel stood"),
  tlsUs: at("TLS stood"),
  openUs: at("the WebSocket was open"),
  createdUs: at("session.created came"),
  updateSentUs: at("session.update was sent"),
  updatedUs: at("session.updated came"),
  endedUs: at("it was over"),
  warmUp: maybe(always(true, "before the measurement")),
  repeat: maybe(count("which time its cell ran, from 1")),
  pooled: maybe(always(true, "dialled before it was wanted")),
  turns: maybe(count("turns it has to account for")),
  closeCode: maybe(count("of the WebSocket")),
  failureClass: maybe(text("whose failure it was")),
  failure: maybe(text("what happened, for people")),
  unknownEvents: maybe(record({ type: "integer" }, "server events that earshot does not know, by type")),
});

const amount = (description: string): Shape =>
  object<Amount>(description, { microUsd: number("millionths of a dollar"), tokens: number("tokens"), audioMs: number("audio, ms") });
const budget = object<BudgetFindings>("what became of the budget", {
  limits: object<Limits>("what may be spent; a kind that is absent is not bounded", {
    microUsd: maybe(number("millionths of a dollar")),
    tokens: maybe(number("tokens")),
    audioMs: maybe(number("audio, ms")),
  }),
  isDefault: flag("nobody wrote it"),
  spentBefore: maybe(amount("by the earlier part of a resumed run")),
  spent: amount("with what was reserved and never told"),
  standing: amount("of it, reserved and never told"),
  waits: maybe(count("turns that waited for others to be settled")),
  longestWaitMs: maybe(number("ms")),
  aboveBound: count("turns that cost more than was reserved for them"),
  over: maybe(oneOf(["microUsd", "tokens", "audioMs"], "what ran out")),
});

const signedErrors = {
  p50: maybe(number("ms")),
  p99: maybe(number("ms")),
  max: maybe(number("ms")),
};
const instrument = object<Instrument>("what earshot knows of its own accuracy in this run", {
  lateness: summary("of every microphone frame, ms"),
  framesSent: count("microphone frames"),
  framesLate: count("of them late"),
  loopDelay: maybe(summary("event-loop delay, ms")),
  loopUtilisation: maybe(share("of the busiest thread")),
  threads: maybe(count("that made the calls")),
  gcPause: maybe(summary("garbage collection, ms")),
  cpuShare: maybe(share("CPU time of the process by wall time; 1 is one core")),
  machine: maybe(
    object<MachineLoad>("the whole machine, with everything on it", { busyShare: share("of its processors' time"), stolenShare: share("taken by the host") }),
  ),
  rssBytesMax: maybe(number("bytes")),
  rssBytesFirst: maybe(number("bytes")),
  rssBytesLast: maybe(number("bytes")),
  bufferedBytesMax: maybe(number("most bytes that waited in a socket")),
  truthError: maybe(
    object<NonNullable<Instrument["truthError"]>>("measured less the target's own account of voice_to_voice, ms", {
      count: count("turns"),
      p01: maybe(number("ms")),
      ...signedErrors,
      min: maybe(number("ms")),
      absoluteP99: maybe(number("ms, whatever its sign")),
      farOff: maybe(count("turns off by more than 10 ms")),
      unmatched: count("turns that the target has no account of"),
    }),
  ),
  canary: maybe(
    object<NonNullable<Instrument["canary"]>>("calls to an exact target beside the run's", {
      sessions: count("one a thread; 0: switched off"),
      count: count("turns"),
      farOff: maybe(count("turns off by more than 10 ms")),
      ...signedErrors,
      lost: maybe(text("why their target is gone")),
    }),
  ),
});

const errorSummary = object<ErrorSummary>("measured less truth, ms", {
  count: count("turns"),
  unmatched: count("turns without an account"),
  p50: maybe(number("ms")),
  p90: maybe(number("ms")),
  p99: maybe(number("ms")),
  max: maybe(number("ms")),
  signedMedian: maybe(number("ms")),
  signedMin: maybe(number("ms")),
  signedMax: maybe(number("ms")),
});

/** run.json. */
export const runShape = object<RunResult>("A run of earshot: what was asked, what was found, and how far to believe it. The raw turns are beside it.", {
  v: always(runResultVersion, "version of this file: another one means something else"),
  runId: text("the run's id, which is its folder's name"),
  scenario: text("the scenario's name"),
  earshotVersion: text("who wrote it"),
  seed: number("equal seeds, equal plans"),
  startedAt: text("calendar time of microsecond 0, ISO 8601, UTC"),
  durationMs: number("ms"),
  end: object<RunResult["end"]>("how the run ended", {
    type: oneOf(["complete", "interrupted", "killed", "incomplete"], "complete: every planned turn has its outcome"),
    reason: maybe(text("for people")),
  }),
  environment: object<RunResult["environment"]>("the machine that called", {
    node: text("version of Node"),
    os: text("operating system"),
    arch: text("architecture"),
    cpu: text("processor"),
    cores: count("cores"),
    memoryBytes: number("bytes"),
  }),
  arms: maybe(
    object<NonNullable<RunResult["arms"]>>("where two scenarios took turns", { a: text("file of A"), b: text("file of B"), differences: texts("sentences") }),
  ),
  revision: maybe(
    object<Revision>("of the user's own code", { commit: maybe(text("commit")), branch: maybe(text("branch")), job: maybe(text("address of the CI job")) }),
  ),
  plan: object<RunResult["plan"]>("what was to be done", {
    cells: count("cells"),
    sessionsPerCell: number("callers"),
    callsPerSession: number("calls"),
    turnsPerCall: number("of one round, in a run by time"),
    turnsPlanned: count("turns in all"),
    isOpenEnded: maybe(always(true, "how many turns a call has is up to the answers")),
    windowMs: maybe(number("of a run by time, ms")),
    load: maybe(text("the load in words")),
    repeats: maybe(count("how often every cell ran")),
    concurrency: count("callers at once"),
    order: oneOf(["blocks", "serial"], "how cells took turns"),
  }),
  identity: object<RunResult["identity"]>("everything that must agree before two runs may be compared", {
    fixtures: record({ type: "string" }, "clips and their fingerprints"),
    instructions: text("fingerprint"),
    tools: text("fingerprint"),
    context: maybe(text("truncation, trimming, documents, a cold cache")),
    turnDetection: text("in words"),
    inputFormat: text("audio format"),
    outputFormat: text("audio format"),
    turns: text("the clips of a call in their order"),
    patienceMs: number("ms"),
    metricsVersion: text("raised when a metric's meaning changes"),
  }),
  tags: record({ type: "string" }, "the user's labels"),
  segment: maybe(
    object<NonNullable<RunResult["segment"]>>("a part of a plan", { part: count("which, from 1"), of: count("how many"), plan: text("its fingerprint") }),
  ),
  merged: maybe(texts("ids of the runs that were merged to this one")),
  resumes: maybe(text("the run whose missing calls these are")),
  budget: maybe(budget),
  check: maybe(
    object<RunCheck>("what the newest check of this machine says of this run", {
      checkId: text("the check's id"),
      ageMs: number("between the check and the run, ms"),
      honestCallers: count("callers it found honest"),
      frameMs: number("its frames, ms"),
      askedCallers: number("the run's callers, in those frames"),
      level: maybe(
        object<NonNullable<RunCheck["level"]>>("the lowest level measured with as many callers", {
          callers: count("callers"),
          isHonest: flag("whether it was"),
          error: errorSummary,
        }),
      ),
    }),
  ),
  audio: maybe(
    object<KeptSounds>("the turns that can be listened to", {
      kept: text("as it was asked for"),
      turns: list(
        object<TurnSound>("a recording", {
          cell: text("the cell's id"),
          session: count("caller"),
          call: count("call"),
          turn: count("turn"),
          file: text("from the run's folder on"),
          fileBytes: count("bytes"),
        }),
        "in the order of the rows",
      ),
      dropped: maybe(count("turns there was no room for")),
    }),
  ),
  cells: list(cell, "the points of the matrix"),
  calls: list(call, "every call"),
  instrument,
  validity: object<RunResult["validity"]>("whether to believe the figures", {
    verdict: oneOf(["valid", "doubtful", "invalid"], "invalid figures are not to be used"),
    doubts: list(
      object<Doubt>("one reason for doubt", {
        code: text("stable"),
        severity: oneOf(["doubt", "invalid"], "how bad"),
        message: text("what was found"),
        remedy: text("what to do"),
      }),
      "reasons for doubt",
    ),
  }),
  thresholds: list(
    object<ThresholdResult>("a threshold in a cell", {
      text: text("as it was written"),
      cell: text("the cell's id"),
      passed: flag("whether it was met"),
      actual: text("what was found, for people"),
      endedRun: maybe(always(true, "it ended the run")),
    }),
    "every threshold in every cell it is about",
  ),
  droppedRows: count("rows that were torn or damaged and left out"),
});
