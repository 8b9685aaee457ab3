// The rules about a single file: its name, its length, how it exports, and the globals it may not touch.

import { emptyNames, fileLines, forbiddenGlobals, publicFace, testingRoom } from "../../src/layers.ts";
import { importsOf, lineAt } from "./source-text.ts";
import { isWithin, type ReadFile, type Violation } from "./violation.ts";

export function checkName(file: ReadFile): readonly Violation[] {
  const report = (message: string): readonly Violation[] => [{ rule: "names", path: file.path, line: 1, message }];
  const parts = file.path.split("/").map((part) => part.replace(/(\.test|\.d)?\.ts$/, ""));
  const crooked = parts.find((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
  if (crooked !== undefined) return report(`${crooked} is not kebab-case`);
  const empty = parts.find((part) => emptyNames.includes(part));
  return empty === undefined ? [] : report(`${empty} says nothing of what is inside: name the concept`);
}

export function checkLength(file: ReadFile): readonly Violation[] {
  const lines = file.text.replace(/\n$/, "").split("\n").length;
  if (lines <= fileLines.most) return [];
  return [{ rule: "length", path: file.path, line: fileLines.most + 1, message: `${lines} lines: at most ${fileLines.most}, one concept a file` }];
}

export function checkExports(file: ReadFile): readonly Violation[] {
  // A declaration file describes a library as it is, default export and all.
  if (file.path.endsWith(".d.ts")) return [];
  const { codeOnly } = file.source;
  const violations: Violation[] = [];
  for (const match of codeOnly.matchAll(/(?<![.\w$])export\s+default\b|(?<![.\w$])export\s*\{[^}]*\bas\s+default\b|(?<![.\w$])export\s*=/g)) {
    const line = lineAt(codeOnly, match.index);
    violations.push({ rule: "default-export", path: file.path, line, message: "export it by the name it has everywhere else" });
  }
  if (file.path === publicFace.path) return violations;
  for (const found of importsOf(file.source).filter(({ passedOn }) => passedOn)) {
    const message = `import from ${found.module} where it is used: only ${publicFace.path} passes on what others define`;
    violations.push({ rule: "barrel", path: file.path, line: found.line, message });
  }
  return violations;
}

const escaped = (name: string): string => name.replaceAll(".", String.raw`\s*\.\s*`);

/** `new Date(startedAt)` and `Date.parse(text)` only calculate; these ask what time it is. */
const readsTheDate = String.raw`new\s+Date\b(?!\s*\(\s*[^\s)])|Date\s*\.\s*now\b|(?<!new\s+)Date\s*\(`;

/**
 * Finds uses of a global. Not meant: a member of something else (`socket.setTimeout`), a key or a method that bears its
 * name (`setTimeout(ms) {`), the type `Date`.
 */
function usesOf(name: string, code: string): readonly number[] {
  const pattern = name === "Date" ? readsTheDate : escaped(name) + String.raw`\b(?!\s*\??\s*:)`;
  const uses = new RegExp(String.raw`(?:(?<![.\w$])|(?<=\b(?:globalThis|global)\s*\.\s*))(?:${pattern})`, "g");
  return [...code.matchAll(uses)].map((match) => match.index).filter((index) => !isMethodDefinition(code, index));
}

function isMethodDefinition(code: string, index: number): boolean {
  if (!/(?:[{},;]|\b(?:async|override|public|private|static|get|set))\s*$/.test(code.slice(Math.max(0, index - 200), index))) return false;
  const open = /^\w+\s*(?:<[^(]*>)?\(/.exec(code.slice(index))?.[0].length;
  if (open === undefined) return false;
  let depth = 1;
  let at = index + open;
  for (; at < code.length && depth > 0; at++) depth += code[at] === "(" ? 1 : code[at] === ")" ? -1 : 0;
  return /^\s*[{:]/.test(code.slice(at));
}

export function checkGlobals(file: ReadFile): readonly Violation[] {
  const { inSrc } = file;
  if (inSrc === undefined || file.isTest || file.room === testingRoom.name) return [];
  const { codeOnly } = file.source;
  return forbiddenGlobals
    .filter(({ allowedIn }) => !isWithin(inSrc, allowedIn))
    .flatMap(({ name, instead }) =>
      usesOf(name, codeOnly).map((index): Violation => ({
        rule: "globals",
        path: file.path,
        line: lineAt(codeOnly, index),
        message: `no ${name} here: ${instead}`,
      })),
    );
}
