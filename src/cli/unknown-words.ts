// What yargs says of words that no command takes, as a sentence that names what was probably meant.

import { didYouMean } from "../core/issues.ts";

export interface KnownWords {
  /** Names of options, without their dashes. */
  readonly options: readonly string[];
  readonly commands: readonly string[];
}

/** The part of a parser that knows which words its command takes; the types of yargs leave it out. */
export interface WordKeeper {
  getOptions(): { readonly key: Readonly<Record<string, unknown>> };
  getInternalMethods(): { getCommandInstance(): { getCommands(): readonly string[] } };
}

export function knownWords(parser: WordKeeper): KnownWords {
  // Every option is kept under its camel-case name too, which nobody writes.
  const options = Object.keys(parser.getOptions().key).filter((name) => !/[A-Z]/.test(name) && name.length > 1);
  return {
    options,
    commands: parser
      .getInternalMethods()
      .getCommandInstance()
      .getCommands()
      .filter((name) => /^[a-z]/.test(name)),
  };
}

/** `message` as yargs has it, `words` the command line without the program. */
export function explainWords(message: string, words: readonly string[], known: KnownWords): string {
  const valueless = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (valueless !== undefined) return `${flagOf(valueless, words) ?? `--${valueless}`}: needs a value after it`;
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(", ");
  if (unknown !== undefined) {
    const flags = [...new Set(unknown.map((name) => flagOf(name, words) ?? name))];
    return flags.map((word) => explainWord(word, known)).join("\n         ");
  }
  // Without a command nothing else looks at the options.
  const strange = words.filter((word) => word.startsWith("--") && !known.options.includes(nameOf(word)));
  return [message, ...strange.map((word) => explainWord(word.replace(/=.*/s, ""), known))].join("\n         ");
}

/** The option as it was written, for a name that yargs took it for: `--frame-mss` for frameMss. */
function flagOf(name: string, words: readonly string[]): string | undefined {
  const dashed = words.filter((word) => word.startsWith("-")).map((word) => word.replace(/=.*/s, ""));
  const plain = (text: string): string =>
    text
      .replace(/^-+(?:no-)?/, "")
      .replaceAll("-", "")
      .toLowerCase();
  return dashed.find((word) => plain(word) === plain(name));
}

const nameOf = (flag: string): string => flag.replace(/^-+(?:no-)?/, "").replace(/=.*/s, "");

function explainWord(word: string, { options, commands }: KnownWords): string {
  if (!word.startsWith("-")) {
    const meant = didYouMean(word, commands);
    if (commands.length === 0) return `${word}: is one word too many`;
    return `${word}: is no command${meant ? `; did you mean ${meant}?` : `; there are ${commands.join(", ")}`}`;
  }
  const meant = didYouMean(nameOf(word), options);
  const no = word.startsWith("--no-") ? "no-" : "";
  return `${word}: is no option here${meant ? `; did you mean --${no}${meant}?` : ""}`;
}
