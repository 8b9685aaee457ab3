import assert from "node:assert/strict";
import { test } from "node:test";
import { runEarshot } from "../testing/earshot-process.ts";
import { explainWords } from "./unknown-words.ts";

const known = { options: ["effort", "frame-ms", "canary", "sessions", "help"], commands: ["run", "report", "compare"] };

const cases: Record<string, readonly [message: string, words: string, said: string]> = {
  "a misspelt option": ["Unknown argument: efort", "run --efort low", "--efort: is no option here; did you mean --effort?"],
  "an option known under two names": [
    "Unknown arguments: frame-mss, frameMss",
    "run --frame-mss=20",
    "--frame-mss: is no option here; did you mean --frame-ms?",
  ],
  "an option without its dashes": ["Unknown argument: framems", "run --framems 20", "--framems: is no option here; did you mean --frame-ms?"],
  "an option switched off": ["Unknown argument: canry", "run --no-canry", "--no-canry: is no option here; did you mean --no-canary?"],
  "two at once": [
    "Unknown arguments: sesions, zzzzzzzzzz",
    "run --sesions 3 --zzzzzzzzzz",
    "--sesions: is no option here; did you mean --sessions?\n         --zzzzzzzzzz: is no option here",
  ],
  "a misspelt command": ["Unknown argument: rpeort", "rpeort", "rpeort: is no command; did you mean report?"],
  "no command": ["name a command", "--hepl", "name a command\n         --hepl: is no option here; did you mean --help?"],
  "an option without its value": ["Not enough arguments following: effort", "run --effort", "--effort: needs a value after it"],
};
for (const [name, [message, words, said]] of Object.entries(cases)) {
  test(`${name} is named with what was meant`, () => assert.equal(explainWords(message, words.split(" "), known), said));
}

test("a word too many is said to be that", () => {
  assert.equal(explainWords("Unknown argument: x", ["prices", "a", "x"], { ...known, commands: [] }), "x: is one word too many");
});

const asUsers: Record<string, readonly [words: string, says: RegExp]> = {
  "an option of run": ["run --efort low", /^earshot: --efort: is no option here; did you mean --effort\?$/m],
  "a command": ["rnu quickstart", /^earshot: rnu: is no command; did you mean run\?$/m],
  "a command of fixtures": ["fixtures lst", /^earshot: lst: is no command; did you mean list\?$/m],
  "an option of fixtures list": ["fixtures list --fixturs x", /^earshot: --fixturs: is no option here; did you mean --fixtures\?$/m],
  "an option that needs a value": ["run --effort", /^earshot: --effort: needs a value after it$/m],
};
for (const [name, [words, says]] of Object.entries(asUsers)) {
  test(`the command line knows what was meant by ${name}`, async () => {
    const { code, err, out } = await runEarshot(import.meta.dirname, words.split(" "));
    assert.equal(code, 2, err);
    assert.match(err, says);
    assert.equal(out, "");
  });
}
