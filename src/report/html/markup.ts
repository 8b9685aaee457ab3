// HTML that cannot be broken out of: every text is escaped where it enters a template, and only what a template made is
// taken as markup.

export interface Html {
  readonly markup: string;
}

type Content = Html | string | number | undefined | false | readonly Content[];

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] as string);

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (typeof content === "string") return escaped(content);
  if (typeof content === "number") return String(content);
  return "markup" in content ? content.markup : content.map(render).join("");
}

/** A template whose values are text unless they came from such a template. Absent values leave nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { markup: strings.map((text, index) => text + (index < values.length ? render(values[index]) : "")).join("") };
}

/** Markup that is known to be safe: a serialised drawing, the page's own style. Never what somebody else wrote. */
export const trusted = (markup: string): Html => ({ markup });
