// What the model remembers and what it has read before the first turn, as a user writes it.

import { z } from "zod";
import { limits } from "../core/limits.ts";
import { number, oneOf, section, text, wholeNumber } from "./fields.ts";

const truncationSays = "must be auto, disabled or {retentionRatio: 0.8}";

export const truncation = z.union(
  [
    z.enum(["auto", "disabled"]),
    section({
      retentionRatio: number({ min: 0, max: 1 }),
      tokenLimit: wholeNumber({ min: 1, max: limits.documentTokens, unit: "tokens after the instructions" }).optional(),
    }),
  ],
  truncationSays,
);

/** Older turns are deleted by the client, once they are over. */
export const context = section({ keepTurns: wholeNumber({ min: 1, max: 1_000, unit: "turns that stay in the conversation" }) });

export const cache = oneOf(["natural", "cold"]);

const documentSays = "must be a document, such as {tokens: 60000}, {file: manual.txt} or {text: Opening hours are nine to five.}";
const documentsSays = "must be a list of documents, such as `- tokens: 60000`";

const document = section({
  file: text("must be the name of a text file, beside the scenario or in the working folder").optional(),
  text: text("must be text").optional(),
  tokens: wholeNumber({ min: 1, max: limits.documentTokens, unit: "tokens, by estimate" }).optional(),
}).superRefine(({ file, text: written, tokens }, context) => {
  if (file !== undefined && written !== undefined)
    context.addIssue({ code: "custom", path: ["text"], message: "goes without file: a document is one or the other" });
  if (file === undefined && written === undefined && tokens === undefined) context.addIssue({ code: "custom", message: documentSays });
});

export const documents = z.array(document, documentsSays).min(1, documentsSays).max(limits.documents, `must be at most ${limits.documents} documents`);
