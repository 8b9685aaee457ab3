// What a user may write, as one schema: types, checks and the JSON Schema for editors come from it. Rules that concern one
// section live here; rules that join sections are in resolve.ts; what is recognised and refused is in unsupported.ts.

import { z } from "zod";
import { privacies } from "../core/privacy.ts";
import { axisText, type AxisValue } from "./axis-text.ts";
import { axes, axisName, otherAxisPath } from "./axes.ts";
import { defaults } from "./defaults.ts";
import * as fields from "./fields.ts";
import { fixedBecause } from "./fixed-fields.ts";
import { budget } from "./budget-schema.ts";
import * as contextFields from "./context-schema.ts";
import { abortOnFail, load, pool, thresholds } from "./load-schema.ts";
import { network } from "./network-schema.ts";
import { reconnect } from "./reconnect-schema.ts";
import { tools } from "./tools-schema.ts";
import { callerTurns } from "./turns-schema.ts";
import { oneOf, section, slug, text, wholeNumber } from "./fields.ts";
import { target } from "./target-schema.ts";
import { onlyOwnFields, turnDetectionVariant } from "./variants.ts";

const turnDetection = section({
  type: fields.turnDetectionType.default(defaults.session.turnDetection.type),
  silenceMs: fields.silenceMs.optional(),
  prefixMs: fields.prefixMs.optional(),
  threshold: fields.threshold.optional(),
  eagerness: fields.eagerness.optional(),
  interruptResponse: fields.flag.optional(),
})
  .superRefine(onlyOwnFields(turnDetectionVariant))
  .prefault({})
  .describe("How the end of a turn is found");

const session = section({
  kind: oneOf(["conversation"]).default(defaults.session.kind).describe("What the session is for"),
  instructions: z.string("must be text").default(defaults.session.instructions).describe("What the model is told to be and do"),
  voice: fields.voice.optional(),
  inputFormat: fields.audioFormat.default(defaults.session.inputFormat),
  outputFormat: fields.audioFormat.default(defaults.session.outputFormat),
  frameMs: fields.frameMs.default(defaults.session.frameMs),
  effort: fields.sessionEffort.optional(),
  maxOutputTokens: fields.maxOutputTokens.default(defaults.session.maxOutputTokens),
  turnDetection,
  transcription: section({
    model: text("must be the name of a transcription model, such as gpt-4o-mini-transcribe"),
    language: fields.language.optional(),
  })
    .optional()
    .describe("That the server writes down what the caller says, and with which model"),
  tools,
  cache: contextFields.cache
    .default(defaults.session.cache)
    .describe("natural: the server caches prompts as it does for anybody; cold: every session's begin differently, so that none is cached"),
  truncation: contextFields.truncation.optional().describe("What the server does when the conversation outgrows the model's context"),
  context: contextFields.context.optional().describe("What the caller deletes of the conversation as it goes on"),
  documents: contextFields.documents.optional().describe("Texts that the conversation begins with"),
})
  .prefault({})
  .describe("What is agreed with the server before the first turn");

const caller = section({
  patienceMs: fields.patienceMs.default(defaults.caller.patienceMs),
  startBufferMs: fields.startBufferMs.default(defaults.caller.startBufferMs),
  thinkMs: fields.durationMs.default({ uniform: [...defaults.caller.thinkMs.uniform] }).describe("Pause between the end of an answer and the next turn"),
  ...callerTurns,
  repeat: oneOf(["turns", "call"])
    .optional()
    .describe("What happens after the last turn of a run with load.duration: all turns again in the same session (turns), or another call (call)"),
  pool: pool.optional(),
  reconnect: reconnect.optional(),
}).describe("What each caller does: say a clip, hear the answer out, think, say the next");

/** An axis: a list of different values, each of which the field itself would take. */
function axisValues(field: z.ZodType<AxisValue>) {
  const says = "must be a list of values, such as [low, high]";
  const different = (values: readonly AxisValue[], context: z.core.$RefinementCtx): void => {
    const names = values.map((value) => String(axisText(value)));
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) context.addIssue({ code: "custom", path: [index], message: "is the same value again; cells must differ" });
    }
  };
  return z.array(field, says).min(1, says).superRefine(different).optional();
}

const matrixShape = Object.fromEntries(axes.flatMap((axis) => [axisName(axis), axis.path].map((name) => [name, axisValues(axis.field)])));

const otherValues = axisValues(
  z.union(
    [z.string(), z.number(), z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())],
    "must be text, a number, true or false, a list, or a map of fields",
  ),
);

const matrix = z
  .object(matrixShape, "must be a map of axes to lists, such as effort: [low, high]")
  .catchall(otherValues)
  .superRefine((written, context) => {
    const unknown = Object.keys(written).filter((name) => !Object.hasOwn(matrixShape, name) && otherAxisPath(name) === undefined);
    const fixed = new Map(unknown.flatMap((name) => [[name, fixedBecause(name)] as const]).filter(([, why]) => why !== undefined));
    for (const [name, message] of fixed) context.addIssue({ code: "custom", path: [name], message });
    const keys = unknown.filter((name) => !fixed.has(name));
    if (keys.length > 0) context.addIssue({ code: "unrecognized_keys", keys, input: written });
    for (const { short, path } of axes) {
      if (short === undefined || short === path || written[short] === undefined || written[path] === undefined) continue;
      context.addIssue({ code: "custom", path: [path], message: `is the axis ${short} again: write it once` });
    }
  })
  .default({})
  .describe(
    "Fields that vary: one cell for each combination of their values, the cells' calls interleaved, or one cell after the other where their load differs",
  );

const tagValue = z.union([z.string(), z.number(), z.boolean()], "must be text");

const pricesSays = "must be the name of a price list, such as openai-2026-11, or the path of a .json file, such as ./my-prices.json";

export const scenarioSchema = section({
  /** Read and taken away before the rest is checked (extends.ts); here for editors and for "did you mean". */
  extends: text("must be a file such as ./base.yaml, or the name of a scenario")
    .optional()
    .describe("Scenario that this one rests upon: what is written here takes the place of what is written there; sections are put together, lists replaced"),
  version: z.literal(1, "must be 1, the version of the scenario language"),
  name: slug("a name, such as voice-assistant").describe("What the scenario and its folder of reports are called"),
  seed: wholeNumber({ min: 0, max: 2 ** 32 - 1 })
    .default(defaults.seed)
    .describe("The same seed gives the same callers, pauses and delays again"),
  target,
  session,
  caller,
  load,
  network: network.default(defaults.network),
  prices: text(pricesSays)
    .regex(/^(?:[a-z0-9]+(?:[-.][a-z0-9]+)*|.*\/.*|.*\.json)$/, pricesSays)
    .default(defaults.prices)
    .describe("List that the money columns use, by its name or as a file: earshot prices shows them"),
  budget: budget.describe("What may be spent: reserved before every turn, never exceeded"),
  matrix,
  thresholds: thresholds.describe("What fails the run (exit 3)"),
  abortOnFail: abortOnFail.optional(),
  privacy: oneOf(privacies)
    .default(defaults.privacy)
    .describe("What files keep of transcripts, written words and functions' arguments: all (full), a fingerprint of each (hash), or nothing (none)"),
  tags: z.record(z.string(), tagValue, "must be a map of names to text").default({}).describe("Kept in every report"),
});

/** A scenario as written, its values checked and its plain defaults filled in. */
export type WrittenScenario = z.output<typeof scenarioSchema>;
