import assert from "node:assert/strict";
import { test } from "node:test";
import { openClipStore } from "../audio/clip-store.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import type { RunHead } from "../result/assemble.ts";
import { parsedOf } from "../testing/parsed-scenario.ts";
import { prepare } from "./prepare.ts";
import { runHead } from "./run-head.ts";

async function headOf(yaml: string): Promise<RunHead> {
  const { scenario } = parsedOf(
    `version: 1\nname: any\ncaller:\n  turns: [{say: yes}, {say: no, complex: true}]\n  effortPolicy: {complex: high, otherwise: low}\n${yaml}`,
  );
  const prepared = orThrow(await prepare(scenario, orThrow(await openClipStore([packagePath("fixtures")])), "s.yaml"));
  return runHead({ scenario, prepared, startedAt: new Date(0), runIdSuffix: "x" });
}

test("a cell of a policy is called dynamic, is no effort that it asks for, and is assumed where one of them is", async () => {
  const { cells } = await headOf("matrix: {effort: [low, high, dynamic]}\n");
  assert.deepEqual(
    cells.map(({ id, effort, dataOrigin }) => [id, effort, dataOrigin]),
    [
      ["effort=low", "low", "measured"],
      ["effort=high", "high", "assumed"],
      ["effort=dynamic", "dynamic", "assumed"],
    ],
  );
  const [alone] = (await headOf("")).cells;
  assert.deepEqual([alone?.id, alone?.effort], ["all", "dynamic"]);
});

test("runs that begin with other documents are no equals, and cells of one run may", async () => {
  const contextOf = async (documents: string, matrix = ""): Promise<string | undefined> =>
    (await headOf(`session: {documents: [${documents}]}\n${matrix}`)).identity.context;
  const found = [
    await contextOf("{tokens: 10}"),
    await contextOf("{tokens: 20}"),
    await contextOf("{tokens: 10}", 'matrix: {"session.documents[0].tokens": [10, 20]}\n'),
  ];
  assert.equal(new Set(found).size, 3, found.join("\n"));
  assert.equal(await contextOf("{tokens: 10}"), found[0]);
});
