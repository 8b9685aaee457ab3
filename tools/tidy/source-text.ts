// Reads TypeScript just far enough to tell code from comments and strings, and to find what a file imports and exports.
// There is no parser to borrow: the compiler has no programming interface here, and stripping types would lose the
// type-only imports, which count.

/** The same text, same length and lines, with comments blanked out, and the contents of strings too. */
export interface Blanked {
  readonly withoutComments: string;
  readonly codeOnly: string;
}

const blankOf = (text: string): string => text.replaceAll(/[^\n]/g, " ");

/** After these a slash begins a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[([{,;=:?!&|+\-*%<>~^]|\b(?:return|typeof|case|of|in|do|else|void|yield|await|throw))\s*$/;

const commentOrQuote = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/y;
const regexLiteral = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const templateChunk = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}

export function blank(text: string): Blanked {
  let withoutComments = "";
  let codeOnly = "";
  /** Brace depth at which each open `${` of a template closes. */
  const templates: number[] = [];
  let depth = 0;
  let index = 0;

  function take(piece: string, kind: "code" | "comment" | "string"): void {
    withoutComments += kind === "comment" ? blankOf(piece) : piece;
    codeOnly += kind === "code" ? piece : blankOf(piece);
    index += piece.length;
  }

  /** From inside a template to its end, or to the next `${`, whose code is read as code. */
  function takeTemplate(): void {
    take(matchAt(templateChunk, text, index) ?? "", "string");
    if (text[index] === "`") return take("`", "string");
    if (index >= text.length) return;
    templates.push(depth);
    take("${", "string");
  }

  while (index < text.length) {
    const char = text[index] as string;
    const literal = matchAt(commentOrQuote, text, index);
    const regex = literal === undefined && char === "/" && beforeRegex.test(codeOnly.slice(-40)) ? matchAt(regexLiteral, text, index) : undefined;
    if (literal !== undefined) take(literal, char === "/" ? "comment" : "string");
    else if (regex !== undefined) take(regex, "string");
    else if (char === "`") {
      take("`", "string");
      takeTemplate();
    } else if (char === "}" && templates.at(-1) === depth) {
      templates.pop();
      take("}", "string");
      takeTemplate();
    } else {
      depth += char === "{" ? 1 : char === "}" ? -1 : 0;
      take(char, "code");
    }
  }
  return { withoutComments, codeOnly };
}

export interface Import {
  readonly module: string;
  readonly line: number;
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
  /** `export ... from`: passes on what another file defines. */
  readonly passedOn: boolean;
}

const statement = /(?<![.\w$])(import|export)(\s+type\b(?!\s*(?:,|from\b)))?\s*((?:[\w$*]|\{[^{}]*\}|,|\s)*?)\s*\bfrom\s*(["'])([^"'\n]+)\4/g;
const bareImport = /(?<![.\w$])import\s*(["'])([^"'\n]+)\1/g;
const callImport = /(?<![.\w$])(?:import|require(?:\.resolve)?)\s*\(\s*(["'`])([^"'`\n]+)\1/g;

const everyNameIsType = (names: string): boolean => {
  const inner = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  const parts = inner?.split(",").filter((part) => part.trim() !== "");
  return parts !== undefined && parts.length > 0 && parts.every((part) => /^\s*type\s/.test(part));
};

export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** Every import of a file: static, type-only, for effect, dynamic, of a type in place (`import("./x.ts").T`), and `export ... from`. */
export function importsOf(source: Blanked): readonly Import[] {
  const { withoutComments, codeOnly } = source;
  const inCode = (match: RegExpExecArray): boolean => /\S/.test(codeOnly[match.index] ?? " ");
  const found: Import[] = [];
  for (const match of withoutComments.matchAll(statement)) {
    const [, keyword, type, names = "", , module = ""] = match;
    const typeOnly = type !== undefined || everyNameIsType(names);
    if (inCode(match)) found.push({ module, line: lineAt(withoutComments, match.index), typeOnly, passedOn: keyword === "export" });
  }
  for (const pattern of [bareImport, callImport]) {
    for (const match of withoutComments.matchAll(pattern)) {
      const module = match[2] ?? "";
      if (inCode(match)) found.push({ module, line: lineAt(withoutComments, match.index), typeOnly: false, passedOn: false });
    }
  }
  return found;
}
