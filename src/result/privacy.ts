// What a run keeps of what was said. Rows are veiled once, where they are written, so that no file and no report made of
// them knows more; counts of word errors and whether an expectation was met are judged before, and stay.

import { createHash } from "node:crypto";
import type { Privacy } from "../core/privacy.ts";
import type { ExpectationRow, ToolCallRow, TurnRow } from "../metrics/turn-row.ts";

const FINGERPRINT_DIGITS = 12;
const fingerprintShape = /^sha256:[0-9a-f]{12}$/;

/** `sha256:` and twelve hexadecimal digits. Not salted: whoever guesses a short text can check the guess. */
export const fingerprintOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex").slice(0, FINGERPRINT_DIGITS)}`;

/** Whether the text is what is left of one. */
export const isFingerprint = (text: string): boolean => fingerprintShape.test(text);

export interface Veil {
  turn(row: TurnRow): TurnRow;
  toolCall(row: ToolCallRow): ToolCallRow;
}

export function createVeil(privacy: Privacy): Veil {
  if (privacy === "full") return { turn: (row) => row, toolCall: (row) => row };
  const veiled = <Key extends string>(key: Key, text: string | undefined): Partial<Record<Key, string>> =>
    text === undefined || privacy === "none" ? {} : ({ [key]: fingerprintOf(text) } as Partial<Record<Key, string>>);
  // Why an expectation was met quotes what was heard. Where the texts are gone, that it was met is all there is.
  const judged = ({ what, met, why }: ExpectationRow): ExpectationRow => ({
    what,
    met,
    why: what === "answeredWithinMs" ? why : privacy === "none" ? "" : fingerprintOf(why),
  });
  return {
    turn({ text, transcripts, expectations, ...row }) {
      const said = { ...veiled("caller", transcripts?.caller), ...veiled("answer", transcripts?.answer) };
      return {
        ...row,
        ...veiled("text", text),
        ...(Object.keys(said).length > 0 ? { transcripts: said } : {}),
        ...(expectations ? { expectations: expectations.map(judged) } : {}),
      };
    },
    toolCall: ({ arguments: given, output, ...row }) => ({ ...row, ...veiled("arguments", given), ...veiled("output", output) }),
  };
}
