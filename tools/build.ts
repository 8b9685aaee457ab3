// Makes dist from src: a clean folder, compiled modules, the types of the public face, and a command line that can be run.
// npm runs it after `npm ci` and before `npm pack`.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const commandLine = join(dist, "cli", "main.js");
const shebang = "#!/usr/bin/env node\n";

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const compile = (...more: readonly string[]): number => {
  const { status, error } = spawnSync(process.execPath, [compiler, "-p", join(root, "tools", "tsconfig.build.json"), ...more], { stdio: "inherit" });
  if (error) throw error;
  return status ?? 1;
};
// What a program's author reads stands in the types, so those keep their comments.
const types = ["--declaration", "--emitDeclarationOnly", "--removeComments", "false"];
const status = compile() || compile(...types);
if (status === 0) keepOnly(declarationsFrom(join(dist, "index.d.ts")));

/** Nobody can name the types of the other modules: they would only make the package larger. */
function keepOnly(reached: ReadonlySet<string>): void {
  for (const path of globSync(join(dist, "**", "*.d.ts"))) if (!reached.has(path)) rmSync(path);
}

function declarationsFrom(first: string): ReadonlySet<string> {
  const reached = new Set([first]);
  for (const path of reached) {
    for (const [, module = ""] of readFileSync(path, "utf8").matchAll(/(?:from|import\() ?"(\.[^"]+)\.[jt]s"/g))
      reached.add(join(dirname(path), `${module}.d.ts`));
  }
  return reached;
}

if (status === 0 && existsSync(commandLine)) {
  const text = readFileSync(commandLine, "utf8");
  if (!text.startsWith("#!")) writeFileSync(commandLine, shebang + text);
  chmodSync(commandLine, 0o755);
}
process.exitCode = status;
