import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkTidy } from "../tools/tidy/tidy.ts";
import { formatViolation, type SourceFile, type Violation } from "../tools/tidy/violation.ts";
import { doors, rooms } from "./layers.ts";

const root = join(import.meta.dirname, "..");

function readRepository(): readonly SourceFile[] {
  const paths = globSync(["src/**/*.ts", "tools/**/*.ts"], { cwd: root, exclude: (path) => path.includes("node_modules") });
  return paths.map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(root, path), "utf8") }));
}

const rulesBroken = (...files: readonly (readonly [path: string, text: string])[]): readonly Violation["rule"][] =>
  checkTidy(files.map(([path, text]) => ({ path, text }))).map(({ rule }) => rule);

test("the sources keep the rules of the house", () => {
  const files = readRepository();
  for (const room of ["core", "metrics", "scenario", "result"]) {
    assert.ok(files.filter(({ path }) => path.startsWith(`src/${room}/`)).length > 0, `saw no file of ${room}`);
  }
  assert.ok(files.length >= 25, `saw ${files.length} files`);
  assert.deepEqual(checkTidy(files).map(formatViolation), []);
});

test("the table of rooms only looks up", () => {
  for (const [index, room] of rooms.entries()) {
    const above = rooms.slice(0, index).map(({ name }) => name);
    if (room.mayImport !== "all")
      assert.deepEqual(
        room.mayImport.filter((name) => !above.includes(name)),
        [],
        room.name,
      );
  }
});

test("every door opens to a room that exists in the table", () => {
  const names = rooms.map(({ name }) => name);
  for (const door of doors) for (const place of door.opensTo) assert.ok(names.includes(place.split("/")[0] ?? ""), `${door.module}: ${place}`);
});

const roomFaults: Record<string, readonly [path: string, text: string]> = {
  "a plain import": ["src/core/a.ts", 'import { x } from "../metrics/b.ts";'],
  "a type-only import": ["src/target/a.ts", 'import type { X } from "../metrics/b.ts";'],
  "an inline type": ["src/target/a.ts", 'let x: import("../metrics/b.ts").X;'],
  "an import over several lines": ["src/target/a.ts", 'import {\n  x,\n  // why\n  type Y,\n} from "../audio/../metrics/b.ts";'],
  "an import for its effect": ["src/target/a.ts", 'import "../metrics/b.ts";'],
  "a dynamic import": ["src/target/a.ts", 'const b = await import(/* here */ "../metrics/b.ts");'],
  "a dynamic import with a template": ["src/target/a.ts", "const b = await import(`../metrics/b.ts`);"],
  "testing from a room": ["src/core/a.ts", 'import { x } from "../testing/b.ts";'],
  "cli from testing": ["src/testing/a.ts", 'import { x } from "../cli/b.ts";'],
  "a room that is not in the table": ["src/attic/a.ts", "export const x = 1;"],
  "a file outside src": ["src/core/a.ts", 'import x from "../../package.json";'],
  "a file right in src from a room": ["src/core/a.ts", 'import { rooms } from "../layers.ts";'],
};
for (const [name, file] of Object.entries(roomFaults)) {
  test(`rooms: ${name} is found`, () => assert.ok(rulesBroken(file).includes("rooms")));
}

test("rooms: what the table allows, comments, strings and tests are let pass", () => {
  assert.deepEqual(
    rulesBroken(
      ["src/session/a.ts", 'import type { X } from "../metrics/b.ts";\nimport { y } from "./c.ts";'],
      ["src/core/a.ts", '// import { x } from "../metrics/b.ts";\n/* import "../cli/x.ts" */\nconst s = \'import "../cli/x.ts"\';'],
      ["src/core/a.test.ts", 'import { x } from "../testing/b.ts";\nimport { y } from "../cli/main.ts";'],
    ),
    [],
  );
});

test("rooms: code after a regular expression with quotes and inside a template is still read", () => {
  assert.ok(rulesBroken(["src/core/a.ts", 'const quote = /["\'`]/;\nimport "../cli/x.ts";']).includes("rooms"));
  assert.ok(rulesBroken(["src/core/a.ts", 'const t = `a ${`b ${await import("../cli/x.ts")}`} // c`;']).includes("rooms"));
});

test("acyclic: a circle is found once, through types too", () => {
  const circle = rulesBroken(
    ["src/core/a.ts", 'import { b } from "./b.ts";'],
    ["src/core/b.ts", 'import type { C } from "./c.ts";'],
    ["src/core/c.ts", 'import { a } from "./a.ts";\nimport { d } from "./d.ts";'],
    ["src/core/d.ts", "export const d = 1;"],
  );
  assert.deepEqual(circle, ["acyclic"]);
});

