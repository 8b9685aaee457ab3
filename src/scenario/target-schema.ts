// Whom to call, as a user writes it: the provider, the address, the key and what stands between.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { efforts } from "./effort.ts";
import { audioFormats, modelRules } from "./scenario.ts";
import { defaults } from "./defaults.ts";
import { dialects, errorStyles, sessionKinds, turnDetectionKinds } from "../protocol/capabilities.ts";
import { keyForms } from "../protocol/providers/provider.ts";
import * as fields from "./fields.ts";
import { oneOf, section, text } from "./fields.ts";
import { onlyOwnFields, targetVariant } from "./variants.ts";

/** The sentence quotes nothing of what was written, so it may be shown even where that is a secret. */
const plain = { plain: true };

const urlSays = "must be the ws:// or wss:// address of a realtime API, such as wss://host/v1/realtime";
const isUrlOf =
  (schemes: RegExp) =>
  (written: string): boolean =>
    URL.canParse(written) && schemes.test(new URL(written).protocol) && !written.includes("#");

/** What HTTP allows in a header (RFC 9110, 5.5 and 5.6.2); anything else would only be found when the first call dials. */
const headerName = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const headerFault = "has a character that HTTP forbids in a header, such as a line break";
/** A subprotocol is a single word of the same characters as a header's name (RFC 6455, 4.1). */
const oneWord = (says: string) => text(says).regex(headerName, says);

const keyText = text("must be a key, best as ${env:NAME}").regex(headerValue, headerFault);
const sources = ["bearer", "apiKey", "command", "file"] as const;
const commandSays = "must be a program that prints the key, such as [op, read, op://vault/openai/key], or a line for the shell";
const mintSays = "must be the http:// or https:// address that gives ephemeral keys, such as https://api.openai.com/v1/realtime/client_secrets";

const auth = section({
  bearer: keyText.optional().describe("The key, shown as a bearer token"),
  apiKey: keyText.optional().describe("The key, shown as the header api-key"),
  command: z
    .union([text(commandSays), z.array(text(commandSays), commandSays).min(1, commandSays)], commandSays)
    .optional()
    .describe("A program that prints the key; run once"),
  file: text("must be the path of a file that holds the key").optional().describe("A file that holds the key"),
  as: oneOf(keyForms).optional().describe("How the key is shown to the server"),
  mint: z
    .string(mintSays)
    .refine(isUrlOf(/^https?:$/), { message: mintSays, params: plain })
    .optional()
    .describe("Where every session gets an ephemeral key of its own, timed as a part of the connect"),
}).superRefine((written, context) => {
  const refuse = (path: readonly string[], message: string): void => context.addIssue({ code: "custom", path: [...path], message, params: plain });
  const [first, ...more] = sources.filter((name) => written[name] !== undefined);
  if (first === undefined) refuse([], `needs a key: one of ${sources.join(", ")}`);
  for (const name of more) refuse([name], `is a second key beside ${first}: write one of ${sources.join(", ")}`);
  if (first === "apiKey" && written.as !== undefined && written.as !== "apiKey")
    refuse(["as"], "goes with bearer, command or file: apiKey says by itself how the key is shown");
  if (written.as === "subprotocol" && written.bearer !== undefined && !headerName.test(written.bearer))
    refuse(["bearer"], "has a character that a subprotocol can't hold");
});

const listSays = (example: string): string => `must be a list, such as ${example}`;
const declaredList = <const T extends readonly [string, ...string[]]>(values: T, example: string) => z.array(oneOf(values), listSays(example));
const { capabilities: least } = defaults;

const capabilities = section({
  kinds: declaredList(sessionKinds, "[conversation]")
    .default([...least.kinds])
    .describe("Kinds of session"),
  turnDetection: declaredList(turnDetectionKinds, "[server, manual]")
    .default([...least.turnDetection])
    .describe("Ways to find the end of a turn"),
  formats: declaredList(audioFormats, "[pcm24k, pcmu]")
    .default([...least.formats])
    .describe("Audio formats on the wire"),
  efforts: declaredList(efforts, "[low, high]")
    .default([...least.efforts])
    .describe("Reasoning efforts"),
  usage: z.boolean("must be true or false").default(least.usage).describe("Whether response.done says what it cost"),
  errors: oneOf(errorStyles).default(least.errors).describe("How it refuses a connection: by an event, by HTTP, or either"),
  events: oneOf(dialects).default(least.events).describe("Names of its events: today's (ga) or the beta's"),
});

