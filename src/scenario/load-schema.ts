// The load section as users write it: callers and calls, arrivals, stages, warm-up. load-rules.ts has the rules that join
// its fields with each other and with other sections, and the way to its resolved form and back.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { defaults } from "./defaults.ts";
import * as fields from "./fields.ts";
import { number, oneOf, section, span, wholeNumber } from "./fields.ts";

const ratePerS = number({ min: 0.001, max: limits.arrivalsPerS, unit: "calls a second" }).describe("Calls a second");
const anyRatePerS = number({ min: 0, max: limits.arrivalsPerS, unit: "calls a second" }).describe("Calls a second; may be none");

/** A map of which exactly one field must be there. */
function oneOfFields<T extends z.core.$ZodLooseShape>(shape: T, says: string) {
  return section(shape).superRefine((written, context) => {
    const there = Object.values(written as Readonly<Record<string, unknown>>).filter((value) => value !== undefined);
    if (there.length !== 1) context.addIssue({ code: "custom", message: says });
  });
}

const arrivals = oneOfFields(
  {
    constant: section({ ratePerS }).optional().describe("One call after the other at the same distance"),
    poisson: section({ ratePerS }).optional().describe("Calls that know nothing of each other, as callers do"),
    ramp: section({ fromPerS: anyRatePerS, toPerS: ratePerS, over: fields.window.describe("How long the rate takes from one to the other") })
      .optional()
      .describe("A rate that changes evenly"),
    stairs: section({
      fromPerS: ratePerS,
      stepPerS: ratePerS,
      every: fields.window.describe("How long a step lasts"),
      steps: wholeNumber({ min: 1, max: 100 }).describe("How many there are"),
    })
      .optional()
      .describe("A rate that rises step by step"),
    spike: section({
      basePerS: anyRatePerS,
      peakPerS: ratePerS,
      at: span.describe("When the peak begins, in the window"),
      for: fields.window.describe("How long the peak lasts"),
    })
      .optional()
      .describe("A burst over a steady rate"),
  },
  "must be one of constant, poisson, ramp, stairs and spike, such as {poisson: {ratePerS: 2}}",
);

const stagesSay = "must be a list of stages, such as [{sessions: 10, for: 30s}, {sessions: 50, for: 30s}]";

const warmUp = oneOfFields(
  {
    sessions: fields.sessions.optional().describe("The first so many callers of a cell"),
    calls: wholeNumber({ min: 1, max: 10_000 }).optional().describe("The first so many calls of every caller"),
    duration: fields.window.optional().describe("What begins in the first so many seconds"),
  },
  "must be one of sessions, calls and duration, such as {duration: 10s}",
);

export const load = section({
  model: oneOf(["closed", "open"])
    .default(defaults.load.model)
    .describe("closed: a number of callers, each of whom waits for the answers; open: calls that come at a rate, whatever the server does"),
  sessions: fields.sessions.optional().describe("Callers in every cell"),
  calls: wholeNumber({ min: 1, max: 10_000 }).optional().describe("Calls each caller makes, one after the other"),
  duration: fields.window.optional().describe("For how long callers repeat their turns, or calls come; without it callers say their turns once"),
  concurrency: fields.sessions.optional().describe("Calls in progress at once over all cells"),
  startOver: span.optional().describe("Over how long the first calls spread their starts"),
  arrivals: arrivals.optional().describe("How the calls of an open load come"),
  maxSessions: fields.sessions.optional().describe("Calls at once of an open load; what comes above that is dropped, and counted"),
  stages: z
    .array(section({ sessions: fields.sessions.describe("Callers at once"), for: fields.window.describe("How long") }), stagesSay)
    .min(1, stagesSay)
    .max(limits.stages, `must be at most ${limits.stages} stages`)
    .optional()
    .describe("Numbers of callers, one after the other"),
  warmUp: warmUp.optional().describe("What is not measured, at the beginning"),
  gracefulStop: span.optional().describe("What turns in progress may take at the end; default: patience and 5 s"),
  order: oneOf(["blocks", "serial"]).optional().describe("Whether cells run interleaved or one after the other"),
  repeat: wholeNumber({ min: 1, max: limits.repeats }).optional().describe("How often all cells run"),
})
  .prefault({})
  .describe("How many callers, and when");

export type WrittenLoad = z.output<typeof load>;

/** What `abortOnFail` holds, of one threshold or of all. */
export const abortOnFail = section({ after: span.describe("Not before this") }).describe("Ends the run once a threshold is missed for sure");

const thresholdSays = "must be a threshold, such as voice_to_voice p95 < 2500ms";

/** A threshold is text, or text that may end the run before its time. */
export const thresholds = z
  .array(
    z.union(
      [fields.text(thresholdSays), section({ threshold: fields.text(thresholdSays).describe("What is demanded"), abortOnFail: abortOnFail.optional() })],
      thresholdSays,
    ),
    "must be a list of thresholds",
  )
  .default([]);

/** Connections that are open and configured before a call wants them. */
export const pool = section({ size: fields.sessions.describe("How many at once") }).describe(
  "Connections that are open and configured before a call wants them",
);
