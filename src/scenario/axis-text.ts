// What varies, and how a value of it is called in ids, tables and CSV: text and numbers as they are, true and false by their
// words, a map by its fields and a list by its items, without brackets, quotes and commas, so that it can stand in `{axis=value}` of a
// threshold.

export type AxisValue = string | number | boolean | readonly unknown[] | { readonly [field: string]: unknown };

/** `type:server silenceMs:300`, `lognormal:(median:200 sigma:0.5)`, `uniform:300-900`; `none` of what is empty. */
export const axisText = (value: AxisValue): string | number => (typeof value === "number" ? value : textOf(value));

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Object.keys(value).length === 0) return "none";
  if (Array.isArray(value)) return value.map(nested).join("-");
  return Object.entries(value)
    .map(([field, inner]) => `${field}:${nested(inner)}`)
    .join(" ");
}

const isMap = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const nested = (value: unknown): string => (isMap(value) ? `(${textOf(value)})` : textOf(value));
