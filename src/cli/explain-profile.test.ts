import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";
import { profileNames, readProfile } from "../target/profile.ts";
import { explainProfile, figureLines } from "./explain-profile.ts";

test("the ruler's explanation holds its sums exactly", () => {
  const text = explainProfile(orThrow(readProfile("exact")));
  assert.match(text, /^exact, 2026-11-22\n/);
  assert.match(text, /silence_duration_ms 500\n.*\n {2}minimal {6}900 {5}900 {5}900 {2}assumed/);
});

test("measured and assumed think times are told apart, and what the sums leave out is said", () => {
  const text = explainProfile(orThrow(readProfile("realtime-1.5")));
  assert.match(text, /low .*measured/);
  assert.match(text, /high .*assumed/);
  assert.doesNotMatch(text, /places|grow with it/);
  const exact = orThrow(readProfile("exact"));
  const { growth } = orThrow(readProfile("long-session"));
  const { queue } = orThrow(readProfile("crowded"));
  assert.ok(growth && queue);
  assert.match(explainProfile({ ...exact, growth, queue }), /grow with it.*\n.*places/);
});

for (const name of profileNames) {
  test(`every figure of ${name} has a line with its origin and its source`, () => {
    const lines = figureLines(orThrow(readProfile(name)));
    const own = readPackageText("fixtures", "profiles", `${name}.json`);
    // What a profile does not say of transcripts and translations it shares with realtime-2.
    const parsed = JSON.parse(own) as object;
    const sharing = JSON.parse(readPackageText("fixtures", "profiles", "realtime-2.json")) as Readonly<Record<string, unknown>>;
    const shared = ["transcription", "translation"]
      .filter((part) => !(part in parsed))
      .map((part) => JSON.stringify(sharing[part]))
      .join("");
    const sources = [...(own + shared).matchAll(/"source": ?"([^"]+)"/g)].map(([, source]) => source as string);
    assert.ok(sources.length > 15);
    assert.deepEqual(lines.map((line) => line.replace(/^.*\n {4}(measured|assumed): /s, "")).toSorted(), sources.toSorted());
  });
}
