// A template of the scenario with its places filled in: {{arguments.id}} becomes the id that a call was made with.

import { templatePlace } from "../scenario/scenario.ts";

/** As the model gets it: text as it is, all else as JSON. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The field below `root` on that dotted path; null where the model gave none. */
const fieldAt = (root: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((at, name) => (typeof at === "object" && at !== null && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : null), root);

/** A text that is nothing but one place becomes the argument itself, a number stays a number; amid text it is written out. */
export function fillTemplate(template: unknown, root: unknown): unknown {
  if (typeof template === "string") {
    const whole = new RegExp(`^${templatePlace.source}$`, "u").exec(template)?.[1];
    if (whole !== undefined) return fieldAt(root, whole);
    return template.replaceAll(templatePlace, (_, place: string) => asText(fieldAt(root, place) ?? ""));
  }
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, root));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, part]) => [name, fillTemplate(part, root)]));
}
