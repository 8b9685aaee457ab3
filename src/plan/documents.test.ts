import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsOf } from "./matrix.ts";
import { scenarioWith } from "../testing/scenario.ts";
import type { ContextDocument } from "../scenario/expectations.ts";
import { documentsByCell, documentTexts } from "./documents.ts";

const textsOf = (documents: readonly ContextDocument[], files: ReadonlyMap<string, string> = new Map(), seed = 1): readonly string[] =>
  documentTexts({ ...scenarioWith({ session: { documents } }), seed }, files);

test("a made-up document is as long as was asked for, says nothing twice, and is the seed's own", () => {
  const [text = "", other] = textsOf([{ tokens: 5_000 }, { tokens: 5_000 }]);
  assert.equal(text.length, 20_000);
  const sentences = text.split(". ");
  assert.ok(new Set(sentences).size > sentences.length * 0.99);
  assert.notEqual(text, other);
  assert.deepEqual(textsOf([{ tokens: 5_000 }])[0], text);
  assert.notEqual(textsOf([{ tokens: 5_000 }], new Map(), 2)[0], text);
});

test("a given text is sent as it is, or cut or repeated to the length that was asked for", () => {
  const files = new Map([["manual.txt", "abcdefghij"]]);
  assert.deepEqual(textsOf([{ text: "Hello." }, { file: "manual.txt" }, { file: "manual.txt", tokens: 2 }, { file: "manual.txt", tokens: 4 }], files), [
    "Hello.",
    "abcdefghij",
    "abcdefgh",
    "abcdefghij\nabcde",
  ]);
});

test("each cell begins with its own, and cells that begin alike share the text", () => {
  const matrix = { "session.documents[0].tokens": [2, 5], "session.voice": ["a", "b"] };
  const cells = cellsOf(scenarioWith({ session: { documents: [{ tokens: 1 }] }, matrix }));
  const texts = cells.map(({ id }) => documentsByCell(cells, new Map()).get(id));
  assert.deepEqual(
    texts.map((found) => found?.[0]?.length),
    [8, 8, 20, 20],
  );
  const once = documentsByCell(cells, new Map());
  assert.equal(once.get(cells[2]?.id ?? ""), once.get(cells[3]?.id ?? ""));
});

test("without documents there are none", () => assert.deepEqual(documentTexts(scenarioWith(), new Map()), []));
