// What a client may ask of input transcription, and which model knows which option.

import { reasoningEfforts } from "../protocol/session-config.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Check, Checked } from "./field-checks.ts";
import { isObject, oneOf, text } from "./field-checks.ts";

/** Writes while it listens. */
export const STREAMING_MODEL = "gpt-realtime-whisper";

/** Says who spoke; writes once a turn is committed. */
export const SPEAKER_MODEL = "gpt-4o-transcribe-diarize";

/** Others that write once a turn is committed. */
export const committedModels = [
  "whisper-1",
  "gpt-transcribe",
  "gpt-live-transcribe",
  "gpt-4o-transcribe",
  "gpt-4o-mini-transcribe",
  "gpt-4o-mini-transcribe-2025-12-15",
] as const;

const languageCode = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const model = oneOf(...committedModels, SPEAKER_MODEL, STREAMING_MODEL);

const language: Check = (value, path) =>
  value === null || (typeof value === "string" && languageCode.test(value))
    ? { keep: value }
    : { wrong: fault("invalid_value", path, `Invalid value: ${JSON.stringify(value)}. Expected a language code such as 'en'.`) };

const notText = (path: string): Checked => ({ wrong: fault("invalid_type", path, `Invalid type for '${path}': expected a string.`) });

const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return { wrong: fault("invalid_type", path, `Invalid type for '${path}': expected an array of strings.`) };
    for (const [index, entry] of value.entries()) {
      const checked = typeof entry === "string" ? check(entry, `${path}[${index}]`, undefined) : notText(`${path}[${index}]`);
      if ("wrong" in checked) return checked;
    }
    return { keep: value };
  };

interface Option {
  readonly check: Check;
  readonly knownTo: (model: string) => boolean;
}

const takesHints = (name: string): boolean => name === "gpt-transcribe" || name === "gpt-live-transcribe";
const options: Readonly<Record<string, Option>> = {
  language: { check: language, knownTo: () => true },
  prompt: {
    check: (value, path) => (value === null ? { keep: null } : text(value, path, undefined)),
    knownTo: (name) => name !== STREAMING_MODEL && name !== SPEAKER_MODEL,
  },
  languages: { check: listOf(language), knownTo: takesHints },
  keywords: { check: listOf(text), knownTo: takesHints },
  delay: { check: oneOf(...reasoningEfforts), knownTo: (name) => name === STREAMING_MODEL },
};

const logprobsField = oneOf("item.input_audio_transcription.logprobs");

/** What a session wants besides; an empty list is told as null, as the live server begins. */
export const include: Check = (value, path) => {
  if (value === null) return { keep: null };
  if (!Array.isArray(value)) return { wrong: fault("invalid_type", path, `Invalid type for '${path}': expected an array of strings or null.`) };
  const checked = value.map((entry, index) => logprobsField(entry, `${path}[${index}]`, undefined));
  return checked.find((entry) => "wrong" in entry) ?? { keep: value.length === 0 ? null : [...new Set(value)] };
};

/** Null turns it off. Fields that are not named stay as they are, unless the model changes: options belong to a model. */
export const inputTranscription: Check = (value, path, current): Checked => {
  if (value === null) return { keep: null };
  if (!isObject(value)) return { wrong: fault("invalid_type", path, `Invalid type for '${path}': expected an object or null.`) };
  const before = isObject(current) ? current : undefined;
  const name = value["model"] ?? before?.["model"];
  if (name === undefined) return { wrong: fault("missing_required_parameter", `${path}.model`, `Missing required parameter: '${path}.model'.`) };
  const known = model(name, `${path}.model`, undefined);
  if ("wrong" in known) return known;
  const settings: Record<string, unknown> = before?.["model"] === name ? { ...before } : { model: name, language: null, prompt: null };
  const wrong = setOptions(settings, name as string, value, path);
  return wrong ? { wrong } : { keep: settings };
};

/** Sets the options in `settings`, or says what is wrong with the first that is. */
function setOptions(settings: Record<string, unknown>, name: string, value: object, path: string): Fault | undefined {
  for (const [key, entry] of Object.entries(value)) {
    if (key === "model") continue;
    const place = `${path}.${key}`;
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (!option) return fault("unknown_parameter", place, `Unknown parameter: '${place}'.`);
    const isKnown = option.knownTo(name);
    if (!isKnown && entry !== null) return fault("invalid_value", place, `Invalid value: '${key}' is not supported by the model '${name}'.`);
    if (!isKnown) continue;
    const checked = option.check(entry, place, settings[key]);
    if ("wrong" in checked) return checked.wrong;
    settings[key] = checked.keep;
  }
  return undefined;
}
