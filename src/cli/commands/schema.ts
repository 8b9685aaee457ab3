// `earshot schema`: the scenario language as JSON Schema, for editors and for validators of other people.

import type { CommandModule } from "yargs";
import { scenarioSchemaText } from "../../scenario/json-schema.ts";
import { print } from "../output.ts";

export const schemaCommand: CommandModule = {
  command: "schema",
  describe: "Print the JSON Schema of scenarios, with which editors complete and check them",
  builder: (parser) =>
    parser
      .example("$0 schema > earshot.schema.json", "and in a scenario: # yaml-language-server: $schema=./earshot.schema.json")
      .example("$0 schema | jq '.properties.session.properties | keys'", "every field of a session")
      .example("$0 schema | jq -r '.properties.matrix.properties | keys[]'", "everything that can vary from cell to cell"),
  handler: () => print(scenarioSchemaText().trimEnd()),
};
