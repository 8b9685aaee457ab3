import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { withErrors } from "./word-errors.ts";

const words = Array.from({ length: 4_000 }, (_, index) => `word${index}`);
const wrongAt = (share: number): string => withErrors(words, share, stream(1, "words")).join(" ");

test("no word is wrong at share 0, all are at share 1, and about as many as asked for between", () => {
  assert.equal(wrongAt(0), words.join(" "));
  const kept = new Set(withErrors(words, 0.1, stream(1, "words")));
  const missing = words.filter((word) => !kept.has(word)).length;
  assert.ok(missing > 250 && missing < 400, `${missing} of 4,000 substituted or deleted, 8 % expected`);
  const all = withErrors(words, 1, stream(1, "words"));
  assert.ok(words.every((word) => all.filter((other) => other === word).length !== 1));
});

test("the same draw makes the same mistakes, and a larger share keeps those of a smaller one", () => {
  assert.equal(wrongAt(0.05), wrongAt(0.05));
  const few = new Set(withErrors(words, 0.05, stream(1, "words")));
  const many = new Set(withErrors(words, 0.2, stream(1, "words")));
  assert.deepEqual(
    words.filter((word) => !few.has(word) && many.has(word)),
    [],
  );
});
