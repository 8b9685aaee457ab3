// Checks of single fields that a client may set, with the live server's codes and the shape of its messages. Each gives
// the value to keep or the fault.

import { wireFormats } from "../protocol/audio-format.ts";
import type { SemanticVad, ServerVad } from "../protocol/session-config.ts";
import type { Fault } from "./fault.ts";
import { fault, named, notOffered } from "./fault.ts";

export type Checked = { readonly keep: unknown } | { readonly wrong: Fault };
/** `current` is the value in force, for fields that are filled up from it. */
export type Check = (value: unknown, path: string, current: unknown) => Checked;

const keep = (value: unknown): Checked => ({ keep: value });
const wrong = (code: string, path: string, message: string): { readonly wrong: Fault } => ({ wrong: fault(code, path, message) });

export const wrongType = (path: string, wanted: string, value: unknown): { readonly wrong: Fault } =>
  wrong(
    "invalid_type",
    path,
    `Invalid type for '${path}': expected ${wanted}, but got ${value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`} instead.`,
  );

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

export const array: Check = (value, path) => (Array.isArray(value) ? keep(value) : wrongType(path, "an array", value));
export const text: Check = (value, path) => (value === null ? keep("") : typeof value === "string" ? keep(value) : wrongType(path, "a string", value));
export const boolean: Check = (value, path) => (typeof value === "boolean" ? keep(value) : wrongType(path, "a boolean", value));

export const oneOf =
  (...values: readonly string[]): Check =>
  (value, path) =>
    values.includes(value as string)
      ? keep(value)
      : wrong("invalid_value", path, `Invalid value: '${named(value)}'. Supported values are: ${values.map((name) => `'${name}'`).join(", ")}.`);

export const numberFrom =
  (least: number, most: number, kind: "integer" | "decimal"): Check =>
  (value, path) => {
    if (typeof value !== "number" || (kind === "integer" && !Number.isInteger(value)))
      return wrongType(path, kind === "integer" ? "an integer" : "a number", value);
    if (value < least)
      return wrong(`${kind}_below_min_value`, path, `Invalid '${path}': ${kind} below minimum value. Expected a value >= ${least}, but got ${value} instead.`);
    if (value > most)
      return wrong(`${kind}_above_max_value`, path, `Invalid '${path}': ${kind} above maximum value. Expected a value <= ${most}, but got ${value} instead.`);
    return keep(value);
  };

/** Kept where it is the one value this target knows, refused aloud otherwise. */
export const only =
  (value_: unknown, what: string, ...alike: readonly unknown[]): Check =>
  (value, path) =>
    [value_, ...alike].some((known) => JSON.stringify(known) === JSON.stringify(value)) ? keep(value_) : { wrong: notOffered(path, what) };

/** Accepted, and nothing comes of it: a `model` that differs from the connection's is ignored by the live server too. */
export const ignored: Check = (_value, _path, current) => keep(current);

export const maxOutputTokens: Check = (value, path, current) => (value === "inf" ? keep(value) : numberFrom(1, 4_096, "integer")(value, path, current));

export const outputModalities: Check = (value, path) =>
  Array.isArray(value) && value.length === 1 && (value[0] === "audio" || value[0] === "text")
    ? keep(value)
    : wrong("invalid_value", path, `Invalid value for '${path}'. Supported combinations are: ['audio'] and ['text'].`);

export const metadata: Check = (value, path) => {
  if (value === null) return keep(null);
  const pairs = isObject(value) ? Object.entries(value) : undefined;
  if (!pairs?.every(([, entry]) => typeof entry === "string")) return wrongType(path, "an object of strings", value);
  const tooLong = pairs.length > 16 || pairs.some(([key, entry]) => key.length > 64 || (entry as string).length > 512);
  return tooLong
    ? wrong("string_above_max_length", path, `Invalid '${path}': at most 16 pairs, keys of at most 64 and values of at most 512 characters.`)
    : keep(value);
};

export const tracing: Check = (value, path, current) => {
  if (value !== null && value !== "auto" && !isObject(value)) return wrongType(path, "null, 'auto' or an object", value);
  const strange = isObject(value) ? Object.keys(value).find((key) => !["workflow_name", "group_id", "metadata"].includes(key)) : undefined;
  if (strange !== undefined) return wrong("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`);
  const changes = current !== null && value !== null && JSON.stringify(current) !== JSON.stringify(value);
  return changes ? wrong("invalid_value", path, "Cannot update tracing once it is enabled; it can only be set to null.") : keep(value);
};

export const audioFormat: Check = (value, path, current) => {
  if (!isObject(value)) return wrongType(path, "an object", value);
  const strange = Object.keys(value).find((key) => key !== "type" && key !== "rate");
  if (strange) return wrong("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`);
  if (value["type"] === "audio/pcmu") return keep(wireFormats.pcmu);
  if (value["type"] === "audio/pcma") return keep(wireFormats.pcma);
  if (value["type"] !== "audio/pcm") return oneOf("audio/pcm", "audio/pcmu", "audio/pcma")(value["type"], `${path}.type`, undefined);
  const rate = numberFrom(24_000, 24_000, "integer")(value["rate"] ?? 24_000, `${path}.rate`, current);
  return "wrong" in rate ? rate : keep(wireFormats.pcm24k);
};

/** The live server's own default, where its documentation says 500 ms of silence. */
export const defaultTurnDetection: ServerVad = {
  type: "server_vad",
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  create_response: true,
  interrupt_response: true,
  idle_timeout_ms: null,
};

const defaultSemanticVad: SemanticVad = { type: "semantic_vad", eagerness: "auto", create_response: true, interrupt_response: true };

const semanticFields: Readonly<Record<string, Check>> = {
  type: oneOf("semantic_vad"),
  eagerness: oneOf("low", "medium", "high", "auto"),
  create_response: boolean,
  interrupt_response: boolean,
};

const vadFields: Readonly<Record<string, Check>> = {
  type: oneOf("server_vad", "semantic_vad"),
  threshold: numberFrom(0, 1, "decimal"),
  prefix_padding_ms: numberFrom(0, 10_000, "integer"),
  silence_duration_ms: numberFrom(0, 10_000, "integer"),
  create_response: boolean,
  interrupt_response: boolean,
  idle_timeout_ms: (value, path, current) => (value === null ? keep(null) : numberFrom(5_000, 30_000, "integer")(value, path, current)),
};

export const turnDetection: Check = (value, path, current) => {
  if (value === null) return keep(null);
  if (!isObject(value)) return wrongType(path, "an object or null", value);
  if (value["type"] === undefined) return wrong("missing_required_parameter", `${path}.type`, `Missing required parameter: '${path}.type'.`);
  const isSemantic = value["type"] === "semantic_vad";
  const fields = isSemantic ? semanticFields : vadFields;
  const start = isSemantic ? defaultSemanticVad : defaultTurnDetection;
  const settings: Record<string, unknown> = { ...(isObject(current) && current["type"] === value["type"] ? current : start) };
  for (const [key, entry] of Object.entries(value)) {
    const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!check) return wrong("unknown_parameter", `${path}.${key}`, `Unknown parameter: '${path}.${key}'.`);
    const checked = check(entry, `${path}.${key}`, settings[key]);
    if ("wrong" in checked) return checked;
    settings[key] = checked.keep;
  }
  return keep(settings);
};
