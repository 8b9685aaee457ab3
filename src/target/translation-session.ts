// The session object of a translation: how it begins and how session.update changes it. Neither type nor model can be named.

import type { TranslationSessionConfig } from "../protocol/translation-event.ts";
import { translationLanguages } from "../protocol/translation-event.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Check } from "./field-checks.ts";
import { isObject, numberFrom, oneOf } from "./field-checks.ts";
import type { Shape } from "./session-update.ts";
import { merge } from "./session-update.ts";

export function newTranslationSession(options: { readonly id: string; readonly model: string; readonly expiresAtS: number }): TranslationSessionConfig {
  return {
    id: options.id,
    type: "translation",
    model: options.model,
    expires_at: options.expiresAtS,
    audio: { input: { transcription: null, noise_reduction: null }, output: { language: "es" } },
  };
}

/** ISO 639-3 names are taken too, but for `zho`, as the live server has it. */
const longNames: Readonly<Record<string, string>> = {
  spa: "es",
  por: "pt",
  fra: "fr",
  jpn: "ja",
  rus: "ru",
  deu: "de",
  kor: "ko",
  hin: "hi",
  ind: "id",
  vie: "vi",
  ita: "it",
  eng: "en",
};

/** The two letters of a language that was named by two or three. */
export const shortLanguage = (name: string): string => longNames[name] ?? name;

const language: Check = (value, path, current) =>
  Object.hasOwn(longNames, String(value)) ? { keep: value } : oneOf(...translationLanguages)(value, path, current);

const wrong = (code: string, path: string, message: string): ReturnType<Check> => ({ wrong: fault(code, path, message) });

const transcription: Check = (value, path) => {
  if (value === null) return { keep: null };
  if (!isObject(value) || typeof value["model"] !== "string")
    return wrong("missing_required_parameter", `${path}.model`, `Missing required parameter: '${path}.model'.`);
  const strange = Object.keys(value).find((key) => key !== "model");
  return strange ? wrong("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`) : { keep: value };
};

/** Kept and told again; this target hears the same with it and without. */
const noiseReduction: Check = (value, path, current) => {
  if (value === null) return { keep: null };
  if (!isObject(value)) return wrong("invalid_type", path, `Invalid type for '${path}': expected an object or null.`);
  const merged = merge({ type: oneOf("near_field", "far_field"), strength: numberFrom(0, 1, "decimal") }, isObject(current) ? current : {}, value, path);
  if ("wrong" in merged) return merged;
  return merged.merged["type"] === undefined
    ? wrong("missing_required_parameter", `${path}.type`, `Missing required parameter: '${path}.type'.`)
    : { keep: merged.merged };
};

const shape: Shape = { audio: { input: { transcription, noise_reduction: noiseReduction }, output: { language } } };

/** The session after the update, or why it stays as it is. */
export function updateTranslationSession(
  session: TranslationSessionConfig,
  patch: unknown,
): { readonly session: TranslationSessionConfig } | { readonly wrong: Fault } {
  if (patch === undefined) return { wrong: fault("missing_required_parameter", "session", "Missing required parameter: 'session'.") };
  const result = merge(shape, session as unknown as Readonly<Record<string, unknown>>, patch, "session");
  return "wrong" in result ? result : { session: result.merged as unknown as TranslationSessionConfig };
}
