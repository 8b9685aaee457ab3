// Every check of the repository but its tests' own: types, lint, format, dead code, the package, the rules of the house.
// All of them run, whatever fails, so that one round shows everything.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** Why it can't say anything yet; printed in place of a result. */
  readonly skip?: string | false;
}

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");
const has = (...parts: readonly string[]): boolean => existsSync(join(root, ...parts));

const checks: readonly Check[] = [
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "lint", command: ["oxlint", "--type-aware"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  {
    name: "dead code",
    command: ["knip", "--no-progress"],
    skip: !has("src", "cli", "main.ts") && "nothing is alive without an entry point: there is no src/cli/main.ts",
  },
  {
    name: "package",
    command: ["publint", "--strict", "--pack", "false"],
    skip: !has("dist", "cli", "main.js") && "there is no dist/cli/main.js: run `npm run build` first",
  },
  {
    name: "package size",
    command: [process.execPath, join("tools", "pack-size.ts")],
    skip: !has("dist", "cli", "main.js") && "there is no dist/cli/main.js: run `npm run build` first",
  },
  { name: "house", command: [process.execPath, "--test", "--test-reporter=dot", join("src", "tidy.test.ts")] },
];

// Nothing of a test run that called us may leak in: node:test changes what it prints when it believes to be a child.
const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
const env = { ...environment, PATH: `${bin}${delimiter}${environment["PATH"] ?? ""}` };

function run({ name, command, skip }: Check): boolean {
  if (skip) {
    console.log(`skipped  ${name}: ${skip}`);
    return true;
  }
  const [program = "", ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const passed = status === 0;
  console.log(`${passed ? "ok      " : "FAILED  "} ${name}`);
  if (!passed) console.log([error?.message, stdout, stderr].filter(Boolean).join("\n"));
  return passed;
}

const failures = checks.filter((check) => !run(check)).map(({ name }) => name);
if (failures.length > 0) {
  console.log(`\n${failures.length} of ${checks.length} checks failed: ${failures.join(", ")}`);
  process.exitCode = 1;
}
