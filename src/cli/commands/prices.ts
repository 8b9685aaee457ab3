// `earshot prices`: the price lists, where their figures come from, and what a call costs by them.

import type { Argv, CommandModule } from "yargs";
import { orThrow } from "../../core/issues.ts";
import { callByEffort } from "../../cost/estimate-call.ts";
import { listPriceBooks, loadPriceBook, type Price, type PriceBook } from "../../cost/price-book.ts";
import { formatUsd } from "../../report/format.ts";
import { textTable } from "../../report/text-table.ts";
import { print } from "../output.ts";

interface PricesArguments {
  readonly list?: string;
  readonly minutes: number;
  readonly tokens: number;
}

export const pricesCommand: CommandModule<object, PricesArguments> = {
  command: "prices [list]",
  describe: "Show the price lists and where their figures come from",
  builder: (parser: Argv) =>
    parser
      .positional("list", { type: "string", describe: "Name or .json file of a list; without it, all of them" })
      .option("minutes", { type: "number", default: 10, describe: "Length of the example call, minutes", requiresArg: true })
      .option("tokens", { type: "number", default: 10_000, describe: "Tokens of the example call, where a list prices them alike", requiresArg: true })
      .example("$0 prices", "every list")
      .example("$0 prices seed-article", "the article's ten-minute call, and what efforts can change of it")
      .example("$0 prices openai-2026-11", "list prices by model") as Argv<PricesArguments>,
  handler: ({ list, minutes, tokens }) => {
    const books = (list === undefined ? listPriceBooks() : [list]).map((name) => orThrow(loadPriceBook(name)));
    print(books.map((book) => describe(book, { minutes, tokens })).join("\n\n"));
  },
};

const left = (header: string) => ({ header, align: "left" as const });

function describe(book: PriceBook, example: { readonly minutes: number; readonly tokens: number }): string {
  const rows = book.prices.flatMap((price) => price.models.map((model) => [model, rateText(price), price.confidence]));
  const sources = book.prices.map(({ models, source }) => `  ${models[0]}: ${source}`);
  const calls = book.prices.flatMap((price) => exampleLines(book, price.models[0] ?? "", example));
  const table = textTable([left("model"), left("$"), left("how sure")], rows).map((line) => `  ${line}`);
  return [
    `${book.name}  collected ${book.collectedOn}`,
    `  ${book.title}. ${book.note}`,
    "",
    ...table,
    "",
    ...sources,
    ...(calls.length > 0 ? ["", ...calls] : []),
  ].join("\n");
}

function rateText(price: Price): string {
  if (price.type === "minutes") return `${price.usdPerMinute} a minute (${price.minutesOf === "audioIn" ? "of the caller's audio" : "connected"})`;
  if (price.type === "minutesAndTokens") {
    const efforts = Object.entries(price.usdPerMillionOfAnyByEffort).map(([effort, usd]) => `${effort} ${usd}`);
    return `${price.usdPerMinute} a minute connected, and a million tokens of any kind: ${efforts.join(", ")}`;
  }
  const { audioIn, audioCached, audioOut, textIn, textCached, textOut } = price.usdPerMillion;
  return `a million tokens: audio ${audioIn} / cached ${audioCached} / out ${audioOut}, text ${textIn} / cached ${textCached} / out ${textOut}`;
}

function exampleLines(book: PriceBook, model: string, example: { readonly minutes: number; readonly tokens: number }): string[] {
  const costs = callByEffort(book, model, example);
  if (costs.length === 0) return [];
  const cheapest = Math.min(...costs.map((cost) => cost.usd));
  const dearest = Math.max(...costs.map((cost) => cost.usd));
  return [
    `  a call of ${example.minutes} minutes and ${example.tokens.toLocaleString("en")} tokens: ${costs.map(({ effort, usd }) => `${effort} ${formatUsd(usd)}`).join(", ")}`,
    `  switching the effort changes at most ${(((dearest - cheapest) / dearest) * 100).toFixed(1)} % of it`,
  ];
}
