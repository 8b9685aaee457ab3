// `earshot networks`: the networks that have a name, where their figures come from, and the words to write one's own with.

import type { Argv, CommandModule } from "yargs";
import { didYouMean, failed, orThrow } from "../../core/issues.ts";
import { formatTerms, networkWords } from "../../faults/network-terms.ts";
import { shippedNetworks, type ShippedNetwork } from "../../faults/shipped-networks.ts";
import { textTable } from "../../report/text-table.ts";
import { print } from "../output.ts";

interface NetworksArguments {
  readonly name?: string;
}

export const networksCommand: CommandModule<object, NetworksArguments> = {
  command: "networks [name]",
  describe: "Show the networks that have a name, and the words to write others with",
  builder: (parser: Argv) =>
    parser
      .positional("name", { type: "string", describe: "One of them, with its source; without it, all" })
      .example("$0 networks", "every network, and every word")
      .example("$0 networks elevator", "what happens in it, and where its figures come from")
      .example("$0 run quickstart --network lte,elevator", "a cell on each of the two") as Argv<NetworksArguments>,
  handler: ({ name }) => print(name === undefined ? overview() : describe(name)),
};

const left = (header: string) => ({ header, align: "left" as const });
const right = (header: string) => ({ header, align: "right" as const });

function overview(): string {
  const networks = [...shippedNetworks().values()];
  const rows = networks.map((network) => [
    network.name,
    `${network.owdUpMs} / ${network.owdDownMs}`,
    `${network.upKbit ?? "-"} / ${network.downKbit ?? "-"}`,
    lossText(network),
    network.ours ? "ours" : "published",
    network.sameAs === undefined ? network.about : `${network.sameAs} under another name`,
  ]);
  const columns = [left("name"), right("delay ms up / down"), right("kbit/s up / down"), right("loss"), left("figures"), left("what it is")];
  const words = textTable(
    [left("word"), left("what it does")],
    networkWords.map(({ example, meaning }) => [example, meaning]),
  );
  return [
    ...textTable(columns, rows),
    "",
    "Delays are one way. Where the figures come from: earshot networks NAME",
    "",
    ...words,
    "",
    "Times count from a call's first dial. A range such as 5s..25s in place of a time is drawn for each call.",
    "One network is a name, words after one another, or a name and words that change it: lte,blackhole@20s+3s",
  ].join("\n");
}

/** The share of packets that is lost in the long run. */
function lossText({ lossPercent, lossDownPercent, burstLoss }: ShippedNetwork): string {
  if (burstLoss) return `${((100 * burstLoss.beginPercent) / (burstLoss.beginPercent + burstLoss.endPercent)).toFixed(1)} % in bursts`;
  if (lossDownPercent !== undefined) return `${lossDownPercent} % down`;
  return lossPercent === undefined ? "-" : `${lossPercent} %`;
}

function describe(name: string): string {
  const networks = shippedNetworks();
  const network = networks.get(name);
  if (!network) {
    const meant = didYouMean(name, [...networks.keys()]);
    return orThrow(
      failed({ source: "networks", message: `there is no network "${name}"${meant ? `; did you mean ${meant}?` : ""} (earshot networks lists them)` }),
    );
  }
  return [
    `${name}${network.sameAs === undefined ? "" : `  (${network.sameAs} under another name)`}`,
    `  ${network.about}`,
    `  ${formatTerms(network.network).join(",")}`,
    `  source: ${network.source}`,
  ].join("\n");
}
