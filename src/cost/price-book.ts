// Dated price lists: files of fixtures/prices, never code. Each row says where it is from and how sure that is.

import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { decimalUsd } from "./decimal-money.ts";

const usd = z.string().regex(decimalUsd, 'expected dollars as text with at most six decimals, such as "0.40"');

const provenance = {
  /** Exact ids; a dated snapshot (`-2026-05-06`) is priced as its model. */
  models: z.array(z.string().min(1)).min(1),
  /** published by the provider, claimed by somebody else, or uncertain. */
  confidence: z.enum(["published", "claimed", "uncertain"]),
  source: z.string().min(1),
};

/** What is counted in minutes: audio the caller sent, or time the call was connected. */
const minutes = { usdPerMinute: usd, minutesOf: z.enum(["audioIn", "connected"]) };

const price = z.discriminatedUnion("type", [
  z.strictObject({
    ...provenance,
    type: z.literal("tokens"),
    usdPerMillion: z.strictObject({ textIn: usd, textCached: usd, textOut: usd, audioIn: usd, audioCached: usd, audioOut: usd }),
  }),
  z.strictObject({ ...provenance, ...minutes, type: z.literal("minutes") }),
  z.strictObject({ ...provenance, ...minutes, type: z.literal("minutesAndTokens"), usdPerMillionOfAnyByEffort: z.record(z.string(), usd) }),
]);

const priceBook = z.strictObject({
  name: z.string().min(1),
  title: z.string().min(1),
  collectedOn: z.iso.date(),
  note: z.string(),
  prices: z.array(price).min(1),
});

export type Price = Readonly<z.infer<typeof price>>;
export type PriceBook = Readonly<z.infer<typeof priceBook>>;

/** Names of the lists that ship with earshot. */
export function listPriceBooks(): string[] {
  const files = readdirSync(packagePath("fixtures", "prices"));
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .toSorted();
}

/** The list of that name or, when `nameOrPath` holds a slash or ends in .json, of that file. All faults of a list at once. */
export function loadPriceBook(nameOrPath: string): Result<PriceBook> {
  const isPath = nameOrPath.includes("/") || nameOrPath.endsWith(".json");
  const known = listPriceBooks();
  if (!isPath && !known.includes(nameOrPath)) {
    const meant = didYouMean(nameOrPath, known);
    const message = `there is no price list "${nameOrPath}"${meant ? `; did you mean "${meant}"?` : ""} (there are ${known.join(", ")}; or give the path of a .json file)`;
    return failed({ source: "prices", message });
  }
  const path = isPath ? nameOrPath : packagePath("fixtures", "prices", `${nameOrPath}.json`);
  try {
    return parsePriceBook(readFileSync(path, "utf8"), nameOrPath);
  } catch (error) {
    return failed({ source: nameOrPath, message: `the price list can't be read: ${(error as Error).message}` });
  }
}

/** Reads a list from JSON; `source` names it in issues. */
export function parsePriceBook(text: string, source: string): Result<PriceBook> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failed({ source, message: `a price list is JSON, and this is not: ${(error as Error).message}` });
  }
  const parsed = priceBook.safeParse(json);
  if (!parsed.success) return failed(...parsed.error.issues.map(({ path, message }) => ({ source, path: path.join("."), message })));
  const models = parsed.data.prices.flatMap((row) => row.models);
  const twice = [...new Set(models.filter((model, index) => models.indexOf(model) !== index))];
  if (twice.length > 0) return failed(...twice.map((model) => ({ source, path: "prices", message: `${model} has two prices; a list has one for each model` })));
  return ok(parsed.data);
}

/** The price of a model, or of the model it is a dated snapshot of. */
export function findPrice(book: PriceBook, model: string): Price | undefined {
  const undated = model.replace(/-\d{4}-\d{2}-\d{2}$/, "");
  return book.prices.find(({ models }) => models.includes(model)) ?? book.prices.find(({ models }) => models.includes(undated));
}