const proxySays = "must be the http:// address of a proxy, such as http://proxy:3128, or none";
const apiVersionSays = "must be the version of Azure's preview, such as 2025-04-01-preview";

/** What the providers that let nobody in without a key are told. */
const keyMissing = {
  openai: 'is missing: write auth: {bearer: "${env:OPENAI_API_KEY}"}',
  azure: 'is missing: write auth: {apiKey: "${env:AZURE_OPENAI_API_KEY}"}, or a bearer token',
} as const;

export const target = section({
  provider: oneOf(["embedded", "openai", "azure", "compatible"])
    .default(defaults.target.provider)
    .describe("embedded is earshot's own reference server on this machine; compatible is any server that speaks the protocol"),
  model: fields.model.default(defaults.target.model),
  profile: fields.profile.optional(),
  script: fields.script.optional(),
  sessionMinutes: fields.sessionMinutes.optional(),
  tokensPerMinute: fields.tokensPerMinute.optional(),
  requestsPerMinute: fields.requestsPerMinute.optional(),
  models: oneOf(modelRules).optional().describe("Which names the embedded target takes for a model: any, likely ones, or only those of the API"),
  faults: z
    .array(fields.targetFault, "must be a list of faults such as restart@10s+2s")
    .max(limits.stages, `may hold ${limits.stages} faults`)
    .optional()
    .describe("What goes wrong with the embedded target as a whole, and when"),
  url: z
    .string(urlSays)
    .refine(isUrlOf(/^wss?:$/), urlSays)
    .optional()
    .describe("Where the realtime API is"),
  auth: auth.optional().describe("How callers prove who they are; never written to any report"),
  headers: z
    .record(
      z.string().regex(headerName, "is not a name that HTTP allows for a header"),
      z.string("must be text").regex(headerValue, "has a character that HTTP forbids in a header"),
      "must be a map of header names to text",
    )
    .optional()
    .describe("More headers for the handshake; never written to any report"),
  organization: oneWord("must be the id of an organisation, such as org-abc123").optional().describe("The organisation that pays"),
  project: oneWord("must be the id of a project, such as proj_abc123").optional().describe("The project that pays"),
  proxy: z
    .union([z.literal("none"), z.string(proxySays).refine(isUrlOf(/^http:$/), { message: proxySays, params: plain })], proxySays)
    .optional()
    .describe("A proxy between, or none; default: HTTPS_PROXY"),
  ca: text("must be the path of a PEM file").optional().describe("Certificate authorities to trust beside the usual ones"),
  certificate: section({
    cert: text("must be the path of a PEM file").describe("The certificate"),
    key: text("must be the path of a PEM file").describe("Its private key"),
  })
    .optional()
    .describe("Who we are, for servers that ask for a client certificate"),
  apiVersion: z
    .string(apiVersionSays)
    .regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, apiVersionSays)
    .optional()
    .describe("Azure's preview only"),
  deployment: text("must be the name of a deployment").optional().describe("Azure only; default: the model's name"),
  capabilities: capabilities.optional().describe("What a compatible server can do: earshot doctor --url finds out"),
})
  .superRefine(onlyOwnFields(targetVariant))
  .superRefine((written, context) => {
    const refuse = (path: readonly string[], message: string): void => context.addIssue({ code: "custom", path: [...path], message, params: plain });
    const { provider, url, auth: access } = written;
    if (provider === "compatible" && url === undefined) refuse(["url"], `is missing: ${urlSays}`);
    if (provider === "azure" && url === undefined)
      refuse(["url"], "is missing: write the address of your resource, such as wss://my-resource.openai.azure.com");
    if ((provider === "openai" || provider === "azure") && access === undefined) refuse(["auth"], keyMissing[provider]);
    if (provider === "azure" && access?.as === "subprotocol") refuse(["auth", "as"], "must be bearer or apiKey: Azure takes no key among the subprotocols");
  })
  .prefault({})
  .describe("Whom to call");