const doorFaults: Record<string, readonly [path: string, text: string]> = {
  "a package in the wrong file": ["src/report/a.ts", 'import * as hdr from "hdr-histogram-js";'],
  "a type of a package": ["src/report/a.ts", 'import type { Histogram } from "hdr-histogram-js";'],
  "a subpath of a package": ["src/plan/a.ts", 'import { xorshift128plus } from "pure-rand/generator/xorshift128plus";'],
  "files in a pure room": ["src/plan/a.ts", 'import { readFile } from "node:fs/promises";'],
  "timers of Node": ["src/plan/a.ts", 'import { scheduler } from "node:timers/promises";'],
  "a package without a door": ["src/plan/a.ts", 'import ms from "ms";'],
  "a part of Node without its prefix": ["src/plan/a.ts", 'import fs from "fs";'],
};
for (const [name, file] of Object.entries(doorFaults)) {
  test(`doors: ${name} is found`, () => assert.deepEqual(rulesBroken(file), ["doors"]));
}

test("doors: the right file, Node's types and modules without effect are let pass", () => {
  assert.deepEqual(
    rulesBroken(
      ["src/metrics/histogram.ts", 'import * as hdr from "hdr-histogram-js";'],
      ["src/faults/shaper.ts", 'import type { Socket } from "node:net";\nimport { type Server } from "node:net";\nimport { Duplex } from "node:stream";'],
    ),
    [],
  );
});

const globalUses = [
  "const now = new Date();",
  "const now = new Date;",
  "const now = Date();",
  "const now = Date.now();",
  "Math.random();",
  "setTimeout(() => {}, 5);",
  "const later = promisify(setTimeout);",
  "globalThis.setTimeout(f, 1);",
  "x = ready ? setInterval(f, 1) : 0;",
  "setImmediate(f);",
  "performance.now();",
  "process.hrtime.bigint();",
  "process.exit(1);",
];
for (const use of globalUses) {
  test(`globals: ${use} is found`, () => assert.deepEqual(rulesBroken(["src/plan/a.ts", `export function f(): void {\n  ${use}\n}`]), ["globals"]));
}

test("globals: members and methods of that name, the type Date, strings, tests and the clock itself are let pass", () => {
  const allowed = [
    "socket.setTimeout(5, done);",
    "const duplex = { setTimeout(ms: number, done: () => void): void { done(); } };",
    "class Shaped { override setTimeout(ms: number): this { return this; } }",
    "const options = { performance: 1, setTimeout: 2 };",
    "let at: Date | undefined;",
    "const startedAt = new Date(text); const day = Date.UTC(2026, 0); Date.parse(text);",
    "process.exitCode = 2;",
    'const text = "setTimeout(f, 1)"; // Date.now()',
  ];
  assert.deepEqual(rulesBroken(...allowed.map((text, index) => [`src/plan/a${index}.ts`, text] as const)), []);
  assert.deepEqual(rulesBroken(["src/plan/a.test.ts", "setTimeout(f, 1);"], ["src/core/system-clock.ts", "setTimeout(f, 1); new Date();"]), []);
  assert.deepEqual(rulesBroken(["src/cli/main.ts", "process.exit(1);"], ["src/target/process.ts", "process.exit(1);"]), []);
});

const shapeFaults: Record<string, readonly [path: string, text: string, rule: Violation["rule"]]> = {
  "a long file": ["src/core/a.ts", "x;\n".repeat(401), "length"],
  "a camel-case name": ["src/core/timerWheel.ts", "", "names"],
  "an empty name": ["src/core/utils.ts", "", "names"],
  "an empty folder name": ["src/core/helpers/clock.ts", "", "names"],
  "a default export": ["src/core/a.ts", "export default function f(): void {}", "default-export"],
  "a default export by alias": ["src/core/a.ts", "const a = 1;\nexport { a as default };", "default-export"],
  "a star export": ["src/core/a.ts", 'export * from "./b.ts";', "barrel"],
  "a name passed on": ["tools/a.ts", 'export type { B } from "./b.ts";', "barrel"],
};
for (const [name, [path, text, rule]] of Object.entries(shapeFaults)) {
  test(`${rule}: ${name} is found`, () => assert.deepEqual(rulesBroken([path, text]), [rule]));
}

test("shape: 400 lines, the public face, exports of a file's own and declarations of libraries are let pass", () => {
  assert.deepEqual(
    rulesBroken(
      ["src/core/a.ts", "x;\n".repeat(400)],
      ["src/index.ts", 'export { run } from "./load/run.ts";'],
      ["src/core/b.ts", "const a = 1;\nexport { a };"],
      ["src/audio/some-library.d.ts", "declare const f: () => void;\nexport default f;"],
    ),
    [],
  );
});
