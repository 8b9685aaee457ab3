// `earshot fixtures`: the clips that callers say, and adding your own recordings to them.

import type { Argv, CommandModule } from "yargs";
import { addClip } from "../../audio/add-clip.ts";

import { exitCodes } from "../../core/exit-codes.ts";
import { formatIssue, orThrow } from "../../core/issues.ts";
import { textTable, type TextColumn } from "../../report/text-table.ts";
import { fixturesOption } from "../options.ts";
import { openFixtures } from "../../library/places.ts";
import { print, printError } from "../output.ts";

interface FixturesArguments {
  readonly fixtures?: string;
}

interface AddArguments extends FixturesArguments {
  readonly file: string;
  readonly text: string;
  readonly id?: string;
  readonly language: string;
  readonly replace: boolean;
}

const columns: readonly TextColumn[] = [
  { header: "clip", align: "left" },
  { header: "role", align: "left" },
  { header: "language", align: "left" },
  { header: "speech s", align: "right" },
  { header: "kHz", align: "right" },
  { header: "ch", align: "right" },
  { header: "text", align: "left" },
];

const seconds = (ms: number): string => (ms / 1_000).toFixed(2);

const list: CommandModule<object, FixturesArguments> = {
  command: "list",
  describe: "List every clip",
  builder: (parser: Argv) => parser as Argv<FixturesArguments>,
  handler: async ({ fixtures }) => {
    const { clips } = await openFixtures(fixtures);
    const rows = clips.map((clip) => [
      clip.id,
      clip.role,
      clip.language,
      seconds((clip.segments.at(-1)?.endMs ?? 0) - (clip.segments[0]?.startMs ?? 0)),
      String(clip.sampleRateHz / 1_000),
      String(clip.channels),
      clip.text.length > 60 ? `${clip.text.slice(0, 59)}…` : clip.text,
    ]);
    print(textTable(columns, rows).join("\n"));
  },
};

const verify: CommandModule<object, FixturesArguments> = {
  command: "verify",
  describe: "Check every clip against its manifest: checksum, rate, length, speech",
  builder: (parser: Argv) => parser as Argv<FixturesArguments>,
  handler: async ({ fixtures }) => {
    const store = await openFixtures(fixtures);
    const issues = await store.verify();
    if (issues.length === 0) return print(`${store.clips.length} clips are as their manifests say`);
    printError(issues.map(formatIssue).join("\n"));
    process.exitCode = exitCodes.usage;
  },
};

const add: CommandModule<object, AddArguments> = {
  command: "add <file>",
  describe: "Make a clip of your own recording (WAV or FLAC); its speech is found for you",
  builder: (parser: Argv) =>
    parser
      .positional("file", { type: "string", demandOption: true, describe: "The recording" })
      .option("text", { type: "string", demandOption: true, describe: "What is said in it", requiresArg: true })
      .option("id", { type: "string", describe: "Name of the clip; default: the file's name", requiresArg: true })
      .option("language", { type: "string", default: "en", describe: "Language tag", requiresArg: true })
      .option("replace", { type: "boolean", default: false, describe: "Replace a clip of the same name" })
      .example('$0 fixtures add order.wav --text "Where is my order?"', "then: earshot run my.yaml with `say: order`")
      .example('$0 fixtures add call.flac --text "Guten Tag" --language de --id hello-de', "another language") as Argv<AddArguments>,
  handler: async ({ file, text, id, language, replace, fixtures }) => {
    const root = fixtures ?? "fixtures";
    const clip = orThrow(await addClip({ file, text, language, replace, root, ...(id === undefined ? {} : { id }) }));
    const spans = clip.segments.map(({ startMs, endMs }) => `${seconds(startMs)}-${seconds(endMs)} s`);
    print(
      `${clip.id}: ${seconds(clip.durationMs)} s, ${clip.sampleRateHz / 1_000} kHz, ${clip.channels} ch; speech at ${spans.join(", ")}\nsay it with \`say: ${clip.id}\`; its entry is in ${root}/manifest.json`,
    );
  },
};

export const fixturesCommand: CommandModule = {
  command: "fixtures",
  describe: "List, verify and add the clips that callers say",
  builder: (parser: Argv) =>
    parser
      .option("fixtures", fixturesOption)
      .command(list)
      .command(verify)
      .command(add)
      .demandCommand(1, 'fixtures list, fixtures verify or fixtures add <file> --text "..."'),
  handler: () => undefined,
};
