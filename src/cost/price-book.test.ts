import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { findPrice, listPriceBooks, loadPriceBook, parsePriceBook } from "./price-book.ts";

test("every list that ships is valid, bears its file's name and says where its prices are from", () => {
  const names = listPriceBooks();
  assert.deepEqual(names, ["openai-2026-11", "seed-article"]);
  for (const name of names) assert.equal(orThrow(loadPriceBook(name)).name, name);
});

test("a list can be given by its path", () => {
  assert.equal(orThrow(loadPriceBook(packagePath("fixtures", "prices", "seed-article.json"))).name, "seed-article");
});

test("a list that is not there is named, with those that are", () => {
  const name = loadPriceBook("openai-2026-12");
  assert.match(name.ok ? "" : (name.issues[0]?.message ?? ""), /did you mean "openai-2026-11"\? \(there are openai-2026-11, seed-article/);
  const path = loadPriceBook("./no-such.json");
  assert.match(path.ok ? "" : (path.issues[0]?.message ?? ""), /can't be read: ENOENT/);
});

test("all faults of a list are told at once, each with its place", () => {
  const row = { models: ["m"], type: "minutes", usdPerMinute: "0.034", minutesOf: "audioIn", confidence: "published", source: "s" };
  const book = { name: "n", title: "t", collectedOn: "2026-11-22", note: "", prices: [row] };
  const paths = (change: object): readonly (string | undefined)[] => {
    const result = parsePriceBook(JSON.stringify({ ...book, ...change }), "n.json");
    return result.ok ? [] : result.issues.map(({ path }) => path);
  };
  assert.deepEqual(paths({}), []);
  const wrong = paths({ collectedOn: "November", prices: [{ ...row, usdPerMinute: 0.034, confidence: "sure" }] });
  assert.deepEqual(new Set(wrong), new Set(["collectedOn", "prices.0.confidence", "prices.0.usdPerMinute"]));
  assert.deepEqual(paths({ prices: [{ ...row, usdPerMinute: "0.0000001" }] }), ["prices.0.usdPerMinute"]);
  assert.deepEqual(paths({ prices: [row, row] }), ["prices"]);
  const torn = parsePriceBook("{", "n.json");
  assert.match(torn.ok ? "" : (torn.issues[0]?.message ?? ""), /a price list is JSON/);
});

test("a snapshot has the price of its model; a model that only begins alike has none", () => {
  const book = orThrow(loadPriceBook("openai-2026-11"));
  assert.equal(findPrice(book, "gpt-realtime-2-2026-05-06"), findPrice(book, "gpt-realtime-2"));
  assert.equal(findPrice(book, "gpt-realtime-2-large"), undefined);
});
