// What a user may write, as one schema: types, checks and the JSON Schema for editors come from it. Rules that concern one
// section live here; rules that join sections are in resolve.ts; what is recognised and refused is in unsupported.ts.

import { z } from "zod";
import { axes, axisName } from "./axes.ts";
import { defaults } from "./defaults.ts";
import * as fields from "./fields.ts";
import { budget } from "./budget-schema.ts";
import { tools } from "./tools-schema.ts";
import { oneOf, section, slug, span, text, wholeNumber } from "./fields.ts";

/** The fields that only one kind of a section has. A change of kind by a flag takes the other kinds' fields away. */
export const variants = [
  { path: ["target"], key: "provider", otherwise: "embedded", owns: { embedded: ["profile", "script"], compatible: ["url", "auth", "headers"] } },
  { path: ["session", "turnDetection"], key: "type", otherwise: "server", owns: { server: ["silenceMs", "prefixMs", "threshold"], manual: [] } },
] as const;

/** An issue for each field of another kind: `the embedded target has no url; url belongs to provider: compatible`. */
function onlyOwnFields(variant: (typeof variants)[number]) {
  return (written: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void => {
    const kind = String(written[variant.key]);
    for (const [other, keys] of Object.entries<readonly string[]>(variant.owns)) {
      for (const key of other === kind ? [] : keys.filter((name) => written[name] !== undefined)) {
        context.addIssue({ code: "custom", path: [key], message: `goes with ${variant.key}: ${other}, and this is ${variant.key}: ${kind}` });
      }
    }
  };
}

const urlSays = "must be the ws:// or wss:// address of a realtime API, such as wss://host/v1/realtime";
const isSocketUrl = (written: string): boolean => URL.canParse(written) && /^wss?:$/.test(new URL(written).protocol) && !written.includes("#");

/** What HTTP allows in a header (RFC 9110, 5.5 and 5.6.2); anything else would only be found when the first call dials. */
const headerName = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const target = section({
  provider: oneOf(["embedded", "compatible"]).default(defaults.target.provider),
  model: fields.model.default(defaults.target.model),
  profile: fields.profile.optional(),
  script: fields.script.optional(),
  url: z.string(urlSays).refine(isSocketUrl, urlSays).optional(),
  auth: section({
    bearer: text("must be a key, best as ${env:NAME}").regex(headerValue, "has a character that HTTP forbids in a header, such as a line break"),
  }).optional(),
  headers: z
    .record(
      z.string().regex(headerName, "is not a name that HTTP allows for a header"),
      z.string("must be text").regex(headerValue, "has a character that HTTP forbids in a header"),
      "must be a map of header names to text",
    )
    .optional(),
})
  .superRefine(onlyOwnFields(variants[0]))
  .superRefine(({ provider, url }, context) => {
    if (provider === "compatible" && url === undefined) context.addIssue({ code: "custom", path: ["url"], message: `is missing: ${urlSays}` });
  })
  .prefault({});

const turnDetection = section({
  type: fields.turnDetectionType.default(defaults.session.turnDetection.type),
  silenceMs: fields.silenceMs.optional(),
  prefixMs: fields.prefixMs.optional(),
  threshold: fields.threshold.optional(),
})
  .superRefine(onlyOwnFields(variants[1]))
  .prefault({});

const languageSays = "must be a language code, such as en";

const session = section({
  kind: oneOf(["conversation"]).default(defaults.session.kind),
  instructions: z.string("must be text").default(defaults.session.instructions),
  voice: fields.voice.optional(),
  inputFormat: fields.audioFormat.default(defaults.session.inputFormat),
  outputFormat: fields.audioFormat.default(defaults.session.outputFormat),
  frameMs: fields.frameMs.default(defaults.session.frameMs),
  effort: fields.effort.optional(),
  maxOutputTokens: z
    .union([wholeNumber({ min: 1, max: 4096 }), z.literal("inf")], "must be a whole number from 1 to 4096, or inf")
    .default(defaults.session.maxOutputTokens),
  turnDetection,
  transcription: section({
    model: text("must be the name of a transcription model, such as gpt-4o-mini-transcribe"),
    language: z
      .string(languageSays)
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, languageSays)
      .optional(),
  }).optional(),
  tools,
  cache: oneOf(["natural"]).optional(),
}).prefault({});

const interrupt = section({ say: slug("the id of a clip"), atAnswerMs: fields.ms(600_000) });
const turn = section({ say: slug("the id of a clip"), effort: fields.effort.optional(), interrupt: interrupt.optional() });

const turnsSays = "must be a list of at least one turn, such as `- say: order-status`";

const caller = section({
  patienceMs: fields.patienceMs.default(defaults.caller.patienceMs),
  startBufferMs: fields.startBufferMs.default(defaults.caller.startBufferMs),
  thinkMs: fields.durationMs.default({ uniform: [...defaults.caller.thinkMs.uniform] }),
  turns: z.array(turn, turnsSays).min(1, turnsSays).max(1_000, "must be at most 1000 turns"),
  repeat: oneOf(["turns"]).optional(),
});

const load = section({
  model: oneOf(["closed"]).default(defaults.load.model),
  sessions: fields.sessions.default(defaults.load.sessions),
  calls: wholeNumber({ min: 1, max: 10_000 }).default(defaults.load.calls),
  duration: fields.window.optional(),
  concurrency: fields.sessions.optional(),
  startOver: span.optional(),
}).prefault({});

/** An axis: a list of different values, each of which the field itself would take. */
function axisValues(field: z.ZodType<string | number>) {
  const says = "must be a list of values, such as [low, high]";
  const different = (values: readonly unknown[], context: z.core.$RefinementCtx): void => {
    for (const [index, value] of values.entries()) {
      if (values.indexOf(value) < index) context.addIssue({ code: "custom", path: [index], message: "is the same value again; cells must differ" });
    }
  };
  return z.array(field, says).min(1, says).superRefine(different).optional();
}

const matrixShape = Object.fromEntries(axes.flatMap((axis) => [axisName(axis), axis.path].map((name) => [name, axisValues(axis.field)])));

const matrix = z
  .strictObject(matrixShape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? undefined : "must be a map of axes to lists, such as effort: [low, high]"),
  })
  .superRefine((written, context) => {
    for (const { short, path } of axes) {
      if (short === undefined || short === path || written[short] === undefined || written[path] === undefined) continue;
      context.addIssue({ code: "custom", path: [path], message: `is the axis ${short} again: write it once` });
    }
  })
  .default({});

const tagValue = z.union([z.string(), z.number(), z.boolean()], "must be text");

const pricesSays = "must be the name of a price list, such as openai-2026-11, or the path of a .json file, such as ./my-prices.json";

export const scenarioSchema = section({
  version: z.literal(1, "must be 1, the version of the scenario language"),
  name: slug("a name, such as voice-assistant"),
  seed: wholeNumber({ min: 0, max: 2 ** 32 - 1 }).default(defaults.seed),
  target,
  session,
  caller,
  load,
  network: fields.network.default(defaults.network),
  prices: text(pricesSays)
    .regex(/^(?:[a-z0-9]+(?:[-.][a-z0-9]+)*|.*\/.*|.*\.json)$/, pricesSays)
    .default(defaults.prices),
  budget,
  matrix,
  thresholds: z.array(text("must be a threshold, such as voice_to_voice p95 < 2500ms"), "must be a list of thresholds").default([]),
  tags: z.record(z.string(), tagValue, "must be a map of names to text").default({}),
});

/** A scenario as written, its values checked and its plain defaults filled in. */
export type WrittenScenario = z.output<typeof scenarioSchema>;
