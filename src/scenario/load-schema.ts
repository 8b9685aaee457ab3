// The load section as users write it: callers and calls, arrivals, stages, warm-up. load-rules.ts has the rules that join
// its fields with each other and with other sections, and the way to its resolved form and back.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { defaults } from "./defaults.ts";
import * as fields from "./fields.ts";
import { number, oneOf, section, span, wholeNumber } from "./fields.ts";

const ratePerS = number({ min: 0.001, max: limits.arrivalsPerS, unit: "calls a second" });
const anyRatePerS = number({ min: 0, max: limits.arrivalsPerS, unit: "calls a second" });

/** A map of which exactly one field must be there. */
function oneOfFields<T extends z.core.$ZodLooseShape>(shape: T, says: string) {
  return section(shape).superRefine((written, context) => {
    const there = Object.values(written as Readonly<Record<string, unknown>>).filter((value) => value !== undefined);
    if (there.length !== 1) context.addIssue({ code: "custom", message: says });
  });
}

const arrivals = oneOfFields(
  {
    constant: section({ ratePerS }).optional(),
    poisson: section({ ratePerS }).optional(),
    ramp: section({ fromPerS: anyRatePerS, toPerS: ratePerS, over: fields.window }).optional(),
    stairs: section({ fromPerS: ratePerS, stepPerS: ratePerS, every: fields.window, steps: wholeNumber({ min: 1, max: 100 }) }).optional(),
    spike: section({ basePerS: anyRatePerS, peakPerS: ratePerS, at: span, for: fields.window }).optional(),
  },
  "must be one of constant, poisson, ramp, stairs and spike, such as {poisson: {ratePerS: 2}}",
);

const stagesSay = "must be a list of stages, such as [{sessions: 10, for: 30s}, {sessions: 50, for: 30s}]";

const warmUp = oneOfFields(
  { sessions: fields.sessions.optional(), calls: wholeNumber({ min: 1, max: 10_000 }).optional(), duration: fields.window.optional() },
  "must be one of sessions, calls and duration, such as {duration: 10s}",
);

export const load = section({
  model: oneOf(["closed", "open"]).default(defaults.load.model),
  sessions: fields.sessions.optional(),
  calls: wholeNumber({ min: 1, max: 10_000 }).optional(),
  duration: fields.window.optional(),
  concurrency: fields.sessions.optional(),
  startOver: span.optional(),
  arrivals: arrivals.optional(),
  maxSessions: fields.sessions.optional(),
  stages: z
    .array(section({ sessions: fields.sessions, for: fields.window }), stagesSay)
    .min(1, stagesSay)
    .max(limits.stages, `must be at most ${limits.stages} stages`)
    .optional(),
  warmUp: warmUp.optional(),
  gracefulStop: span.optional(),
  order: oneOf(["blocks", "serial"]).optional(),
  repeat: wholeNumber({ min: 1, max: limits.repeats }).optional(),
}).prefault({});

export type WrittenLoad = z.output<typeof load>;

/** What `abortOnFail` holds, of one threshold or of all. */
export const abortOnFail = section({ after: span });

const thresholdSays = "must be a threshold, such as voice_to_voice p95 < 2500ms";

/** A threshold is text, or text that may end the run before its time. */
export const thresholds = z
  .array(
    z.union([fields.text(thresholdSays), section({ threshold: fields.text(thresholdSays), abortOnFail: abortOnFail.optional() })], thresholdSays),
    "must be a list of thresholds",
  )
  .default([]);

/** Connections that are open and configured before a call wants them. */
export const pool = section({ size: fields.sessions });
