// `earshot init`: a commented scenario to begin with. Its texts are scenarios/templates, one for each provider.

import { writeFileSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { didYouMean, failed, ok, orThrow, type Result } from "../../core/issues.ts";
import { packageNames, packagePath, readPackageText } from "../../core/package-files.ts";
import { wordsOf } from "../../scenario/field-shapes.ts";
import { print } from "../output.ts";

interface InitArguments {
  readonly provider: string;
  readonly out: string;
}

export const initCommand: CommandModule<object, InitArguments> = {
  command: "init [provider]",
  describe: "Write a commented scenario to begin with",
  builder: (parser: Argv) =>
    parser
      .positional("provider", { type: "string", default: "embedded", describe: `Whom it calls: ${templates().join(", ")}` })
      .option("out", { type: "string", default: "earshot.yaml", describe: "File to write; one that is there already stays as it is", requiresArg: true })
      .example("$0 init && earshot run earshot.yaml", "callers to the reference server on this machine")
      .example("$0 init compatible --out my-server.yaml", "callers to a server of your own")
      .example("$0 init embedded --out nightly.yaml", "another file") as Argv<InitArguments>,
  handler: ({ provider, out }) => {
    orThrow(write(out, orThrow(template(provider, out))));
    print(`${out} written. Next: read it, then earshot run ${out}`);
  },
};

/** The providers that there is a text for and that a scenario may name. */
function templates(): readonly string[] {
  const known = wordsOf(["target", "provider"]);
  return packageNames(["scenarios", "templates"], ".yaml").filter((name) => known.includes(name));
}

/** The text as it will stand in the file `out`. */
export function template(provider: string, out: string): Result<string> {
  const names = templates();
  if (!names.includes(provider)) {
    const meant = didYouMean(provider, names);
    return failed({
      source: "init",
      message: `there is nothing to begin with for "${provider}"${meant ? `; did you mean ${meant}?` : ""} (there are ${names.join(", ")})`,
    });
  }
  const [, ...lines] = readPackageText("scenarios", "templates", `${provider}.yaml`).split("\n");
  return ok([schemaLine(out), ...lines].join("\n").replaceAll("FILE", out));
}

/** Where earshot is installed below the scenario's folder the schema is near; elsewhere its path would only be right on this machine. */
function schemaLine(out: string): string {
  const path = relative(dirname(resolve(out)), packagePath("scenarios", "earshot.schema.json"));
  const isNear = !isAbsolute(path) && !path.startsWith("..");
  return isNear
    ? `# yaml-language-server: $schema=./${path.replaceAll("\\", "/")}`
    : "# An editor completes and checks this after earshot schema > earshot.schema.json and, as the first line here:\n#   yaml-language-server: $schema=./earshot.schema.json";
}

function write(out: string, text: string): Result<void> {
  try {
    writeFileSync(out, text, { flag: "wx" });
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return failed({ source: out, message: "is there already and stays as it is; name another file with --out" });
    if (code === "ENOENT") return failed({ source: out, message: `can't be written: there is no folder ${dirname(out)}` });
    return failed({ source: out, message: `can't be written: ${message}` });
  }
}
