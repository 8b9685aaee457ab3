// `earshot schema`: the scenario language, and what a run's folder holds, as JSON Schema, for editors and for validators of other people.

import type { Argv, CommandModule } from "yargs";
import { publishedSchemaText, schemaNames, type SchemaName } from "../../result/published-schemas.ts";
import { scenarioSchemaText } from "../../scenario/json-schema.ts";
import { print } from "../output.ts";

interface SchemaArguments {
  readonly of: "scenario" | SchemaName;
}

export const schemaCommand: CommandModule<object, SchemaArguments> = {
  command: "schema [of]",
  describe: "Print the JSON Schema of scenarios, with which editors complete and check them, or of what a run wrote",
  builder: (parser: Argv) =>
    parser
      .positional("of", {
        choices: ["scenario", ...schemaNames] as const,
        default: "scenario" as const,
        describe: "scenario; run: of run.json; turn, tool-call, recovery: of a line of turns.ndjson, tool-calls.ndjson, recoveries.ndjson",
      })
      .example("$0 schema > earshot.schema.json", "and in a scenario: # yaml-language-server: $schema=./earshot.schema.json")
      .example("$0 schema run > run.schema.json", "what a program may rely on in a run.json of this version")
      .example("$0 schema | jq '.properties.session.properties | keys'", "every field of a session")
      .example("$0 schema | jq -r '.properties.matrix.properties | keys[]'", "everything that can vary from cell to cell") as Argv<SchemaArguments>,
  handler: ({ of }) => print((of === "scenario" ? scenarioSchemaText() : publishedSchemaText(of)).trimEnd()),
};
