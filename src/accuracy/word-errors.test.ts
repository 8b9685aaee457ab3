import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { charactersOf, normalise, wordsOf } from "./normalise.ts";
import { editsBetween, transcriptErrors } from "./word-errors.ts";

const forms: readonly (readonly [string, string])[] = [
  ["Hi, WHERE is my order?", "hi where is my order"],
  ["  It’s   e-mail:  a.b@c ", "its e mail a b c"],
  ["¿Dónde está?", "dónde está"],
  ["ﬁne １０４２", "fine 1042"],
  ["?!", ""],
  ["नमस्ते दुनिया।", "नमस्ते दुनिया"],
];
for (const [text, form] of forms) test(`${JSON.stringify(text)} is compared as ${JSON.stringify(form)}`, () => assert.equal(normalise(text), form));

test("a text has words and characters, and an empty one has none", () => {
  assert.deepEqual(wordsOf("A b, c"), ["a", "b", "c"]);
  assert.deepEqual(wordsOf("…"), []);
  assert.deepEqual(charactersOf("こん にちは"), ["こ", "ん", "に", "ち", "は"]);
});

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");
const edits: readonly (readonly [string, string, number])[] = [
  ["a b c", "a b c", 0],
  ["a b c", "a x c", 1],
  ["a b c", "a c", 1],
  ["a b c", "a b b c", 1],
  ["a b c", "", 3],
  ["", "a b", 2],
  ["a b c d", "b c d a", 2],
  ["a b", "b a", 2],
];
for (const [said, written, count] of edits) {
  test(`from "${said}" to "${written}" it takes ${count}`, () => assert.equal(editsBetween(words(said), words(written)), count));
}

/** The definition itself, without any of the shortcuts. */
function plainEdits(a: readonly string[], b: readonly string[]): number {
  const [head, ...rest] = a;
  const [other, ...others] = b;
  if (head === undefined || other === undefined) return a.length + b.length;
  if (head === other) return plainEdits(rest, others);
  return 1 + Math.min(plainEdits(rest, others), plainEdits(rest, b), plainEdits(a, others));
}

test("it finds the fewest edits of a hundred random pairs, the same both ways", () => {
  const random = stream(1, "edits");
  for (let round = 0; round < 100; round++) {
    const draw = (): string[] => Array.from({ length: random.integer(7) }, () => "abc"[random.integer(3)] as string);
    const [said, written] = [draw(), draw()];
    assert.equal(editsBetween(said, written), plainEdits(said, written), `${said.join("")} ${written.join("")}`);
    assert.equal(editsBetween(written, said), plainEdits(said, written));
  }
});

test("a transcript without end is counted without being compared to its end", () => {
  const endless = Array.from({ length: 1_000_000 }, () => "x");
  assert.equal(editsBetween(["a", "b"], endless), 1_000_000);
});

test("errors are counted against what was said, and rates may exceed one", () => {
  assert.deepEqual(transcriptErrors("Where is my order?", "where's my order"), { words: 4, wordErrors: 2, characters: 14, characterErrors: 1 });
  assert.deepEqual(transcriptErrors("No.", "no no no"), { words: 1, wordErrors: 2, characters: 2, characterErrors: 4 });
  assert.equal(transcriptErrors("…", "a"), undefined);
});
