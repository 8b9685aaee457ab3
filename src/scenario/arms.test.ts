import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue, orThrow } from "../core/issues.ts";
import { parsedOf } from "../testing/parsed-scenario.ts";
import { joinArms } from "./arms.ts";

const base = "version: 1\nname: base\ncaller: {turns: [{say: yes}]}\n";
const join = (a: string, b: string, env: Record<string, string> = {}) =>
  joinArms({ parsed: parsedOf(a, { env }), source: "a.yaml" }, { parsed: parsedOf(b, { env }), source: "b.yaml" });

test("what differs on purpose is listed, names are not, and keys are not shown", () => {
  const server = (port: number, key: string): string => `${base}target: {provider: compatible, url: "ws://127.0.0.1:${port}/v1", auth: {bearer: "${key}"}}\n`;
  const joined = orThrow(join(server(8801, "sk-one"), server(8802, "sk-two").replace("name: base", "name: head")));
  const { arms, name } = joined.scenario;
  assert.deepEqual(arms?.differences, ["target.url: ws://127.0.0.1:8801/v1 against ws://127.0.0.1:8802/v1"]);
  assert.equal(name, "base-and-head");
  assert.doesNotMatch(joined.resolvedYaml, /sk-one|sk-two/);
  assert.match(joined.resolvedYaml, /^# arm A, a\.yaml\n(?:.*\n)+---\n# arm B, b\.yaml\n/);
});

test("seed, load, axes and what callers say must agree, and each that does not is told with both values", () => {
  const joined = join(
    `${base}seed: 1\nload: {sessions: 4}\n`,
    `${base.replace("say: yes", "say: no")}seed: 2\nload: {sessions: 5}\nmatrix: {effort: [low, high]}\n`,
  );
  assert.ok(!joined.ok);
  const said = joined.issues.map(formatIssue).join("\n");
  assert.deepEqual(
    joined.issues.map(({ path }) => path),
    ["seed", "caller.turns", "load.sessions", "matrix.session.effort"],
    said,
  );
  assert.match(said, /b\.yaml load\.sessions: is 5, and in a\.yaml it is 4: arms of one run must have the same; --set load\.sessions=/);
});
