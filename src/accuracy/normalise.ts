// What of a text counts when two are compared: its words without case, punctuation and apostrophes. Reports name it basic-1.
// Numbers stay as they were written: "ten forty two" and "1042" are different words.

/** Words with one space between them. Letters, digits and the marks on them stay, in every script. */
export const normalise = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/['’ʼ]/gu, "")
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim();

export const wordsOf = (text: string): readonly string[] =>
  normalise(text)
    .split(" ")
    .filter((word) => word !== "");

/** Spaces do not count, so that this also serves languages that write none. */
export const charactersOf = (text: string): readonly string[] => Array.from(normalise(text).replaceAll(" ", ""));
